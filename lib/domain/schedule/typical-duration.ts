import type { TypicalDuration } from "../job/job.ts";
import type { Durations } from "./durations.ts";

/** With fewer jobs the 10th and 95th percentiles mean nothing. */
const MIN_JOBS = 10;

/** Returns how long jobs of a type take; undefined while too few have finished. */
export function typicalDurationOf(durations: Durations): TypicalDuration | undefined {
  if (durations.size < MIN_JOBS) return undefined;
  const sorted = [...durations.values()].sort((one, other) => one - other);
  const share = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  return { jobs: sorted.length, lowMs: share(0.1), medianMs: share(0.5), highMs: share(0.9), p95Ms: share(0.95) };
}
