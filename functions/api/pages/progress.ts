import { expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import { hasEnded, type Job, lastNews } from "../../../lib/domain/job/job.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import { clock } from "./times.ts";

/** Returns the cloud's end time, else the time at which the end was detected. */
export function endedAt(job: Job): number {
  return job.endTime ?? lastNews(job)?.at ?? job.registeredAt;
}

/** Sentence under the title of a job's page; "" if nothing is known yet. */
export function durationWords(job: Job, lastPoll: LastPoll | undefined, now: number): string {
  const { beginTime, endTime, typical } = job;
  const typicalText = typical ? ` (typically ${range(typical.lowMs, typical.highMs)})` : "";
  if (beginTime === undefined) return hasEnded(job) || lastPoll ? "" : "It has not started yet.";
  if (hasEnded(job)) return endTime === undefined ? "" : `It ran for ${duration(endTime - beginTime)}${typicalText}.`;
  const end = expectedEnd(job)?.at;
  const about =
    end === undefined
      ? ""
      : end >= now
        ? ` and is expected to end at ${clock(end, now)}`
        : ` and was expected to end at ${clock(end, now)}`;
  return `It has been running for ${duration(now - beginTime)}${about}${typicalText}.`;
}
