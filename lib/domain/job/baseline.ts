import { hasEnded, type Job, type Seen } from "./job.ts";

/**
 * A share keeps reporting its previous operation. Until its status text differs from the first one seen, an end belongs to that
 * earlier operation and is ignored. Returns the observation without such an end, and the job's new baseline: the first `statusText`, or
 * "" once a different one was seen.
 */
export function sinceBaseline(job: Pick<Job, "baseline">, seen: Seen): { seen: Seen; baseline?: string } {
  if (seen.statusText === undefined) return { seen };
  const baseline = job.baseline === undefined || job.baseline === seen.statusText ? seen.statusText : "";
  const isOld = baseline === seen.statusText && seen.state !== undefined && hasEnded({ state: seen.state });
  return { seen: isOld ? notBegun(seen) : seen, baseline };
}

function notBegun({ endTime: _, errorCode: _code, failReason: _reason, ...kept }: Seen): Seen {
  return { ...kept, state: "waiting" };
}
