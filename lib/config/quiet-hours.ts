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
  const isDaily = from !== undefined || to !== undefined || days?.length === 0;
  const daily = { from: minutesOf(from), to: minutesOf(to) };
  const wrong = [
    !hasOnly(object, ["from", "to", "wholeDays", "timeZone"]) && "allowed keys are from, to, wholeDays and timeZone",
    days === undefined && `wholeDays must be a list of ${DAYS.join(", ")}`,
    !isTimeZone(timeZone) && "timeZone is missing or unknown",
    days?.length === DAYS.length && "wholeDays must leave at least one day of the week",
    isDaily &&
      (Number.isNaN(daily.from) || Number.isNaN(daily.to)) &&
      "from and to must both be times like 08:00, or both be absent if wholeDays is set",
    isDaily && daily.from === daily.to && "from and to must differ",
  ].filter((what) => what !== false);
  if (wrong.length === 0 && days !== undefined && isTimeZone(timeZone))
    return { ...(isDaily && { daily }), wholeDays: days, timeZone };
  problem(`has wrong quiet hours for "${name}": ${wrong.join(", and ")}. Example: ${EXAMPLE}`);
  return undefined;
}
