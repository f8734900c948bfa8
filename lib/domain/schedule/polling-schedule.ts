/**
 * How many looks a job has had by each age: knots of a line, so that a look falls where it crosses a whole number.
 * Before the first knot and after the last the line goes on at fixed intervals.
 */
export interface Pace {
  /** Milliseconds, ascending. */
  ages: readonly number[];
  looks: readonly number[];
  /** Looks a millisecond, before the first knot and after the last. */
  before: number;
  after: number;
  /** Ages count from the begin of the job where that is known, else from when it is watched. */
  fromBegin: boolean;
  /** The least interval that the cloud's rate budget allows at this number of jobs. */
  stretchMs: number;
}

/** Fixed intervals: growing ones notice an end 1.5 to 9 times later for the same number of calls. */
const STEPS = [
  { untilMs: 10 * 60_000, everyMs: 10_000 },
  { untilMs: 6 * 3_600_000, everyMs: 30_000 },
  { untilMs: Number.POSITIVE_INFINITY, everyMs: 60_000 },
] as const;

export function fixedPace(stretchMs = 0): Pace {
  const ages = [0, ...STEPS.flatMap(({ untilMs }) => (Number.isFinite(untilMs) ? [untilMs] : []))];
  return { ...paceThrough(ages, stretchMs, fixedRate), fromBegin: false };
}

/** Looks a millisecond at an age, where nothing is known of a job. */
export function fixedRate(ageMs: number): number {
  const step = STEPS.find(({ untilMs }) => ageMs < untilMs) ?? STEPS[STEPS.length - 1];
  return 1 / (step?.everyMs ?? 0);
}

/** The looks that these rates add up to; `rateAt` is asked for the middle of each interval between two knots. */
export function paceThrough(
  ages: readonly number[],
  stretchMs: number,
  rateAt: (ageMs: number, interval: number) => number,
): Pace {
  const most = 1 / stretchMs;
  const looks = [0];
  for (let index = 1; index < ages.length; index++) {
    const [from = 0, to = 0] = [ages[index - 1], ages[index]];
    looks.push((looks[index - 1] ?? 0) + (to - from) * Math.min(rateAt((from + to) / 2, index - 1), most));
  }
  const last = ages.at(-1) ?? 0;
  const [before, after] = [Math.min(fixedRate(0), most), Math.min(fixedRate(last), most)];
  return { ages, looks, before, after, fromBegin: true, stretchMs };
}

export function looksAt({ ages, looks, before, after }: Pace, ageMs: number): number {
  const next = firstAbove(ages, ageMs);
  if (next === 0) return (ageMs - at(ages, 0)) * before;
  if (next === ages.length) return at(looks, next - 1) + (ageMs - at(ages, next - 1)) * after;
  const part = (ageMs - at(ages, next - 1)) / (at(ages, next) - at(ages, next - 1));
  return at(looks, next - 1) + part * (at(looks, next) - at(looks, next - 1));
}

/** The inverse of `looksAt`: the first age at which so many looks are reached. */
export function ageAt({ ages, looks, before, after }: Pace, count: number): number {
  const next = firstNotBelow(looks, count);
  if (next === 0) return at(ages, 0) + count / before;
  if (next === looks.length) return at(ages, next - 1) + (count - at(looks, next - 1)) / after;
  const part = (count - at(looks, next - 1)) / (at(looks, next) - at(looks, next - 1));
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
