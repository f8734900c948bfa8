import { counted } from "../../domain/counted.ts";
import type { Job } from "../../domain/job/job.ts";
import { transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { channelPk, downtimePk, jobPk, reachabilityPk, watchesPk } from "../../domain/table-keys.ts";
import { adviceOf, endedAs } from "./job-facts.ts";
import type { JobNotification, Links } from "./job-message.ts";
import { jobNews, keptByWords, sentenceOf } from "./job-news.ts";
import { type TextLimits, titleOf } from "./job-words.ts";
import { type OperatorNotification, operatorNews } from "./operator-message.ts";
import { jobReason } from "./sub-jobs.ts";
import { link, mrkdwn } from "./text.ts";

// The lines of a message with several notifications, and their order.

export interface Style {
  limits: TextLimits;
  /** Around the first word of a line. */
  star: "*" | "";
  /** Ids, advice, links and the job's own error: the first parts to be dropped if space is short. */
  details: boolean;
  /** The titles of jobs link to their pages. */
  pageOf?: Links["pageOf"];
}

const WIDE_LIMITS: TextLimits = { type: 60, name: 90, reason: 240, code: 60, step: 60 };
const TIGHT: TextLimits = { type: 28, name: 40, reason: 28, code: 24, step: 0 };
const BLOCKS: Style = { limits: WIDE_LIMITS, star: "*", details: true };
const PLAIN: Style = { limits: WIDE_LIMITS, star: "", details: true };
/** For many notifications in plain text, of which Slack accepts 40,000 characters. */
const PLAIN_MANY: Style = { limits: TIGHT, star: "", details: false };
const FEW = 20;
/** For the sentence that a phone shows. */
const PUSH_LIMITS: TextLimits = { ...WIDE_LIMITS, reason: 150 };
/** So many failures are followed by what to do. */
const MOST_HINTS = 10;
const LONGEST_LINK = 600;
/** After the ends of jobs that are no success. */
const OPERATOR_RANK = 3;

export function styleOf(plain: boolean, notifications: number, { pageOf }: Links = {}): Style {
  if (!plain) return { ...BLOCKS, pageOf };
  return notifications > FEW ? PLAIN_MANY : { ...PLAIN, pageOf };
}

/** One line per notification, and a second one for what to do about each of the first failures. */
export function linesFor(notifications: OutgoingNotification[], style: Style): string[] {
  let hints = 0;
  return notifications.map((notification) => {
    const line = lineFor(notification, style);
    if (!isFailure(notification) || hints++ >= MOST_HINTS) return line;
    return line + hintLine(notification, style);
  });
}

function hintLine({ job, transition }: JobNotification, { star, details }: Style): string {
  const hint = details ? adviceOf(job, transition) : undefined;
  return hint === undefined ? "" : `\n↳ ${star}What to do:${star} ${hint}`;
}

/** Groups the notifications by stored record, each group in the order of its transitions, the most urgent group first. */
export function inOrder(notifications: OutgoingNotification[]): OutgoingNotification[][] {
  const groups = Map.groupBy(notifications, pkOf);
  return [...groups.values()]
    .map((group) => group.toSorted((one, other) => one.transition.n - other.transition.n))
    .toSorted((one, other) => rank(one) - rank(other));
}

function pkOf(notification: OutgoingNotification): string {
  if (notification.kind === "job") return jobPk(notification.job);
  if (notification.kind === "service") return downtimePk();
  if (notification.kind === "watches") return watchesPk(notification.team);
  return notification.kind === "reachability" ? reachabilityPk(notification) : channelPk(notification.channel);
}

function rank(group: OutgoingNotification[]): number {
  return Math.min(...group.map(rankOf));
}

function rankOf(notification: OutgoingNotification): number {
  return notification.kind === "job" ? transitionRow(notification.transition).rank : OPERATOR_RANK;
}

function isFailure(notification: OutgoingNotification): notification is JobNotification {
  return notification.kind === "job" && endedAs(notification.transition) === "failed";
}

/** "3 failed, 1 lost, 8 finished": each job counts once, by its latest transition. */
export function countsOf(groups: OutgoingNotification[][]): string {
  const jobs = lastOfJobs(groups);
  const counts = Map.groupBy(jobs, ({ job, transition }) => jobNews(job, transition, TIGHT).countLabel);
  return [...counts].map(([word, { length }]) => `${length} ${word}`).join(", ");
}

function lastOfJobs(groups: OutgoingNotification[][]): JobNotification[] {
  return groups.flatMap((group) => group.at(-1) ?? []).filter((notification) => notification.kind === "job");
}

/** The most urgent news as a sentence, and the number of the others: what a phone shows. */
export function leadSentence([first = [], ...others]: OutgoingNotification[][]): string {
  const lead = first.at(-1);
  if (lead === undefined) return "";
  const sentence =
    lead.kind === "job"
      ? keptByWords(lead) + sentenceOf(lead.job, lead.transition, PUSH_LIMITS)
      : operatorNews(lead, { name: PUSH_LIMITS.name, reason: PUSH_LIMITS.reason }).sentence;
  return [sentence, ...totalsOf(others, "more ")].join(", and ");
}

/** "12 jobs: 3 failed, 8 finished, 1 lost" and "2 notices to operators"; "8 jobs finished" if all are alike. */
export function totalsOf(groups: OutgoingNotification[][], more: "" | "more " = ""): string[] {
  const jobs = lastOfJobs(groups).length;
  const notices = groups.flat().filter(({ kind }) => kind !== "job").length;
  const counts = countsOf(groups);
  const total = counted(jobs, `${more}job`);
  return [
    ...(jobs === 0 ? [] : [counts.includes(",") ? `${total}: ${counts}` : counts.replace(/^\d+/, total)]),
    ...(notices === 0 ? [] : [`${counted(notices, `${more}notice`)} to operators`]),
  ];
}

export function lineFor(notification: OutgoingNotification, style: Style): string {
  return notification.kind === "job" ? jobLine(notification, style) : operatorLine(notification, style);
}

function jobLine(notification: JobNotification, { limits, star, details, pageOf }: Style): string {
  const { job, transition } = notification;
  const { headline, emoji, rest } = jobNews(job, transition, limits);
  const title = titleOf(job, limits);
  const linked = linkedTitle(title, pageOf?.(job));
  const more = details && isFailure(notification) ? failureOf(job, limits, linked !== undefined) : "";
  const kept = notification.keptBy === undefined ? "" : ` · for ${mrkdwn(notification.keptBy, 63)}, which is suspended`;
  return `${star}${headline}${star} ${emoji} ${linked ?? title}${rest}${more}${kept}`;
}

/** Whether a link's text may contain `|` is not documented. */
function linkedTitle(title: string, page: string | undefined): string | undefined {
  return page === undefined ? undefined : link(page, title.replaceAll("|", "¦"), LONGEST_LINK);
}

/** The page has the job's id. */
function failureOf(job: Job, limits: TextLimits, hasPage: boolean): string {
  const reason = jobReason(job, limits);
  const parts = [
    ...(reason === undefined ? [] : [`job error: ${reason}`]),
    ...(hasPage ? [] : [`job ${mrkdwn(job.jobId, limits.name)}`]),
  ];
  return parts.map((part) => ` · ${part}`).join("");
}

function operatorLine(notification: OperatorNotification, { limits, star, details }: Style): string {
  const { headline, emoji, sentence, advice } = operatorNews(notification, limits);
  return `${star}${headline}${star} ${emoji} ${sentence}${details && advice ? `. ${advice}` : ""}`;
}
