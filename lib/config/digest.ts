import type { DigestTimes } from "../domain/channel/digest.ts";
import { objectOf } from "../domain/json.ts";
import { hasOnly, type Problem } from "./json-value.ts";
import { DAYS, daysOf, isTimeZone, minutesOf } from "./times-of-week.ts";

const EXAMPLE = '{"at": "08:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"], "timeZone": "Europe/Berlin"}';

/** Reads the digest times of a channel. Without `weekdays` the digest is daily. */
export function readDigest(problem: Problem, name: string, given: unknown): DigestTimes | undefined {
  const object = objectOf(given) ?? {};
  const { at, weekdays = DAYS, timeZone } = object;
  const wrong = (what: string) => {
    problem(`has a wrong digest for "${name}": ${what}. Example: ${EXAMPLE}`);
    return undefined;
  };
  if (!hasOnly(object, ["at", "weekdays", "timeZone"])) return wrong("allowed keys are at, weekdays and timeZone");
  const minutes = minutesOf(at);
  if (Number.isNaN(minutes)) return wrong("at must be a time like 08:00");
  const days = daysOf(weekdays);
  if (days === undefined || days.length === 0) return wrong(`weekdays must be a list with at least one of ${DAYS.join(", ")}`);
  if (!isTimeZone(timeZone)) return wrong("timeZone is missing or unknown");
  return { at: minutes, weekdays: days, timeZone };
}
