/** Open jobs by how often each is polled when nothing holds it back: one number for each of `INTERVALS_MS`. */
export type PollLoad = readonly number[];

/** Of a young, an older and an old job (polling-schedule.ts), and of one that is polled slowly. */
const INTERVALS_MS = [10_000, 30_000, 60_000, 300_000] as const;
/** Intervals differ by a tenth at least, so that there are few of them. */
const STEP = 1.1;

export const NO_LOAD: PollLoad = INTERVALS_MS.map(() => 0);

/** The load with one more job, polled every so many milliseconds. */
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
 * Shares a project's polls among its teams max-min: a team that needs less than an equal share has all it needs, the others share
 * the rest equally. Returns the least interval, in milliseconds, between two polls of a job of each team that gets less than it needs.
 */
export function leastIntervals(loads: ReadonlyMap<string, PollLoad>, pollsPerSecond: number): Map<string, number> {
  const byNeed = [...loads].sort(([, one], [, other]) => needOf(one) - needOf(other));
  const intervals = new Map<string, number>();
  let left = pollsPerSecond / 1_000;
  for (const [index, [team, load]] of byNeed.entries()) {
    const share = left / (byNeed.length - index);
    const need = needOf(load);
    if (need > share) intervals.set(team, roundedUp(intervalFor(load, share)));
    left -= Math.min(need, share);
  }
  return intervals;
}

/** Polls a millisecond. */
function needOf(load: PollLoad, leastMs = 0): number {
  return INTERVALS_MS.reduce((sum, ms, place) => sum + (load[place] ?? 0) / Math.max(ms, leastMs), 0);
}

/** The least interval at which the load needs just its share: jobs whose own interval is longer keep it. */
function intervalFor(load: PollLoad, share: number): number {
  const place = INTERVALS_MS.findLastIndex((ms) => needOf(load, ms) > share);
  const held = jobsIn(load.slice(0, place + 1));
  const others = INTERVALS_MS.reduce((sum, ms, index) => sum + (index > place ? (load[index] ?? 0) / ms : 0), 0);
  return held / (share - others);
}

function roundedUp(ms: number): number {
  return Math.ceil(STEP ** Math.ceil(Math.log(ms) / Math.log(STEP) - 1e-9));
}
