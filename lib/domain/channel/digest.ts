import { atWallTime, wallTime, weekdayOf } from "./wall-clock.ts";

/** When a channel is told what has ended since its last digest. */
export interface DigestTimes {
  /** Minutes after midnight on the clocks of its time zone. */
  at: number;
  /** Days that have a digest; 0 is Sunday. */
  weekdays: number[];
  /** As in the tz database: "Europe/Berlin". */
  timeZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of one weekday alone, today's moment may be on the wrong side of now: the next one is seven days away. */
const DAYS = 8;

/** The last moment of a digest at or before `now`. */
export function lastDigestAt(times: DigestTimes, now: number): number {
  for (const moment of moments(times, now, -1)) if (moment <= now) return moment;
  return Number.NEGATIVE_INFINITY;
}

/** The first moment of a digest after `at`: what was caused then is told in it. */
export function nextDigestAt(times: DigestTimes, at: number): number {
  for (const moment of moments(times, at, 1)) if (moment > at) return moment;
  return Number.POSITIVE_INFINITY;
}

/** The moments on the days from that of `near` on, forwards or backwards. */
function* moments({ at, weekdays, timeZone }: DigestTimes, near: number, direction: 1 | -1): Generator<number> {
  const wall = wallTime(timeZone, near);
  const midnight = wall - (wall % DAY_MS);
  for (let days = 0; days < DAYS; days++) {
    const day = midnight + direction * days * DAY_MS;
    if (weekdays.includes(weekdayOf(day))) yield atWallTime(timeZone, day + at * MINUTE_MS);
  }
}
