import type { DigestTimes } from "../../../lib/domain/channel/digest.ts";
import type { Plan } from "./plan.ts";

/** The only channel with a digest. */
export const DIGEST_CHANNEL = "alpha";

const MINUTE = 60_000;
/** By then everything due before a time is delivered. Clocks may differ by two seconds more. */
const AFTER_MS = 35_000;
const EACH_DAY = [0, 1, 2, 3, 4, 5, 6];

/** A digest setting that moves on: alpha has a digest every few minutes of a plan, which begins at noon. */
export function digestTimes({ digestMinutes }: Plan, channel: string, elapsed: number): DigestTimes | undefined {
  if (digestMinutes === undefined || channel !== DIGEST_CHANNEL) return undefined;
  const minutes = Math.floor(Math.max(elapsed - AFTER_MS, 0) / MINUTE / digestMinutes) * digestMinutes;
  return { at: 12 * 60 + minutes, weekdays: EACH_DAY, timeZone: "UTC" };
}
