/**
 * How many polls a job has had by each age: breakpoints of a line. A poll is due where the line crosses a whole number.
 * Before the first breakpoint and after the last the line continues at fixed intervals.
 */
export interface PollingSchedule {
  /** Milliseconds, ascending. */
  ages: readonly number[];
  polls: readonly number[];
  /** Polls per millisecond, before the first breakpoint and after the last. */
  before: number;
  after: number;
  /** Ages count from the job's begin if it is known, else from the start of tracking. */
  fromBegin: boolean;
  /** The minimum interval that the project's poll budget allows for this number of jobs. */
  minIntervalMs: number;
}

/** Fixed intervals: growing ones notice an end 1.5 to 9 times later for the same number of calls. */
const STEPS = [
  { untilMs: 10 * 60_000, everyMs: 10_000 },
  { untilMs: 6 * 3_600_000, everyMs: 30_000 },
  { untilMs: Number.POSITIVE_INFINITY, everyMs: 60_000 },
] as const;

export function fixedSchedule(minIntervalMs = 0): PollingSchedule {
  const ages = [0, ...STEPS.flatMap(({ untilMs }) => (Number.isFinite(untilMs) ? [untilMs] : []))];
  return { ...scheduleThrough(ages, minIntervalMs, fixedRate), fromBegin: false };
}

/** Polls per millisecond at an age, for a job without a learned schedule. */
export function fixedRate(ageMs: number): number {
  const step = STEPS.find(({ untilMs }) => ageMs < untilMs) ?? STEPS[STEPS.length - 1];
  return 1 / (step?.everyMs ?? 0);
}

/** Returns the schedule with these rates. `rateAt` is called with the middle of each interval between two breakpoints. */
export function scheduleThrough(
  ages: readonly number[],
  minIntervalMs: number,
  rateAt: (ageMs: number, interval: number) => number,
): PollingSchedule {
  const most = 1 / minIntervalMs;
  const polls = [0];
  for (let index = 1; index < ages.length; index++) {
    const [from = 0, to = 0] = [ages[index - 1], ages[index]];
    polls.push((polls[index - 1] ?? 0) + (to - from) * Math.min(rateAt((from + to) / 2, index - 1), most));
  }
  const last = ages.at(-1) ?? 0;
  const [before, after] = [Math.min(fixedRate(0), most), Math.min(fixedRate(last), most)];
  return { ages, polls, before, after, fromBegin: true, minIntervalMs };
}

export function pollsByAge({ ages, polls, before, after }: PollingSchedule, ageMs: number): number {
  const next = firstAbove(ages, ageMs);
  if (next === 0) return (ageMs - valueAt(ages, 0)) * before;
  if (next === ages.length) return valueAt(polls, next - 1) + (ageMs - valueAt(ages, next - 1)) * after;
  const part = (ageMs - valueAt(ages, next - 1)) / (valueAt(ages, next) - valueAt(ages, next - 1));
  return valueAt(polls, next - 1) + part * (valueAt(polls, next) - valueAt(polls, next - 1));
}

/** The inverse of `pollsByAge`: returns the first age with this number of polls. */
export function ageAt({ ages, polls, before, after }: PollingSchedule, count: number): number {
  const next = firstNotBelow(polls, count);
  if (next === 0) return valueAt(ages, 0) + count / before;
  if (next === polls.length) return valueAt(ages, next - 1) + (count - valueAt(polls, next - 1)) / after;
  const part = (count - valueAt(polls, next - 1)) / (valueAt(polls, next) - valueAt(polls, next - 1));
  return valueAt(ages, next - 1) + part * (valueAt(ages, next) - valueAt(ages, next - 1));
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(sorted, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstNotBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(sorted, middle) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function valueAt(list: readonly number[], index: number): number {
  return list[index] ?? 0;
}
