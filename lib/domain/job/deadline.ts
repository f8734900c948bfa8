import type { Tracking, TypicalDuration } from "./job.ts";
import { resumesAt } from "./pause.ts";
import { LATE_PAST_P95, NEVER_LATE_BEFORE_MS, REMINDER_GAPS_MS, type TrackingRules } from "./rules.ts";

/**
 * The next time at which an open job changes without news from the cloud: late, a reminder, lost, the tracking limit.
 * Computed from the open entry and the typical duration, so that an unchanged poll before it needs no read and no write.
 */
export function nextDeadline(tracking: Tracking, rules: TrackingRules, typical?: TypicalDuration): number {
  const soonest = tracking.missing
    ? lostAt(missingSince(tracking, tracking.missing), rules)
    : nextLateAt(tracking, rules, typical);
  return Math.min(soonest, trackingLimitAt(tracking, rules));
}

export function trackingLimitAt(tracking: Pick<Tracking, "trackedSince">, rules: TrackingRules): number {
  return tracking.trackedSince + rules.maxTrackingMs;
}

/** A pause says nothing about the job, so its polls count as missing only since the end of the pause. */
export function missingSince(tracking: Pick<Tracking, "pause" | "resumedAt">, { since }: { since: number }): number {
  return Math.max(since, resumesAt(tracking));
}

export function lostAt(missingSince: number, rules: TrackingRules): number {
  return missingSince + rules.lostAfterMs;
}

/**
 * When the job is late, or due for a reminder. Counted from the job's begin, or from its first registration while the begin is unknown.
 * Neither a restart of this service nor another registration moves it. Never within a pause.
 */
export function nextLateAt(tracking: Tracking, rules: TrackingRules, typical?: TypicalDuration): number {
  const { late, beginTime, registeredAt, trackedSince } = tracking;
  const resumeAt = resumesAt(tracking);
  if (late) return Math.max(late.at + (REMINDER_GAPS_MS[Math.min(late.count, REMINDER_GAPS_MS.length) - 1] ?? 0), resumeAt);
  return Math.max(
    resumeAt,
    (beginTime ?? registeredAt) + (lateLimit(tracking, typical)?.ms ?? rules.lateAfterMs),
    trackedSince + NEVER_LATE_BEFORE_MS,
  );
}

/** The earlier of the team's expectation and 1.5 times the 95th percentile of the type; undefined if neither is known. */
export function lateLimit(
  { expectedMinutes = Number.POSITIVE_INFINITY }: Pick<Tracking, "expectedMinutes">,
  typical: TypicalDuration | undefined,
): { by: "typical" | "expected"; ms: number } | undefined {
  const expectedMs = expectedMinutes * 60_000;
  const typicalMs = typical ? typical.p95Ms * LATE_PAST_P95 : Number.POSITIVE_INFINITY;
  const ms = Math.min(expectedMs, typicalMs);
  return ms === Number.POSITIVE_INFINITY ? undefined : { by: typicalMs <= expectedMs ? "typical" : "expected", ms };
}
