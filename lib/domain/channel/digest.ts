import { atWallTime, wallTime, weekdayOf } from "./wall-clock.ts";

/** When a channel receives the digest of the jobs that ended since the previous one. */
export interface DigestTimes {
  /** Minutes after midnight in its time zone. */
  at: number;
  /** Days with a digest; 0 is Sunday. */
  weekdays: number[];
  /** A name of the tz database, such as "Europe/Berlin". */
  timeZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** With a single weekday, the next digest can be seven days after today's. */
const DAYS = 8;

/** Returns the last digest time at or before `now`. */
export function lastDigestAt(times: DigestTimes, now: number): number {
  for (const moment of moments(times, now, -1)) if (moment <= now) return moment;
  return Number.NEGATIVE_INFINITY;
}

/** Returns the first digest time after `at`: that digest contains what was caused at `at`. */
export function nextDigestAt(times: DigestTimes, at: number): number {
  for (const moment of moments(times, at, 1)) if (moment > at) return moment;
  return Number.POSITIVE_INFINITY;
}

/** Yields the digest times from the day of `near` on, forwards or backwards. */
function* moments({ at, weekdays, timeZone }: DigestTimes, near: number, direction: 1 | -1): Generator<number> {
  const wall = wallTime(timeZone, near);
  const midnight = wall - (wall % DAY_MS);
  for (let days = 0; days < DAYS; days++) {
    const day = midnight + direction * days * DAY_MS;
    if (weekdays.includes(weekdayOf(day))) yield atWallTime(timeZone, day + at * MINUTE_MS);
  }
}
