import type { DigestTimes } from "../domain/channel/digest.ts";
import { objectOf } from "../domain/json.ts";
import { hasOnly, type Problem } from "./json-value.ts";
import { DAYS, daysOf, isTimeZone, minutesOf } from "./times-of-week.ts";

const EXAMPLE = '{"at": "08:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"], "timeZone": "Europe/Berlin"}';

/** Reads the digest times of a channel. Without `weekdays` the digest is daily. */
export function readDigest(problem: Problem, name: string, given: unknown): DigestTimes | undefined {
  const object = objectOf(given) ?? {};
  const { at, weekdays = DAYS, timeZone } = object;
  const minutes = minutesOf(at);
  const days = daysOf(weekdays) ?? [];
  const wrong = [
    !hasOnly(object, ["at", "weekdays", "timeZone"]) && "allowed keys are at, weekdays and timeZone",
    Number.isNaN(minutes) && "at must be a time like 08:00",
    days.length === 0 && `weekdays must be a list with at least one of ${DAYS.join(", ")}`,
    !isTimeZone(timeZone) && "timeZone is missing or unknown",
  ].filter((what) => what !== false);
  if (wrong.length === 0 && isTimeZone(timeZone)) return { at: minutes, weekdays: days, timeZone };
  problem(`has a wrong digest for "${name}": ${wrong.join(", and ")}. Example: ${EXAMPLE}`);
  return undefined;
}
