import type { Durations } from "./durations.ts";

/** How often a job is polled at each age. The first step also applies before its age, the last one has no end. */
export interface PollingSchedule {
  steps: readonly { fromMs: number; everyMs: number }[];
  /** Ages count from the job's begin if it is known, else from the start of tracking. */
  fromBegin: boolean;
}

export interface TrackedTimes {
  /** In [0, 1): spreads the polls of jobs that were registered at the same time. */
  jitter: number;
  trackedSince: number;
  beginTime?: number | undefined;
}

/** For types with too few known durations. Growing intervals would notice an end 1.5 to 9 times later for the same number of polls. */
export const FIXED_SCHEDULE: PollingSchedule = {
  steps: [
    { fromMs: 0, everyMs: 10_000 },
    { fromMs: 10 * 60_000, everyMs: 30_000 },
    { fromMs: 6 * 3_600_000, everyMs: 60_000 },
  ],
  fromBegin: false,
};

/** The learned steps end at these quantiles of the known durations. */
const QUANTILES = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];
const MIN_INTERVAL_MS = 5_000;
/** At most a tick: each tick then has a poll of the job, even if its schedule changes in every tick. */
const MAX_INTERVAL_MS = 60_000;
const ROUNDING = 1e-6;

/**
 * Polls a type most often at the ages at which its jobs end. The best rate is proportional to the root of the hazard (Barlow, Hunter and
 * Proschan 1963): of the jobs still running, the share that ends in a step, per millisecond. In all, the known jobs get as many polls as
 * with the fixed schedule. Returns undefined for fewer than 10 jobs.
 */
export function learnSchedule(durations: Durations): PollingSchedule | undefined {
  if (durations.size < 10) return undefined;
  const known = [...durations.values()].map((ms) => Math.max(ms, 1_000)).sort((one, other) => one - other);
  const end = 2 * (known.at(-1) ?? 0);
  // Spread by up to 10 %, because the next job takes a little more or less time than all known ones.
  const ages = [0, ...QUANTILES.map((part) => (known[Math.ceil(part * known.length) - 1] ?? 0) * (0.9 + 0.2 * part)), end];
  const ended = [0, ...QUANTILES, 1];
  const steps = ages.slice(1).map((to, step) => {
    const [fromMs = 0, before = 0, after = 1] = [ages[step], ended[step], ended[step + 1]];
    return { fromMs, everyMs: Math.sqrt(((to - fromMs) * (1 - (before + after) / 2)) / (after - before)) };
  });
  const pollsOf = (schedule: PollingSchedule) => known.reduce((sum, ms) => sum + pollsByAge(schedule, ms), 0);
  const factor = pollsOf({ steps, fromBegin: true }) / pollsOf(FIXED_SCHEDULE);
  const within = (ms: number) => Math.min(Math.max(ms, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
  const learned = steps.map(({ fromMs, everyMs }) => ({ fromMs, everyMs: within(everyMs * factor) }));
  const later = FIXED_SCHEDULE.steps.filter(({ fromMs }) => fromMs > end);
  return { steps: [...learned, { fromMs: end, everyMs: fixedInterval(end) }, ...later], fromBegin: true };
}

export function fixedInterval(ageMs: number): number {
  return FIXED_SCHEDULE.steps.findLast(({ fromMs }) => fromMs <= ageMs)?.everyMs ?? 10_000;
}

/** Returns true if a poll is due in the window (from, to]. Windows follow each other without gaps, so no poll needs a record. */
export function isDue(job: TrackedTimes, from: number, to: number, schedule: PollingSchedule, minIntervalMs = 0): boolean {
  const since = Math.max(from, job.trackedSince);
  return to > since && pollsUntil(job, to, schedule, minIntervalMs) > pollsUntil(job, since, schedule, minIntervalMs);
}

/** Returns the first time after `now` at which a poll is due. */
export function nextPollAt(job: TrackedTimes, now: number, schedule: PollingSchedule, minIntervalMs = 0): number {
  const polls = pollsUntil(job, Math.max(now, job.trackedSince), schedule, minIntervalMs) + 1 - job.jitter - ROUNDING;
  return originOf(job, schedule, minIntervalMs) + Math.ceil(ageAt(schedule, polls, minIntervalMs));
}

function pollsUntil(job: TrackedTimes, at: number, schedule: PollingSchedule, minIntervalMs: number): number {
  return Math.floor(pollsByAge(schedule, at - originOf(job, schedule, minIntervalMs), minIntervalMs) + job.jitter + ROUNDING);
}

/** With a minimum interval above all steps, every schedule is the same and must have the same origin. */
function originOf({ trackedSince, beginTime }: TrackedTimes, { fromBegin }: PollingSchedule, minIntervalMs: number): number {
  return fromBegin && beginTime !== undefined && minIntervalMs < MAX_INTERVAL_MS ? beginTime : trackedSince;
}

function pollsByAge({ steps }: PollingSchedule, ageMs: number, minIntervalMs = 0): number {
  return steps.reduce((polls, { fromMs, everyMs }, index) => {
    const to = Math.min(steps[index + 1]?.fromMs ?? ageMs, ageMs);
    return index === 0 || to > fromMs ? polls + (to - fromMs) / Math.max(everyMs, minIntervalMs) : polls;
  }, 0);
}

/** The inverse of `pollsByAge`. */
function ageAt({ steps }: PollingSchedule, polls: number, minIntervalMs: number): number {
  let left = polls;
  for (const [index, { fromMs, everyMs }] of steps.entries()) {
    const every = Math.max(everyMs, minIntervalMs);
    const lengthMs = (steps[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) - fromMs;
    if (left * every <= lengthMs) return fromMs + left * every;
    left -= lengthMs / every;
  }
  return 0;
}
