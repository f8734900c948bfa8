import { hasEnded, type Job, type Seen } from "./job.ts";

/**
 * A share says how its last operation went, and goes on saying so: an end that stood there when the job was first seen is that
 * of an earlier operation. Gives back what is left of the sight, and the mark to keep.
 */
export function sinceFirstSight(job: Pick<Job, "mark">, seen: Seen): { seen: Seen; mark?: string } {
  if (seen.mark === undefined) return { seen };
  const mark = job.mark === undefined || job.mark === seen.mark ? seen.mark : "";
  const isOld = mark === seen.mark && seen.state !== undefined && hasEnded({ state: seen.state });
  return { seen: isOld ? notBegun(seen) : seen, mark };
}

function notBegun({ endTime: _, errorCode: _code, failReason: _reason, ...kept }: Seen): Seen {
  return { ...kept, state: "waiting" };
}
