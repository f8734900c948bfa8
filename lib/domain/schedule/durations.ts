import { hashFraction } from "../hash.ts";
import type { Job, JobKey } from "../job/job.ts";

/** Jobs of a team are alike where source and type are. What one team runs says nothing about another's jobs. */
export type JobType = Pick<JobKey, "team" | "source"> & { jobType: string };

/** Milliseconds that the jobs of a type took which finished last, oldest first, by 6 hex digits of their ids. */
export type Durations = ReadonlyMap<string, number>;

const MOST = 50;
/** Longer ones are no durations but the trace of a wrong clock: after half of it a job is not even watched. */
const LONGEST_MS = 60 * 86_400_000;

/** Undefined where the cloud says no type. `|` divides the fields of an open entry, which carries the type too. */
export function typeOf({ team, source }: Pick<JobKey, "team" | "source">, jobType: string | undefined): JobType | undefined {
  const word = jobType?.replaceAll("|", "");
  return word ? { team, source, jobType: word } : undefined;
}

/** From begin to end by the cloud's own times; undefined where the job did not succeed or they make no sense. */
export function durationOf({ state, beginTime, endTime }: Pick<Job, "state" | "beginTime" | "endTime">): number | undefined {
  if (state !== "success" || beginTime === undefined || endTime === undefined) return undefined;
  const ms = endTime - beginTime;
  return ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** The very durations where the job was counted before. */
export function withDuration(durations: Durations, jobId: string, ms: number): Durations {
  const id = shortId(jobId);
  if (durations.has(id)) return durations;
  return new Map([...durations, [id, ms] as const].slice(-MOST));
}

function shortId(jobId: string): string {
  return Math.floor(hashFraction(jobId) * 0x100_0000)
    .toString(16)
    .padStart(6, "0");
}
