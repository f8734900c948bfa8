import { expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import { hasEnded, type Job, lastNews } from "../../../lib/domain/job/job.ts";
import { duration } from "../../../lib/domain/time-words.ts";
import { clock } from "./times.ts";

/** Returns the cloud's end time, else the time at which the end was detected. */
export function endedAt(job: Job): number {
  return job.endTime ?? lastNews(job)?.at ?? job.registeredAt;
}
