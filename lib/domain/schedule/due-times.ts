import { ageAt, looksAt, type Pace } from "./polling-schedule.ts";

export interface Watched {
  /** In [0, 1): tells jobs registered at one moment apart, so that they are not all looked at in one pass. */
  phase: number;
  watchedSince: number;
  beginTime?: number | undefined;
}

/**
 * Each stretch of a watch ends with a look, whatever the pace: with a pass and a pause behind it no job goes longer than
 * 10 minutes without one, even where its pace is another one in every tick.
 */
const STRETCH_MS = 9 * 60_000;
/** Looks do not come closer than passes. */
const PASS_MS = 5_000;
/** Where the end is learnt, the first look comes at most a quarter of an interval early: each look wasted there is a dear one. */
const LEARNT_SPREAD = 0.25;
/** Its multiples spread evenly over the numbers between 0 and 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Of a look: far more than sums lose, far less than a millisecond at any pace. */
const ROUNDING = 1e-6;

/**
 * Whether a look falls into the window (from, to]. Computed from the times of the job and the window alone: a look that
 * shows nothing new writes nothing, and nothing is forgotten however late the window is closed.
 */
export function isDue(watched: Watched, from: number, to: number, pace: Pace): boolean {
  const since = Math.max(from, watched.watchedSince);
  if (to <= since) return false;
  const stretch = stretchAt(watched, since, pace);
  return to >= stretch.endsAt || looksBy(stretch, to) > looksBy(stretch, since);
}

/** The first moment after `now` at which a look is due; how long a tick may rest. */
export function nextLookAt(watched: Watched, now: number, pace: Pace): number {
  const stretch = stretchAt(watched, Math.max(now, watched.watchedSince), pace);
  const looks = looksBy(stretch, now) + 1 - stretch.ahead - ROUNDING + stretch.looks;
  return looks > stretch.lastLooks ? stretch.endsAt : stretch.origin + Math.ceil(ageAt(pace, looks));
}

/** A part of a watch; looks are counted anew in each, and its end is the last of them. */
interface Stretch {
  pace: Pace;
  /** What ages count from. */
  origin: number;
  endsAt: number;
  /** By the pace, when it begins. */
  looks: number;
  /** What comes after is too close to the look at its end. */
  lastLooks: number;
  /** What the first look comes before its time, of an interval. */
  ahead: number;
}

function stretchAt({ phase, watchedSince, beginTime }: Watched, at: number, pace: Pace): Stretch {
  const lengthMs = Math.max(STRETCH_MS, Math.ceil(pace.stretchMs));
  const offset = Math.ceil(phase * lengthMs);
  const number = Math.floor((at - watchedSince + offset) / lengthMs);
  const beginsAt = Math.max(watchedSince - offset + number * lengthMs, watchedSince);
  const endsAt = watchedSince - offset + (number + 1) * lengthMs;
  const origin = pace.fromBegin && beginTime !== undefined ? beginTime : watchedSince;
  // Of an interval: by turns more or less, so that in the long run there are as many looks as the pace says.
  const leftOut = (phase * 4_096 + number * GOLDEN) % 1;
  return {
    pace,
    origin,
    endsAt,
    looks: looksAt(pace, beginsAt - origin),
    lastLooks: Math.min(looksAt(pace, endsAt - origin) - leftOut, looksAt(pace, endsAt - PASS_MS - origin)),
    ahead: number > 0 ? 0 : ((phase * 4_096) % 1) * (pace.fromBegin ? LEARNT_SPREAD : 1),
  };
}

/** Looks of this stretch up to a moment in it. */
function looksBy({ pace, origin, looks, lastLooks, ahead }: Stretch, at: number): number {
  return Math.floor(Math.max(Math.min(looksAt(pace, at - origin), lastLooks) - looks, 0) + ahead + ROUNDING);
}
