import { hashFraction } from "./hash.ts";

/** Fixed intervals: growing ones notice an end 1.5 to 9 times later for the same number of calls. */
const PACE = [
  { untilMs: 10 * 60_000, everyMs: 10_000 },
  { untilMs: 6 * 3_600_000, everyMs: 30_000 },
  { untilMs: Number.POSITIVE_INFINITY, everyMs: 60_000 },
] as const;

export interface Watched {
  /** Tells jobs registered at one moment apart, so that they are not all looked at in one pass. */
  name: string;
  watchedSince: number;
}

/**
 * Whether a look falls into the window (from, to]. Computed from the times of the job and the window alone: a look that
 * shows nothing new writes nothing, and nothing is forgotten however late the window is closed.
 * `stretchMs`: the least interval that the cloud's rate budget allows at this number of jobs.
 */
export function isDue(watched: Watched, from: number, to: number, stretchMs = 0): boolean {
  return looksBy(watched, to, stretchMs) > looksBy(watched, from, stretchMs);
}

/** The first moment after `now` at which a look is due; how long a tick may rest. */
export function nextLookAt(watched: Watched, now: number, stretchMs = 0): number {
  const looks = looksBy(watched, now, stretchMs) + 1 - hashFraction(watched.name);
  return watched.watchedSince + Math.ceil(ageAt(looks, stretchMs));
}

function looksBy(watched: Watched, at: number, stretchMs: number): number {
  const age = at - watched.watchedSince;
  return age <= 0 ? 0 : Math.floor(looksUpTo(age, stretchMs) + hashFraction(watched.name));
}

/** How many intervals fit into an age, in fractions. */
function looksUpTo(ageMs: number, stretchMs: number): number {
  let looks = 0;
  let from = 0;
  for (const { untilMs, everyMs } of PACE) {
    const until = Math.min(ageMs, untilMs);
    if (until <= from) break;
    looks += (until - from) / Math.max(everyMs, stretchMs);
    from = until;
  }
  return looks;
}

/** The inverse of `looksUpTo`. */
function ageAt(looks: number, stretchMs: number): number {
  let left = looks;
  let from = 0;
  for (const { untilMs, everyMs } of PACE) {
    const every = Math.max(everyMs, stretchMs);
    const held = (untilMs - from) / every;
    if (left <= held) return from + left * every;
    left -= held;
    from = untilMs;
  }
  return from;
}
