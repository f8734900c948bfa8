import { type ExpiredFilter, hasExpired, type Job } from "../domain/job/job.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import type { JobLists, ListOptions, RecordStore } from "../table-ports.ts";
import { redeliver } from "./change-job.ts";

export interface Redelivered {
  jobs: number;
  notifications: number;
  /** The cursor of the next part; absent after the last one. */
  next?: string;
}

/** Each is one write. */
const JOBS_AT_ONCE = 25;
const CONCURRENCY = 5;

/**
 * Makes the expired notifications of a team pending again, of at most 25 jobs, newest job first. `isMeant` gets a channel and when its
 * notification expired. It is safe to repeat.
 */
export async function redeliverAll(
  ports: Pick<Ports, "clock"> & { table: RecordStore & JobLists },
  team: string,
  options: Pick<ListOptions, "cursor" | "projects" | "charge">,
  isMeant: ExpiredFilter,
): Promise<Redelivered | "bad cursor"> {
  const page = await ports.table.listJobs(team, { ...options, limit: JOBS_AT_ONCE, expired: isMeant });
  if (page === "bad cursor") return page;
  const countExpired = (job: Job | undefined) => job?.notifications.filter((one) => hasExpired(one, isMeant)).length ?? 0;
  let notifications = 0;
  await concurrently(page.jobs, CONCURRENCY, async (job) => {
    const left = countExpired(await redeliver(ports, job, isMeant));
    notifications += countExpired(job) - left;
  });
  return { jobs: page.jobs.length, notifications, ...(page.next !== undefined && { next: page.next }) };
}
