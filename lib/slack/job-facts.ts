import type { Job, SubJob, Transition } from "../job/job.ts";
import type { Field } from "./blocks.ts";
import { ranFor } from "./job-news.ts";
import { type Room, reasonWords, typeWords } from "./job-words.ts";
import { link, mrkdwn } from "./text.ts";
import { date } from "./times.ts";

const FIELD = 100;

/** What happened, when and to whom: the rows of a job's message. */
export function fieldsOf(job: Job, transition: Transition): Field[] {
  const ended = endedAs(transition);
  const rows: [string, string | undefined][] = [
    ["Type", typeWords(job.jobType, FIELD)],
    ["Ran", ended ? ranFor(job) : undefined],
    ["Began", job.beginTime === undefined ? undefined : date(job.beginTime)],
    ended && job.endTime !== undefined ? ["Ended", date(job.endTime)] : ["Noticed", date(transition.at)],
    ["Error code", ended === "failed" && job.errorCode ? mrkdwn(job.errorCode, FIELD) : undefined],
    ["Project", mrkdwn(job.projectId, FIELD)],
    ["Registered by", mrkdwn(job.team, FIELD)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
}

/** What the fields do not say: what this means, and what to do. */
export function notesOf({ kind }: Transition): string[] {
  switch (kind) {
    case "lost":
      return ["Look at the share itself: it may be as it should be. Registering the job again watches it anew."];
    case "stopped":
      return ["Registering the job again watches it anew."];
    case "unknown-status":
      return ["The job stays open and is watched on. The job's team was not told."];
    default:
      return [];
  }
}

/** The sub jobs that failed, the first ones with code and reason. */
export function failedSubJobs(job: Job, room: Room, most = 3): string[] {
  const failed = job.subJobs.filter(hasFailed);
  const shown = failed.slice(0, most).map((subJob) => failedSubJob(subJob, room));
  return failed.length > shown.length ? [...shown, `+${failed.length - shown.length} more`] : shown;
}

export function labelsOf({ labels = {} }: Job, limit: number): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return mrkdwn(pairs.join(" · "), limit);
}

/** A run book that is no link any browser opens is shown as it is. */
export function runbookOf({ runbookUrl }: Job, limit: number): string | undefined {
  if (!runbookUrl) return undefined;
  return link(runbookUrl, "Run book", limit) ?? `Run book: ${mrkdwn(runbookUrl, FIELD)}`;
}

export function endedAs({ kind, state }: Transition): "success" | "failed" | undefined {
  return kind === "status" && (state === "success" || state === "failed") ? state : undefined;
}

function hasFailed({ state, errorCode, failReason }: SubJob): boolean {
  return state === "failed" || (state !== "success" && (Boolean(errorCode) || Boolean(failReason)));
}

function failedSubJob(subJob: SubJob, room: Room): string {
  const { jobType, jobId } = subJob;
  const words = jobType === undefined ? mrkdwn(jobId ?? "", room.name) : typeWords(jobType, room.type);
  return `${words || "A sub job"} failed${withReason(reasonWords(subJob, room))}`;
}

function withReason(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}
