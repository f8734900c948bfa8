import type { Job } from "../../domain/job/job.ts";
import { channelPk, jobPk, reachabilityPk, servicePk } from "../../domain/table-keys.ts";
import type { Telling } from "../../ports.ts";
import { endedAs } from "./job-facts.ts";
import type { JobTelling } from "./job-message.ts";
import { jobNews } from "./job-news.ts";
import { type Room, subjectOf } from "./job-words.ts";
import { type OperatorTelling, operatorNews } from "./operator-message.ts";
import { jobReason } from "./sub-jobs.ts";
import { mrkdwn } from "./text.ts";

// What a message of several tellings is made of: one line each, in an order.

export interface Style {
  room: Room;
  /** Around the first word of a line. */
  star: "*" | "";
  /** Ids, advice and the reason of the whole job: what a line is short of last. */
  details: boolean;
}

export const ROOMY: Room = { type: 60, name: 90, reason: 240, code: 60, step: 60 };
const TIGHT: Room = { type: 28, name: 40, reason: 28, code: 24, step: 0 };
const BLOCKS: Style = { room: ROOMY, star: "*", details: true };
const PLAIN: Style = { room: ROOMY, star: "", details: true };
/** Slack takes 40,000 characters of plain text. */
const PLAIN_MANY: Style = { room: TIGHT, star: "", details: false };
const FEW = 20;

export function styleOf(plain: boolean, tellings: number): Style {
  if (!plain) return BLOCKS;
  return tellings > FEW ? PLAIN_MANY : PLAIN;
}

/** One group a job, cloud service, channel or the poller, in the order of its transitions. */
export function inOrder(tellings: Telling[]): Telling[][] {
  const groups = Map.groupBy(tellings, subjectPk);
  return [...groups.values()]
    .map((group) => group.toSorted((one, other) => one.transition.n - other.transition.n))
    .toSorted((one, other) => rank(one) - rank(other));
}

function subjectPk(telling: Telling): string {
  if (telling.kind === "job") return jobPk(telling.job);
  if (telling.kind === "service") return servicePk();
  return telling.kind === "reachability" ? reachabilityPk(telling) : channelPk(telling.channel);
}

/** What wants a person stands on top: failures, jobs out of sight, the service's own troubles, late jobs, then the rest. */
function rank(group: Telling[]): number {
  return Math.min(...group.map(rankOf));
}

function rankOf(telling: Telling): number {
  if (telling.kind !== "job") return 3;
  const { kind } = telling.transition;
  if (isFailure(telling)) return 0;
  if (kind === "lost") return 1;
  if (kind === "stopped") return 2;
  return kind === "late" || kind === "reminder" || kind === "unreachable" ? 4 : 5;
}

function isFailure(telling: Telling): telling is JobTelling {
  return telling.kind === "job" && endedAs(telling.transition) === "failed";
}

/** "3 failed, 1 lost, 8 finished": each job counted as what was last heard of it. */
export function countsOf(groups: Telling[][]): string {
  const jobs = lastOfJobs(groups);
  const counts = Map.groupBy(jobs, ({ job, transition }) => jobNews(job, transition, TIGHT).counted);
  return [...counts].map(([word, { length }]) => `${length} ${word}`).join(", ");
}

export function lastOfJobs(groups: Telling[][]): JobTelling[] {
  return groups.flatMap((group) => group.at(-1) ?? []).filter((telling) => telling.kind === "job");
}

export function lineFor(telling: Telling, style: Style): string {
  return telling.kind === "job" ? jobLine(telling, style) : operatorLine(telling, style);
}

function jobLine(telling: JobTelling, { room, star, details }: Style): string {
  const { job, transition } = telling;
  const { word, emoji, rest } = jobNews(job, transition, room);
  const more = details && isFailure(telling) ? failureOf(job, room) : "";
  return `${star}${word}${star} ${emoji} ${subjectOf(job, room)}${rest}${more}`;
}

function failureOf(job: Job, room: Room): string {
  const reason = jobReason(job, room);
  return `${reason === undefined ? "" : ` · the job as a whole: ${reason}`} · job ${mrkdwn(job.jobId, room.name)}`;
}

function operatorLine(telling: OperatorTelling, { room, star, details }: Style): string {
  const { word, emoji, sentence, advice } = operatorNews(telling, room);
  return `${star}${word}${star} ${emoji} ${sentence}${details && advice ? `. ${advice}` : ""}`;
}
