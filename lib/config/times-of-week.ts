import { isTexts } from "./json-value.ts";

export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Each weekday once, 0 for Sunday; undefined where something else is among them. */
export function daysOf(value: unknown): number[] | undefined {
  if (!isTexts(value) || !value.every((day) => DAYS.includes(day))) return undefined;
  return [...new Set(value.map((day) => DAYS.indexOf(day)))];
}

/** Since midnight, of a time like 08:00; NaN of anything else. */
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
