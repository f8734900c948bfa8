import type { Silence } from "../../../lib/domain/job/job.ts";
import { invalid } from "../http/problem.ts";

/** Of a silence and of a pause. */
const LONGEST_MS = 30 * 86_400_000;

/** Returns the time until which a team sets something, and who sets it why. `place`: its JSON Pointer. `by`: the label of the key. */
export function timedOf(
  place: string,
  { until, reason }: { until: string; reason?: string | undefined },
  by: string,
  now: number,
): Silence {
  const end = Date.parse(until);
  if (end <= now || end > now + LONGEST_MS)
    throw invalid([{ pointer: `${place}/until`, detail: "must be in the future, and at most 30 days from now." }]);
  return { until: end, by, ...(reason !== undefined && { reason }) };
}
