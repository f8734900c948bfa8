import type { Job } from "../../domain/job/job.ts";
import { transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { channelPk, downtimePk, jobPk, reachabilityPk, watchesPk } from "../../domain/table-keys.ts";
import { endedAs } from "./job-facts.ts";
import type { JobNotification } from "./job-message.ts";
import { jobNews } from "./job-news.ts";
import { type TextLimits, titleOf } from "./job-words.ts";
import { type OperatorNotification, operatorNews } from "./operator-message.ts";
import { jobReason } from "./sub-jobs.ts";
import { mrkdwn } from "./text.ts";

// The lines of a message with several notifications, and their order.

export interface Style {
  limits: TextLimits;
  /** Around the first word of a line. */
  star: "*" | "";
  /** Ids, advice and the job's own error: the first parts to be dropped if space is short. */
  details: boolean;
}

export const WIDE_LIMITS: TextLimits = { type: 60, name: 90, reason: 240, code: 60, step: 60 };
const TIGHT: TextLimits = { type: 28, name: 40, reason: 28, code: 24, step: 0 };
const BLOCKS: Style = { limits: WIDE_LIMITS, star: "*", details: true };
const PLAIN: Style = { limits: WIDE_LIMITS, star: "", details: true };
/** For many notifications in plain text, of which Slack accepts 40,000 characters. */
const PLAIN_MANY: Style = { limits: TIGHT, star: "", details: false };
const FEW = 20;
/** After the ends of jobs that are no success. */
const OPERATOR_RANK = 3;

export function styleOf(plain: boolean, notifications: number): Style {
  if (!plain) return BLOCKS;
  return notifications > FEW ? PLAIN_MANY : PLAIN;
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

export function lastOfJobs(groups: OutgoingNotification[][]): JobNotification[] {
  return groups.flatMap((group) => group.at(-1) ?? []).filter((notification) => notification.kind === "job");
}

export function lineFor(notification: OutgoingNotification, style: Style): string {
  return notification.kind === "job" ? jobLine(notification, style) : operatorLine(notification, style);
}

function jobLine(notification: JobNotification, { limits, star, details }: Style): string {
  const { job, transition } = notification;
  const { headline, emoji, rest } = jobNews(job, transition, limits);
  const more = details && isFailure(notification) ? failureOf(job, limits) : "";
  return `${star}${headline}${star} ${emoji} ${titleOf(job, limits)}${rest}${more}`;
}

function failureOf(job: Job, limits: TextLimits): string {
  const reason = jobReason(job, limits);
  return `${reason === undefined ? "" : ` · job error: ${reason}`} · job ${mrkdwn(job.jobId, limits.name)}`;
}

function operatorLine(notification: OperatorNotification, { limits, star, details }: Style): string {
  const { headline, emoji, sentence, advice } = operatorNews(notification, limits);
  return `${star}${headline}${star} ${emoji} ${sentence}${details && advice ? `. ${advice}` : ""}`;
}
