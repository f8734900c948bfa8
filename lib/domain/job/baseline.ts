import { hasEnded, type Job, type Seen } from "./job.ts";

/**
 * A share says how its last operation went, and goes on saying so: an end that stood there when the job was first seen is that
 * of an earlier operation. Gives back what is left of the sight, and the mark to keep.
 */
export function sinceBaseline(job: Pick<Job, "baseline">, seen: Seen): { seen: Seen; baseline?: string } {
  if (seen.baseline === undefined) return { seen };
  const baseline = job.baseline === undefined || job.baseline === seen.baseline ? seen.baseline : "";
  const isOld = baseline === seen.baseline && seen.state !== undefined && hasEnded({ state: seen.state });
  return { seen: isOld ? notBegun(seen) : seen, baseline };
}

function notBegun({ endTime: _, errorCode: _code, failReason: _reason, ...kept }: Seen): Seen {
  return { ...kept, state: "waiting" };
}
