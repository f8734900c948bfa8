import { lateLimit } from "../../domain/job/deadline.ts";
import type { Job, Transition, TypicalDuration } from "../../domain/job/job.ts";
import { duration, range } from "../../domain/time-words.ts";

/** "Waited 3 min, usually takes 35 to 50 min" when a job starts or ends, as far as the sentence before it does not say so already; else "". */
export function timesLine(job: Job, { kind }: Transition, isInSentence: { ran: boolean; typical: boolean }): string {
  if (kind !== "status") return "";
  const [waited, ran] = [waitedFor(job), ranFor(job)];
  const description = [
    ...(waited === undefined ? [] : [`waited ${waited}`]),
    ...(ran === undefined || isInSentence.ran ? [] : [`ran ${ran}`]),
    ...(job.typical === undefined || isInSentence.typical ? [] : [`usually takes ${typicalRange(job.typical)}`]),
  ].join(", ");
  return description.charAt(0).toUpperCase() + description.slice(1);
}

/** How long an ended job ran; undefined if the cloud gives no start or end. */
export function ranFor({ beginTime, endTime }: Job): string | undefined {
  return beginTime === undefined || endTime === undefined ? undefined : duration(endTime - beginTime);
}

/**
 * How long the job waited: from its first `waiting`, or from its registration if the cloud did not know it yet, to its start.
 * Undefined if the first poll found it running or ended, or if it started before it was tracked.
 */
function waitedFor({ beginTime, trackedSince, transitions }: Job): string | undefined {
  const first = transitions.find(({ kind, at }) => kind === "status" && at >= trackedSince);
  if (first === undefined || beginTime === undefined) return undefined;
  const waits = first.state === "waiting" || first.at > trackedSince;
  const waitedMs = beginTime - (first.state === "waiting" ? first.at : trackedSince);
  return waits && waitedMs >= 1_000 ? duration(waitedMs) : undefined;
}

/** What a job's duration is compared with: the typical or the expected one, whichever makes it late first. */
export function measure(job: Job): { words: string; limit: string; mostMs: number } | undefined {
  const { typical } = job;
  const limit = lateLimit(job, typical);
  if (limit?.by === "typical" && typical)
    return { ...comparedWith("usually", "typical", typicalRange(typical)), mostMs: typical.highMs };
  return limit && { ...comparedWith("expected", "expected", duration(limit.ms)), mostMs: limit.ms };
}

/** ": running for 1 h 20 min, 30 min longer than the typical 35 to 50 min". */
export function openFor(job: Job, { at, state }: Transition): string {
  const { beginTime, registeredAt } = job;
  const forMs = at - (beginTime ?? registeredAt);
  const doing = beginTime === undefined ? "tracked" : state === "waiting" ? "waiting" : "running";
  const measured = measure(job);
  const overMs = measured ? forMs - measured.mostMs : 0;
  if (measured === undefined) return `: ${doing} for ${duration(forMs)}, longer than the default limit`;
  return `: ${doing} for ${duration(forMs)}, ${overMs >= 60_000 ? `${duration(overMs)} longer than ${measured.limit}` : measured.words}`;
}

function comparedWith(adverb: string, adjective: string, time: string): { words: string; limit: string } {
  return { words: `${adverb} ${time}`, limit: `the ${adjective} ${time}` };
}

function typicalRange({ lowMs, highMs }: TypicalDuration): string {
  return range(lowMs, highMs);
}
