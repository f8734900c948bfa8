import type { DigestTimes } from "../../../lib/domain/channel/digest.ts";
import type { Plan } from "./plan.ts";

/** The one channel that has a digest. */
export const DIGEST_CHANNEL = "alpha";

const MINUTE = 60_000;
/** By then what is due before a moment is told; clocks may differ by two seconds more. */
const AFTER_MS = 35_000;
const EACH_DAY = [0, 1, 2, 3, 4, 5, 6];

/** A setting that moves on, so that its last moment is never long ago: alpha has a digest each few minutes of a plan, which begins at noon. */
export function digestTimes({ digestMinutes }: Plan, channel: string, elapsed: number): DigestTimes | undefined {
  if (digestMinutes === undefined || channel !== DIGEST_CHANNEL) return undefined;
  const minutes = Math.floor(Math.max(elapsed - AFTER_MS, 0) / MINUTE / digestMinutes) * digestMinutes;
  return { at: 12 * 60 + minutes, weekdays: EACH_DAY, timeZone: "UTC" };
}
