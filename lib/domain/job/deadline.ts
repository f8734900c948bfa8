import type { Usual, Watch } from "./job.ts";
import { LATE_PAST_P95, NEVER_LATE_BEFORE_MS, REMINDER_GAPS_MS, type WatchRules } from "./rules.ts";

/**
 * The next time at which an open job changes by the clock alone: late, its next reminder, missing for too long, the watch
 * limit. Computed from the open entry and what is usual for the type, so that an unchanged look before it needs neither a read nor a write.
 */
export function nextDeadline(watch: Watch, rules: WatchRules, usual?: Usual): number {
  const soonest = watch.missing ? lostAt(watch.missing.since, rules) : nextLateAt(watch, rules, usual);
  return Math.min(soonest, trackingLimitAt(watch, rules));
}

export function trackingLimitAt(watch: Pick<Watch, "watchedSince">, rules: WatchRules): number {
  return watch.watchedSince + rules.maxTrackingMs;
}

export function lostAt(missingSince: number, rules: WatchRules): number {
  return missingSince + rules.lostAfterMs;
}

/**
 * When the job is late, or due for a reminder. Counted from the job's own begin, before it from its first registration: neither our
 * restarts nor another registration move it.
 */
export function nextLateAt(watch: Watch, rules: WatchRules, usual?: Usual): number {
  const { late, beginTime, registeredAt, watchedSince } = watch;
  if (late) return late.at + (REMINDER_GAPS_MS[Math.min(late.told, REMINDER_GAPS_MS.length) - 1] ?? 0);
  return Math.max((beginTime ?? registeredAt) + allowedMs(watch, rules, usual), watchedSince + NEVER_LATE_BEFORE_MS);
}

/** The earlier of what the team expects and what is typical for the type; where neither is known, the setting. */
function allowedMs({ expectedMinutes }: Watch, rules: WatchRules, usual: Usual | undefined): number {
  if (expectedMinutes === undefined && usual === undefined) return rules.lateAfterMs;
  const expectedMs = expectedMinutes === undefined ? Number.POSITIVE_INFINITY : expectedMinutes * 60_000;
  return Math.min(expectedMs, usual === undefined ? Number.POSITIVE_INFINITY : usual.p95Ms * LATE_PAST_P95);
}
