/**
 * How many looks a job has had by each age: knots of a line, so that a look falls where it crosses a whole number.
 * Before the first knot and after the last the line goes on at fixed intervals.
 */
export interface PollingSchedule {
  /** Milliseconds, ascending. */
  ages: readonly number[];
  polls: readonly number[];
  /** Looks a millisecond, before the first knot and after the last. */
  before: number;
  after: number;
  /** Ages count from the begin of the job where that is known, else from when it is watched. */
  fromBegin: boolean;
  /** The least interval that the cloud's rate budget allows at this number of jobs. */
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

/** Looks a millisecond at an age, where nothing is known of a job. */
export function fixedRate(ageMs: number): number {
  const step = STEPS.find(({ untilMs }) => ageMs < untilMs) ?? STEPS[STEPS.length - 1];
  return 1 / (step?.everyMs ?? 0);
}

/** The looks that these rates add up to; `rateAt` is asked for the middle of each interval between two knots. */
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
  if (next === 0) return (ageMs - at(ages, 0)) * before;
  if (next === ages.length) return at(polls, next - 1) + (ageMs - at(ages, next - 1)) * after;
  const part = (ageMs - at(ages, next - 1)) / (at(ages, next) - at(ages, next - 1));
  return at(polls, next - 1) + part * (at(polls, next) - at(polls, next - 1));
}

/** The inverse of `pollsByAge`: the first age at which so many looks are reached. */
export function ageAt({ ages, polls, before, after }: PollingSchedule, count: number): number {
  const next = firstNotBelow(polls, count);
  if (next === 0) return at(ages, 0) + count / before;
  if (next === polls.length) return at(ages, next - 1) + (count - at(polls, next - 1)) / after;
  const part = (count - at(polls, next - 1)) / (at(polls, next) - at(polls, next - 1));
  return at(ages, next - 1) + part * (at(ages, next) - at(ages, next - 1));
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(sorted, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstNotBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(sorted, middle) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? 0;
}
