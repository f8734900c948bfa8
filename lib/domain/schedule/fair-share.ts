/** Numbers of open jobs by their own polling interval: one number for each of `INTERVALS_MS`. */
export type PollLoad = readonly number[];

/** The intervals of a young, an older and an old job (polling-schedule.ts), and of a job that is polled slowly. */
const INTERVALS_MS = [10_000, 30_000, 60_000, 300_000] as const;
/** Intervals are rounded up to powers of this, so that only few different ones occur. */
const STEP = 1.1;

export const NO_LOAD: PollLoad = INTERVALS_MS.map(() => 0);

/** Returns the load with one more job that is polled at this interval. */
export function withJob(load: PollLoad, intervalMs: number): PollLoad {
  const place = Math.max(
    INTERVALS_MS.findLastIndex((ms) => ms <= intervalMs),
    0,
  );
  return load.with(place, (load[place] ?? 0) + 1);
}

export function jobsIn(load: PollLoad): number {
  return load.reduce((sum, jobs) => sum + jobs, 0);
}

/**
 * Max-min share: who needs less than an equal share gets all of it, and the others share the remainder equally. Returns the share of
 * these others; infinite if there is enough for all.
 */
export function fairShare(needs: number[], total: number): number {
  let left = total;
  for (const [index, need] of needs.toSorted((one, other) => one - other).entries()) {
    const share = left / (needs.length - index);
    if (need > share) return share;
    left -= need;
  }
  return Number.POSITIVE_INFINITY;
}

/** Shares a project's polls among its teams. Returns the minimum polling interval of each team that gets less than it needs. */
export function leastIntervals(loads: ReadonlyMap<string, PollLoad>, pollsPerSecond: number): Map<string, number> {
  const needs = [...loads.values()].map((load) => needOf(load));
  const share = fairShare(needs, pollsPerSecond / 1_000);
  const above = [...loads].filter(([, load]) => needOf(load) > share);
  return new Map(above.map(([team, load]) => [team, roundedUp(intervalFor(load, share))]));
}

/** Polls per millisecond. */
function needOf(load: PollLoad, leastMs = 0): number {
  return INTERVALS_MS.reduce((sum, ms, place) => sum + (load[place] ?? 0) / Math.max(ms, leastMs), 0);
}

/** Returns the minimum interval at which the load needs exactly its share. Jobs with a longer interval keep theirs. */
function intervalFor(load: PollLoad, share: number): number {
  const place = INTERVALS_MS.findLastIndex((ms) => needOf(load, ms) > share);
  const held = jobsIn(load.slice(0, place + 1));
  const others = INTERVALS_MS.reduce((sum, ms, index) => sum + (index > place ? (load[index] ?? 0) / ms : 0), 0);
  return held / (share - others);
}

function roundedUp(ms: number): number {
  return Math.ceil(STEP ** Math.ceil(Math.log(ms) / Math.log(STEP) - 1e-9));
}
