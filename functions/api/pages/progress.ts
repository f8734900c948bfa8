import { type Job, lastNews } from "../../../lib/domain/job/job.ts";

/** Returns the cloud's end time, else the time at which the end was detected. */
export function endedAt(job: Job): number {
  return job.endTime ?? lastNews(job)?.at ?? job.registeredAt;
}
