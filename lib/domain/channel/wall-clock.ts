const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Local time of a time zone to the minute, returned as if it were UTC, so that day and hour can be computed. */
export function wallTime(timeZone: string, at: number): number {
  const format = formats.get(timeZone) ?? newFormat(timeZone);
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day, hour, minute } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** 0 is Sunday. */
export function weekdayOf(wall: number): number {
  return new Date(wall).getUTCDay();
}

/** Since midnight. */
export function minutesOf(wall: number): number {
  return (wall % DAY_MS) / MINUTE_MS;
}

/** When a local time first occurs. A time skipped in spring counts as if the clocks had not changed yet. */
export function atWallTime(timeZone: string, wall: number): number {
  const offset = (at: number) => wallTime(timeZone, at) - at;
  const [before, after] = [wall - offset(wall - DAY_MS), wall - offset(wall + DAY_MS)];
  const isShown = (at: number) => wallTime(timeZone, at) === wall;
  return isShown(before) || !isShown(after) ? before : after;
}

/** Locale and zone are explicit, so that the result does not depend on the machine. */
function newFormat(timeZone: string): Intl.DateTimeFormat {
  const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  return new Intl.DateTimeFormat("en-US", { timeZone, ...digits, hourCycle: "h23" });
}
