import { hashFraction } from "../hash.ts";
import type { Job, JobKey } from "../job/job.ts";

/** The jobs of a team with the same source and type. Durations are not shared between teams. */
export type JobType = Pick<JobKey, "team" | "source"> & { jobType: string };

/** Durations in milliseconds of the jobs that finished last, oldest first, by 6 hex digits of their ids. */
export type Durations = ReadonlyMap<string, number>;

const MAX_DURATIONS = 50;
/** A longer duration comes from a wrong clock: tracking ends after half of it. */
const LONGEST_MS = 60 * 86_400_000;

/** Undefined if the cloud reports no type. `|` separates the fields of an open entry, which contains the type too. */
export function typeOf({ team, source }: Pick<JobKey, "team" | "source">, jobType: string | undefined): JobType | undefined {
  const word = jobType?.replaceAll("|", "");
  return word ? { team, source, jobType: word } : undefined;
}

/** Returns end minus begin by the cloud's times; undefined if the job did not succeed or the times make no sense. */
export function durationOf({ state, beginTime, endTime }: Pick<Job, "state" | "beginTime" | "endTime">): number | undefined {
  if (state !== "success" || beginTime === undefined || endTime === undefined) return undefined;
  const ms = endTime - beginTime;
  return ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** Returns the same object if the job was counted before. */
export function withDuration(durations: Durations, jobId: string, ms: number): Durations {
  const id = shortId(jobId);
  if (durations.has(id)) return durations;
  return new Map([...durations, [id, ms] as const].slice(-MAX_DURATIONS));
}

function shortId(jobId: string): string {
  return Math.floor(hashFraction(jobId) * 0x100_0000)
    .toString(16)
    .padStart(6, "0");
}
