import { hasEnded, type Job } from "./job.ts";

/** 50 % of the jobs of a type end by `at`, 10 % before `from` and 10 % after `to`. Only `at` if it comes from `expectedMinutes`. */
export interface ExpectedEnd {
  at: number;
  from?: number;
  to?: number;
}

/**
 * Estimates the end of an open job: by the typical duration of its type once it runs, else by `expectedMinutes`, which count from the
 * begin or the registration as for `late`. Kept when it has passed; the job is overdue then.
 */
export function expectedEnd(job: Job): ExpectedEnd | undefined {
  const { typical, expectedMinutes, beginTime, registeredAt } = job;
  if (hasEnded(job)) return undefined;
  if (typical && beginTime !== undefined)
    return { at: beginTime + typical.medianMs, from: beginTime + typical.lowMs, to: beginTime + typical.highMs };
  return expectedMinutes === undefined ? undefined : { at: (beginTime ?? registeredAt) + expectedMinutes * 60_000 };
}

/** Orders late jobs first, then by expected end, then by registration. */
export function byUrgency(one: Job, other: Job): number {
  const isOnTime = (job: Job) => (job.late ? 0 : 1);
  const end = (job: Job) => expectedEnd(job)?.at ?? Number.MAX_SAFE_INTEGER;
  return isOnTime(one) - isOnTime(other) || end(one) - end(other) || one.registeredAt - other.registeredAt;
}
