import { isTextList } from "./json-value.ts";

export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Returns each weekday once, 0 for Sunday. Undefined if the value has anything else. */
export function daysOf(value: unknown): number[] | undefined {
  if (!isTextList(value) || !value.every((day) => DAYS.includes(day))) return undefined;
  return [...new Set(value.map((day) => DAYS.indexOf(day)))];
}

/** Returns the minutes since midnight of a time like 08:00, or NaN. */
export function minutesOf(time: unknown): number {
  const [, hours, minutes] = TIME.exec(typeof time === "string" ? time : "") ?? [];
  return Number(hours) * 60 + Number(minutes);
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== "string" || name === "") return false;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
