import type { QuietHours } from "../domain/channel/quiet-hours.ts";
import { hasOnly, objectOf, type Problem } from "./json-value.ts";
import { DAYS, daysOf, isTimeZone, minutesOf } from "./times-of-week.ts";

const FORM = '{"from": "18:00", "to": "08:00", "wholeDays": ["sat", "sun"], "timeZone": "Europe/Berlin"}';

/** A channel that is never awake is refused: what it holds would be held for ever. */
export function readQuietHours(problem: Problem, name: string, given: unknown): QuietHours | undefined {
  const object = objectOf(given) ?? {};
  const { from, to, wholeDays = [], timeZone } = object;
  const days = daysOf(wholeDays);
  const wrong = (what: string) => {
    problem(`must give "${name}" quiet hours like ${FORM}: ${what}`);
    return undefined;
  };
  if (!hasOnly(object, ["from", "to", "wholeDays", "timeZone"])) return wrong("a key is not known");
  if (days === undefined) return wrong(`wholeDays is a list of ${DAYS.join(", ")}`);
  if (!isTimeZone(timeZone)) return wrong("timeZone is missing or not known");
  if (days.length === DAYS.length) return wrong("on one day of the week at least it must not be quiet all day");
  if (from === undefined && to === undefined && days.length > 0) return { wholeDays: days, timeZone };
  const daily = { from: minutesOf(from), to: minutesOf(to) };
  if (Number.isNaN(daily.from) || Number.isNaN(daily.to))
    return wrong("from and to are times like 08:00, both or, with wholeDays, none");
  if (daily.from === daily.to) return wrong("from and to must differ");
  return { daily, wholeDays: days, timeZone };
}
