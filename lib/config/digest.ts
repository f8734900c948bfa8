import type { DigestTimes } from "../domain/channel/digest.ts";
import { hasOnly, objectOf, type Problem } from "./json-value.ts";
import { DAYS, daysOf, isTimeZone, minutesOf } from "./times-of-week.ts";

const FORM = '{"at": "08:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"], "timeZone": "Europe/Berlin"}';

/** Without `weekdays` it comes each day. */
export function readDigest(problem: Problem, name: string, given: unknown): DigestTimes | undefined {
  const object = objectOf(given) ?? {};
  const { at, weekdays = DAYS, timeZone } = object;
  const wrong = (what: string) => {
    problem(`must give "${name}" a digest like ${FORM}: ${what}`);
    return undefined;
  };
  if (!hasOnly(object, ["at", "weekdays", "timeZone"])) return wrong("a key is not known");
  const minutes = minutesOf(at);
  if (Number.isNaN(minutes)) return wrong("at is a time like 08:00");
  const days = daysOf(weekdays);
  if (days === undefined || days.length === 0) return wrong(`weekdays is a list of ${DAYS.join(", ")}, at least one`);
  if (!isTimeZone(timeZone)) return wrong("timeZone is missing or not known");
  return { at: minutes, weekdays: days, timeZone };
}
