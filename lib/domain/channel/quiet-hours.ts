import { minutesOf, wallTime, weekdayOf } from "./wall-clock.ts";

/** When a channel receives only what cannot wait. Minutes are counted from midnight in its time zone. */
export interface QuietHours {
  /** The quiet hours of a day. They can end the next morning. */
  daily?: { from: number; to: number };
  /** Days that are quiet from midnight to midnight; 0 is Sunday. */
  wholeDays: number[];
  /** A name of the tz database, such as "Europe/Berlin". */
  timeZone: string;
}

const STEP_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/** Compares local times, so that days of 23 or 25 hours need no special case. */
export function isQuiet({ daily, wholeDays, timeZone }: QuietHours, at: number): boolean {
  const wall = wallTime(timeZone, at);
  if (wholeDays.includes(weekdayOf(wall))) return true;
  if (daily === undefined) return false;
  const minutes = minutesOf(wall);
  const { from, to } = daily;
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

/** When the last quiet hours before `at` ended, to the minute; at most a week ago. */
export function awakeSince(quiet: QuietHours, at: number): number {
  let awake = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  for (const stepMs of [STEP_MS, MINUTE_MS]) while (at - awake < WEEK_MS && !isQuiet(quiet, awake - stepMs)) awake -= stepMs;
  return awake;
}
