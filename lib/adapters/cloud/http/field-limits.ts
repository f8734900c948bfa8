import type { Seen, SubJob } from "../../../domain/job/job.ts";
import { hasFailed } from "../../../domain/job/sub-jobs.ts";
import { isRecord } from "./errors.ts";

// What reading an answer of any source has in common.

/** Characters of a job's reason. */
export const LONGEST_REASON = 4_000;

const KEPT_SUB_JOBS = 50;
/** Characters of a sub job's reason, and where all of them together take more than MOST_BYTES of the job's item. */
const LONGEST_SUB_REASON = 1_000;
const SHORTER_SUB_REASON = 400;
const MOST_BYTES = 70_000;

/** The failed sub jobs first, in the cloud's order, as many as one item holds, and how many more there are. */
export function keptSubJobs(
  list: unknown,
  read: (body: Record<string, unknown>, longestReason: number) => SubJob,
): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const bodies = Array.isArray(list) ? list.filter(isRecord) : [];
  const readAll = (longestReason: number) => kept(bodies.map((body) => read(body, longestReason)));
  const whole = readAll(LONGEST_SUB_REASON);
  const bytes = whole.reduce((sum, { failReason = "" }) => sum + Buffer.byteLength(JSON.stringify(failReason)), 0);
  const subJobs = bytes > MOST_BYTES ? readAll(SHORTER_SUB_REASON) : whole;
  return { subJobs, ...(bodies.length > subJobs.length && { moreSubJobs: bodies.length - subJobs.length }) };
}

function kept(all: SubJob[]): SubJob[] {
  if (all.length <= KEPT_SUB_JOBS) return all;
  const chosen = new Set([...all.filter(hasFailed), ...all.filter((one) => !hasFailed(one))].slice(0, KEPT_SUB_JOBS));
  return all.filter((one) => chosen.has(one));
}

/** Whether an answer names another job than the one asked for. One that names none is about that one. */
export function isAnother(id: unknown, expectedId: string): boolean {
  if (id === expectedId || id === undefined || id === null || id === "") return false;
  return typeof id !== "string" || id.trim().toLowerCase() !== expectedId.toLowerCase();
}
