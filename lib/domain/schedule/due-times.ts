import { ageAt, type PollingSchedule, pollsByAge } from "./polling-schedule.ts";

export interface TrackedTimes {
  /** In [0, 1): spreads the polls of jobs that were registered at the same time. */
  jitter: number;
  trackedSince: number;
  beginTime?: number | undefined;
}

/**
 * Each period of tracking ends with a poll under any schedule. With a sweep and a pause after it, no job goes longer than
 * 10 minutes without a poll, even if its schedule changes in every tick.
 */
const PERIOD_MS = 9 * 60_000;
/** Polls are no closer together than sweeps. */
const SWEEP_MS = 5_000;
/** With a learned schedule the first poll is at most a quarter of an interval early, since wasted polls are costly there. */
const LEARNED_SPREAD = 0.25;
/** The golden ratio's multiples are spread evenly over [0, 1). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** In polls: far more than rounding errors, far less than a millisecond at any rate. */
const ROUNDING = 1e-6;

/**
 * Returns true if a poll is due in the window (from, to]. Computed only from the job's times and the window: a poll that shows
 * nothing new writes nothing, and no poll is skipped however late the window is closed.
 */
export function isDue(tracked: TrackedTimes, from: number, to: number, schedule: PollingSchedule): boolean {
  const since = Math.max(from, tracked.trackedSince);
  if (to <= since) return false;
  const period = periodAt(tracked, since, schedule);
  return to >= period.endsAt || pollsUntil(period, to) > pollsUntil(period, since);
}

/** Returns the first time after `now` at which a poll is due. A tick can sleep until then. */
export function nextPollAt(tracked: TrackedTimes, now: number, schedule: PollingSchedule): number {
  const period = periodAt(tracked, Math.max(now, tracked.trackedSince), schedule);
  const polls = pollsUntil(period, now) + 1 - period.firstJitter - ROUNDING + period.polls;
  return polls > period.mostPolls ? period.endsAt : period.origin + Math.ceil(ageAt(schedule, polls));
}

/** A part of a job's tracking. Polls are counted from 0 in each, and the last one is at its end. */
interface Period {
  schedule: PollingSchedule;
  /** The time that ages count from. */
  origin: number;
  endsAt: number;
  /** Scheduled polls before its begin. */
  polls: number;
  /** Later polls would be too close to the one at its end. */
  mostPolls: number;
  /** How much earlier the first poll is, as a fraction of an interval. */
  firstJitter: number;
}

function periodAt({ jitter, trackedSince, beginTime }: TrackedTimes, at: number, schedule: PollingSchedule): Period {
  const lengthMs = Math.max(PERIOD_MS, Math.ceil(schedule.minIntervalMs));
  const offset = Math.ceil(jitter * lengthMs);
  const number = Math.floor((at - trackedSince + offset) / lengthMs);
  const beginsAt = Math.max(trackedSince - offset + number * lengthMs, trackedSince);
  const endsAt = trackedSince - offset + (number + 1) * lengthMs;
  const origin = schedule.fromBegin && beginTime !== undefined ? beginTime : trackedSince;
  // A fraction of an interval that varies by period, so that the average number of polls matches the schedule.
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

/** Returns the number of polls in this period up to a time within it. */
function pollsUntil({ schedule, origin, polls, mostPolls, firstJitter }: Period, at: number): number {
  return Math.floor(Math.max(Math.min(pollsByAge(schedule, at - origin), mostPolls) - polls, 0) + firstJitter + ROUNDING);
}
