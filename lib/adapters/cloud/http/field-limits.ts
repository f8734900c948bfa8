import type { Seen, SubJob } from "../../../domain/job/job.ts";
import { hasFailed } from "../../../domain/job/sub-jobs.ts";
import { isObject } from "../../../domain/json.ts";

// Limits and checks that all sources share.

/** Maximum characters of a job's reason. */
export const MAX_REASON = 4_000;

/** Maximum characters of the name of a share or another resource. */
export const MAX_NAME = 128;

const KEPT_SUB_JOBS = 50;
/** Maximum characters of a sub job's reason. The shorter limit applies if all reasons together take more than MAX_REASON_BYTES. */
const MAX_SUB_REASON = 1_000;
const SHORTER_SUB_REASON = 400;
const MAX_REASON_BYTES = 70_000;

/** Keeps up to 50 sub jobs in the cloud's order, failed ones with priority. Counts the others. */
export function keptSubJobs(
  list: unknown,
  read: (body: Record<string, unknown>, maxReason: number) => SubJob,
): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const bodies = Array.isArray(list) ? list.filter(isObject) : [];
  const readAll = (maxReason: number) => kept(bodies.map((body) => read(body, maxReason)));
  const whole = readAll(MAX_SUB_REASON);
  const bytes = whole.reduce((sum, { failReason = "" }) => sum + Buffer.byteLength(JSON.stringify(failReason)), 0);
  const subJobs = bytes > MAX_REASON_BYTES ? readAll(SHORTER_SUB_REASON) : whole;
  return { subJobs, ...(bodies.length > subJobs.length && { moreSubJobs: bodies.length - subJobs.length }) };
}

function kept(all: SubJob[]): SubJob[] {
  if (all.length <= KEPT_SUB_JOBS) return all;
  const chosen = new Set([...all.filter(hasFailed), ...all.filter((one) => !hasFailed(one))].slice(0, KEPT_SUB_JOBS));
  return all.filter((one) => chosen.has(one));
}

/** Returns whether an answer has the id of another job. An answer without an id is accepted. */
export function isOtherId(id: unknown, expectedId: string): boolean {
  if (id === expectedId || id === undefined || id === null || id === "") return false;
  return typeof id !== "string" || id.trim().toLowerCase() !== expectedId.toLowerCase();
}

/** Returns the fields that have a value. */
export function present<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
