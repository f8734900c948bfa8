import type { Tracking } from "./job.ts";

/** When polls begin again after the pause, or began again after the last one; 0 if there was none. */
export function resumesAt({ pause, resumedAt }: Pick<Tracking, "pause" | "resumedAt">): number {
  return pause?.until ?? resumedAt ?? 0;
}

/** Returns true while a job is not polled: neither late nor lost. */
export function isPaused(tracking: Pick<Tracking, "pause">, now: number): boolean {
  return tracking.pause !== undefined && now < tracking.pause.until;
}

/** Returns true if a pause ended in the window (from, to]. The job is due at once. */
export function hasResumed(tracking: Pick<Tracking, "pause" | "resumedAt">, from: number, to: number): boolean {
  const at = resumesAt(tracking);
  return at > from && at <= to;
}
