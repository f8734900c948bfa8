import { ageAt, type PollingSchedule, pollsByAge } from "./polling-schedule.ts";

export interface TrackedTimes {
  /** In [0, 1): tells jobs registered at one moment apart, so that they are not all looked at in one pass. */
  jitter: number;
  trackedSince: number;
  beginTime?: number | undefined;
}

/**
 * Each stretch of a watch ends with a look, whatever the pace: with a pass and a pause behind it no job goes longer than
 * 10 minutes without one, even where its pace is another one in every tick.
 */
const PERIOD_MS = 9 * 60_000;
/** Looks do not come closer than passes. */
const SWEEP_MS = 5_000;
/** Where the end is learnt, the first look comes at most a quarter of an interval early: each look wasted there is a dear one. */
const LEARNED_SPREAD = 0.25;
/** Its multiples spread evenly over the numbers between 0 and 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Of a look: far more than sums lose, far less than a millisecond at any pace. */
const ROUNDING = 1e-6;

/**
 * Whether a look falls into the window (from, to]. Computed from the times of the job and the window alone: a look that
 * shows nothing new writes nothing, and nothing is forgotten however late the window is closed.
 */
export function isDue(tracked: TrackedTimes, from: number, to: number, schedule: PollingSchedule): boolean {
  const since = Math.max(from, tracked.trackedSince);
  if (to <= since) return false;
  const period = periodAt(tracked, since, schedule);
  return to >= period.endsAt || pollsUntil(period, to) > pollsUntil(period, since);
}

/** The first moment after `now` at which a look is due; how long a tick may rest. */
export function nextPollAt(tracked: TrackedTimes, now: number, schedule: PollingSchedule): number {
  const period = periodAt(tracked, Math.max(now, tracked.trackedSince), schedule);
  const polls = pollsUntil(period, now) + 1 - period.firstJitter - ROUNDING + period.polls;
  return polls > period.mostPolls ? period.endsAt : period.origin + Math.ceil(ageAt(schedule, polls));
}

/** A part of a watch; looks are counted anew in each, and its end is the last of them. */
interface Period {
  schedule: PollingSchedule;
  /** What ages count from. */
  origin: number;
  endsAt: number;
  /** By the pace, when it begins. */
  polls: number;
  /** What comes after is too close to the look at its end. */
  mostPolls: number;
  /** What the first look comes before its time, of an interval. */
  firstJitter: number;
}

function periodAt({ jitter, trackedSince, beginTime }: TrackedTimes, at: number, schedule: PollingSchedule): Period {
  const lengthMs = Math.max(PERIOD_MS, Math.ceil(schedule.minIntervalMs));
  const offset = Math.ceil(jitter * lengthMs);
  const number = Math.floor((at - trackedSince + offset) / lengthMs);
  const beginsAt = Math.max(trackedSince - offset + number * lengthMs, trackedSince);
  const endsAt = trackedSince - offset + (number + 1) * lengthMs;
  const origin = schedule.fromBegin && beginTime !== undefined ? beginTime : trackedSince;
  // Of an interval: by turns more or less, so that in the long run there are as many looks as the pace says.
  const fraction = (jitter * 4_096 + number * GOLDEN) % 1;
  return {
    schedule,
    origin,
    endsAt,
    polls: pollsByAge(schedule, beginsAt - origin),
    mostPolls: Math.min(pollsByAge(schedule, endsAt - origin) - fraction, pollsByAge(schedule, endsAt - SWEEP_MS - origin)),
    firstJitter: number > 0 ? 0 : ((jitter * 4_096) % 1) * (schedule.fromBegin ? LEARNED_SPREAD : 1),
  };
}

/** Looks of this stretch up to a moment in it. */
function pollsUntil({ schedule, origin, polls, mostPolls, firstJitter }: Period, at: number): number {
  return Math.floor(Math.max(Math.min(pollsByAge(schedule, at - origin), mostPolls) - polls, 0) + firstJitter + ROUNDING);
}
