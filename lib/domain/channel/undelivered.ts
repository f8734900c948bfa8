import { type FirstNames, withNames } from "../first-names.ts";
import { jobOfPk } from "../table-keys.ts";
import type { NotificationRef } from "./message-record.ts";

/** Notifications of jobs that expired since the channel's last digest. */
export interface Undelivered {
  notifications: number;
  jobs: FirstNames;
  /** The first one expired at this time or up to an hour later. */
  since: number;
}

/** An expiry that was begun before this time has been saved on every job. */
const MARGIN_MS = 3_600_000;

/** Adds expired notifications. The service's own notices are omitted: they have no job, and cannot be redelivered. */
export function addUndelivered(
  before: Undelivered | undefined,
  expired: readonly NotificationRef[],
  now: number,
): Undelivered | undefined {
  const jobs = expired.flatMap(({ pk }) => jobOfPk(pk)?.jobId ?? []);
  if (jobs.length === 0) return before;
  const known = new Set(before?.jobs.names);
  return {
    notifications: (before?.notifications ?? 0) + jobs.length,
    jobs: withNames(
      before?.jobs,
      [...new Set(jobs)].filter((jobId) => !known.has(jobId)),
    ),
    since: before?.since ?? now - MARGIN_MS,
  };
}
