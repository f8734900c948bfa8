import { hasEnded, type Job, lastNews } from "../../../lib/domain/job/job.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import { clock } from "./times.ts";

/** When an open job is likely to end: by what is usual, else by what its team expects. Milliseconds; undefined where nobody knows. */
export function expectedEnd(job: Job): number | undefined {
  const { typical, expectedMinutes, beginTime, trackedSince } = job;
  if (hasEnded(job)) return undefined;
  if (typical && beginTime !== undefined) return beginTime + typical.medianMs;
  return expectedMinutes === undefined ? undefined : (beginTime ?? trackedSince) + expectedMinutes * 60_000;
}

/** "12 min, ends about 14:35", "ran 41 min", as short as a row of the board is. */
export function progressWords(job: Job, now: number): string {
  const { beginTime, endTime, registeredAt } = job;
  if (!hasEnded(job)) {
    const since = beginTime === undefined ? `watched for ${duration(now - registeredAt)}` : duration(now - beginTime);
    const end = expectedEnd(job);
    if (end === undefined) return since;
    return end >= now ? `${since}, ends about ${clock(end, now)}` : `${since}, was to end at ${clock(end, now)}`;
  }
  const ran = beginTime !== undefined && endTime !== undefined ? `, ran ${duration(endTime - beginTime)}` : "";
  return `${clock(endedAt(job), now)}${ran}`;
}

/** When it ended by the cloud's own time, else when that was noticed. */
export function endedAt(job: Job): number {
  return job.endTime ?? lastNews(job)?.at ?? job.registeredAt;
}

/** The sentence under the title of a job's page; "" where nothing is known yet. */
export function durationWords(job: Job, lastPoll: LastPoll | undefined, now: number): string {
  const { beginTime, endTime, typical } = job;
  const typicalText = typical ? `; ${range(typical.lowMs, typical.highMs)} is usual` : "";
  if (beginTime === undefined) return hasEnded(job) || lastPoll ? "" : "It has not begun yet.";
  if (hasEnded(job)) return endTime === undefined ? "" : `It ran for ${duration(endTime - beginTime)}${typicalText}.`;
  const end = expectedEnd(job);
  const about =
    end === undefined
      ? ""
      : end >= now
        ? `, and is likely to end at about ${clock(end, now)}`
        : `, and was to end at ${clock(end, now)}`;
  return `It has been running for ${duration(now - beginTime)}${about}${typicalText}.`;
}
