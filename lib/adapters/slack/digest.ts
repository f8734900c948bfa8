import type { DigestNote } from "../../domain/channel/message-record.ts";
import type { OpenJob, OpenJobs } from "../../domain/channel/still-open.ts";
import type { Undelivered } from "../../domain/channel/undelivered.ts";
import { counted } from "../../domain/counted.ts";
import { nameWords } from "../../domain/first-names.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { type Content, packed, section } from "./blocks.ts";
import { endedAs } from "./job-facts.ts";
import type { Links } from "./job-message.ts";
import { measure } from "./job-times.ts";
import { type TextLimits, titleOf } from "./job-words.ts";
import { countsOf, inOrder, leadSentence, lineFor, linesFor, type Style, styleOf } from "./lines.ts";
import { mrkdwn } from "./text.ts";
import { date } from "./times.ts";

export interface DigestSetting {
  /** The channel's name. */
  channel?: string;
  /** Decides which day the digest is for. */
  timeZone?: string;
  links?: Links | undefined;
}

/** A link takes as much space as a line. Above this number of jobs, only those that need attention get one. */
const MOST_LINKED = 20;
const NOTHING_ENDED = "no job ended";
const OPEN: TextLimits = { type: 28, name: 60, reason: 0, code: 0, step: 0 };
/** Space for ten open jobs with the longest names. */
export const MOST_OPEN_CHARACTERS = 2_600;

/** Lists the jobs of a channel that ended since the last digest: failures first, successes in a block of their own. Mentions nobody. */
export function digestMessage(
  notifications: OutgoingNotification[],
  { at, open }: DigestNote,
  plain: boolean,
  setting: DigestSetting,
): Content {
  const { channel = "", timeZone = "UTC", links } = setting;
  const groups = inOrder(notifications.filter(({ kind }) => kind === "job"));
  const undelivered = notifications.flatMap(({ kind, transition }) =>
    kind === "channel" ? (transition.digest?.undelivered ?? []) : [],
  );
  const name = `Digest for ${channel}, ${dayOf(at, timeZone)}`;
  const failed = undelivered.map((one) => `${counted(one.notifications, "notification")} could not be delivered`);
  const text = [`${name}: ${groups.length > 0 ? leadSentence(groups) : nothingEnded(open)}`, ...failed].join("; ");
  const { good = [], bad = [] } = Object.groupBy(groups.flat(), (notification) => (isGood(notification) ? "good" : "bad"));
  const linked = styleOf(plain, notifications.length, links);
  const style = styleOf(plain, notifications.length, notifications.length <= MOST_LINKED ? links : {});
  const parts = [
    linesFor(bad, linked),
    good.map((notification) => goodLine(notification, style)),
    open ? openLines(open, style) : [],
    undelivered.flatMap((one) => undeliveredLines(one, channel, style)),
  ];
  if (plain) return { text, blocks: [], lines: parts.flat(), footer: [] };
  const head = section(`*${name}: ${countsOf(groups) || NOTHING_ENDED}*`);
  return { text, blocks: [head, ...parts.flatMap((lines) => packed(lines))], lines: [], footer: [] };
}

function isGood({ kind, transition }: OutgoingNotification): boolean {
  return kind === "job" && endedAs(transition) === "success";
}

function goodLine(notification: OutgoingNotification, style: Style): string {
  const line = lineFor(notification, style);
  if (notification.kind !== "job") return line;
  const { job } = notification;
  const typical = job.late || !style.details ? undefined : measure(job)?.words;
  return typical === undefined ? line : `${line} · ${typical}`;
}

function nothingEnded(open: OpenJobs | undefined): string {
  return open ? `${NOTHING_ENDED}, ${counted(open.count, "job")} still open` : NOTHING_ENDED;
}

/** What could not be delivered since the last digest, and how to send it again. */
function undeliveredLines(one: Undelivered, channel: string, { star }: Style): string[] {
  const { names, count } = one.jobs;
  const jobs = nameWords({ names: names.map((jobId) => mrkdwn(jobId, OPEN.name)), count });
  const since = new Date(one.since).toISOString().slice(0, 17);
  return [
    `${star}Not delivered: ${counted(one.notifications, "notification")}${star}`,
    `• of ${count === 1 ? "job" : "jobs"} ${jobs}`,
    `↳ ${star}What to do:${star} send them again with \`jobwatch redeliver --since ${since}00Z --channel ${channel}\` or POST /redeliver`,
  ];
}

/** The open jobs, listed after those that ended. */
function openLines({ jobs, count }: OpenJobs, { star }: Style): string[] {
  const more = count > jobs.length ? [`• and ${count - jobs.length} more`] : [];
  return [`${star}Still open: ${counted(count, "job")}${star}`, ...jobs.map(openLine), ...more];
}

function openLine(job: OpenJob): string {
  const expected = job.expectedEnd === undefined ? undefined : `expected by ${date(job.expectedEnd)}`;
  const title = titleOf(job, OPEN);
  if (job.isLate) return `• ⏰ ${title} is late${expected ? `, was ${expected}` : ""}`;
  return `• ${title}${expected ? `, ${expected}` : ""}`;
}

/** "Wed 25 Nov". */
function dayOf(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", day: "numeric", month: "short" });
  const { weekday, day, month } = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${weekday} ${day} ${month}`;
}
