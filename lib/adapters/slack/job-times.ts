import type { Job, Transition, TypicalDuration } from "../../domain/job/job.ts";
import { LATE_PAST_P95 } from "../../domain/job/rules.ts";
import { duration, range } from "../../domain/time-words.ts";

/** "Waited 3 min, ran 41 min, usual 35-50 min", as far as it is known, where a job begins or ends; "" elsewhere. */
export function timesLine(job: Job, { kind }: Transition): string {
  if (kind !== "status") return "";
  const [waited, ran] = [waitedFor(job), ranFor(job)];
  const description = [
    ...(waited === undefined ? [] : [`waited ${waited}`]),
    ...(ran === undefined ? [] : [`ran ${ran}`]),
    ...(job.typical ? [`usual ${typicalRange(job.typical)}`] : []),
  ].join(", ");
  return description.charAt(0).toUpperCase() + description.slice(1);
}

/** How long an ended job ran, as far as the cloud says. */
export function ranFor({ beginTime, endTime }: Job): string | undefined {
  return beginTime === undefined || endTime === undefined ? undefined : duration(endTime - beginTime);
}

/**
 * From when it was first seen waiting, or registered before the cloud knew it, until it began. Unknown where the first look
 * saw it running or ended, and where the cloud's begin lies before the watch.
 */
function waitedFor({ beginTime, trackedSince, transitions }: Job): string | undefined {
  const first = transitions.find(({ kind, at }) => kind === "status" && at >= trackedSince);
  if (first === undefined || beginTime === undefined) return undefined;
  const waits = first.state === "waiting" || first.at > trackedSince;
  const waitedMs = beginTime - (first.state === "waiting" ? first.at : trackedSince);
  return waits && waitedMs >= 1_000 ? duration(waitedMs) : undefined;
}

/** What an open job's time is measured by: the one that makes it late first, what is usual for its type or what its team expects. */
export function measure({ typical, expectedMinutes }: Job): { words: string; mostMs: number } | undefined {
  const expectedMs = expectedMinutes === undefined ? Number.POSITIVE_INFINITY : expectedMinutes * 60_000;
  if (typical && typical.p95Ms * LATE_PAST_P95 <= expectedMs)
    return { words: `usual ${typicalRange(typical)}`, mostMs: typical.highMs };
  return expectedMinutes === undefined ? undefined : { words: `expected ${duration(expectedMs)}`, mostMs: expectedMs };
}

/** ": running for 1 h 20 min, usual 35-50 min, 30 min over". */
export function openFor(job: Job, { at, state }: Transition): string {
  const { beginTime, registeredAt } = job;
  const forMs = at - (beginTime ?? registeredAt);
  const doing = beginTime === undefined ? "watched" : state === "waiting" ? "waiting" : "running";
  const measured = measure(job);
  const overMs = measured ? forMs - measured.mostMs : 0;
  const over = overMs >= 60_000 ? `, ${duration(overMs)} over` : "";
  return `: ${doing} for ${duration(forMs)}${measured ? `, ${measured.words}${over}` : ""}`;
}

function typicalRange({ lowMs, highMs }: TypicalDuration): string {
  return range(lowMs, highMs);
}
