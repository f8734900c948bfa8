import type { Tracking, TypicalDuration } from "./job.ts";
import { LATE_PAST_P95, NEVER_LATE_BEFORE_MS, REMINDER_GAPS_MS, type TrackingRules } from "./rules.ts";

/**
 * The next time at which an open job changes without news from the cloud: late, a reminder, lost, the tracking limit.
 * Computed from the open entry and the typical duration, so that an unchanged poll before it needs no read and no write.
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
 * When the job is late, or due for a reminder. Counted from the job's begin, or from its first registration while the begin is unknown.
 * Neither a restart of this service nor another registration moves it.
 */
export function nextLateAt(tracking: Tracking, rules: TrackingRules, typical?: TypicalDuration): number {
  const { late, beginTime, registeredAt, trackedSince } = tracking;
  if (late) return late.at + (REMINDER_GAPS_MS[Math.min(late.count, REMINDER_GAPS_MS.length) - 1] ?? 0);
  return Math.max((beginTime ?? registeredAt) + allowedMs(tracking, rules, typical), trackedSince + NEVER_LATE_BEFORE_MS);
}

/** The earlier of the team's expectation and 1.5 times the 95th percentile of the type; `lateAfterMs` if neither is known. */
function allowedMs({ expectedMinutes }: Tracking, rules: TrackingRules, typical: TypicalDuration | undefined): number {
  if (expectedMinutes === undefined && typical === undefined) return rules.lateAfterMs;
  const expectedMs = expectedMinutes === undefined ? Number.POSITIVE_INFINITY : expectedMinutes * 60_000;
  return Math.min(expectedMs, typical === undefined ? Number.POSITIVE_INFINITY : typical.p95Ms * LATE_PAST_P95);
}
