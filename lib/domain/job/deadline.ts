import type { Tracking, TypicalDuration } from "./job.ts";
import { LATE_PAST_P95, NEVER_LATE_BEFORE_MS, REMINDER_GAPS_MS, type TrackingRules } from "./rules.ts";

/**
 * The next time at which an open job changes by the clock alone: late, its next reminder, missing for too long, the watch
 * limit. Computed from the open entry and what is usual for the type, so that an unchanged look before it needs neither a read nor a write.
 */
export function nextDeadline(tracking: Tracking, rules: TrackingRules, typical?: TypicalDuration): number {
  const soonest = tracking.missing ? lostAt(tracking.missing.since, rules) : nextLateAt(tracking, rules, typical);
  return Math.min(soonest, trackingLimitAt(tracking, rules));
}

export function trackingLimitAt(tracking: Pick<Tracking, "trackedSince">, rules: TrackingRules): number {
  return tracking.trackedSince + rules.maxTrackingMs;
}

export function lostAt(missingSince: number, rules: TrackingRules): number {
  return missingSince + rules.lostAfterMs;
}

/**
 * When the job is late, or due for a reminder. Counted from the job's own begin, before it from its first registration: neither our
 * restarts nor another registration move it.
 */
export function nextLateAt(tracking: Tracking, rules: TrackingRules, typical?: TypicalDuration): number {
  const { late, beginTime, registeredAt, trackedSince } = tracking;
  if (late) return late.at + (REMINDER_GAPS_MS[Math.min(late.count, REMINDER_GAPS_MS.length) - 1] ?? 0);
  return Math.max((beginTime ?? registeredAt) + allowedMs(tracking, rules, typical), trackedSince + NEVER_LATE_BEFORE_MS);
}

/** The earlier of what the team expects and what is typical for the type; where neither is known, the setting. */
function allowedMs({ expectedMinutes }: Tracking, rules: TrackingRules, typical: TypicalDuration | undefined): number {
  if (expectedMinutes === undefined && typical === undefined) return rules.lateAfterMs;
  const expectedMs = expectedMinutes === undefined ? Number.POSITIVE_INFINITY : expectedMinutes * 60_000;
  return Math.min(expectedMs, typical === undefined ? Number.POSITIVE_INFINITY : typical.p95Ms * LATE_PAST_P95);
}
