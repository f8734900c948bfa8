import type { QuietHours } from "../domain/channel/quiet-hours.ts";
import { objectOf } from "../domain/json.ts";
import { hasOnly, type Problem } from "./json-value.ts";
import { DAYS, daysOf, isTimeZone, minutesOf } from "./times-of-week.ts";

const EXAMPLE = '{"from": "18:00", "to": "08:00", "wholeDays": ["sat", "sun"], "timeZone": "Europe/Berlin"}';

/** Reads the quiet hours of a channel. They must leave some time in the week, or notifications would never be sent. */
export function readQuietHours(problem: Problem, name: string, given: unknown): QuietHours | undefined {
  const object = objectOf(given) ?? {};
  const { from, to, wholeDays = [], timeZone } = object;
  const days = daysOf(wholeDays);
  const wrong = (what: string) => {
    problem(`has wrong quiet hours for "${name}": ${what}. Example: ${EXAMPLE}`);
    return undefined;
  };
  if (!hasOnly(object, ["from", "to", "wholeDays", "timeZone"]))
    return wrong("allowed keys are from, to, wholeDays and timeZone");
  if (days === undefined) return wrong(`wholeDays must be a list of ${DAYS.join(", ")}`);
  if (!isTimeZone(timeZone)) return wrong("timeZone is missing or unknown");
  if (days.length === DAYS.length) return wrong("wholeDays must leave at least one day of the week");
  if (from === undefined && to === undefined && days.length > 0) return { wholeDays: days, timeZone };
  const daily = { from: minutesOf(from), to: minutesOf(to) };
  if (Number.isNaN(daily.from) || Number.isNaN(daily.to))
    return wrong("from and to must both be times like 08:00, or both be absent if wholeDays is set");
  if (daily.from === daily.to) return wrong("from and to must differ");
  return { daily, wholeDays: days, timeZone };
}
