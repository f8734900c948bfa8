import { minutesOf, wallTime, weekdayOf } from "./wall-clock.ts";

/** When a channel hears nothing that can wait. Minutes are those after midnight on the clocks of its time zone. */
export interface QuietHours {
  /** An hour of the day at which it becomes quiet, and one at which it ends, perhaps the next morning. */
  daily?: { from: number; to: number };
  /** Quiet from midnight to midnight; 0 is Sunday. */
  wholeDays: number[];
  /** As in the tz database: "Europe/Berlin". */
  timeZone: string;
}

const STEP_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/** Read off the clock on the wall, so that a day of 23 or 25 hours needs no rule of its own. */
export function isQuiet({ daily, wholeDays, timeZone }: QuietHours, at: number): boolean {
  const wall = wallTime(timeZone, at);
  if (wholeDays.includes(weekdayOf(wall))) return true;
  if (daily === undefined) return false;
  const minutes = minutesOf(wall);
  const { from, to } = daily;
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

/** When the quiet before `at` ended, to the minute; a week ago at the earliest. */
export function awakeSince(quiet: QuietHours, at: number): number {
  let awake = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  for (const stepMs of [STEP_MS, MINUTE_MS]) while (at - awake < WEEK_MS && !isQuiet(quiet, awake - stepMs)) awake -= stepMs;
  return awake;
}
