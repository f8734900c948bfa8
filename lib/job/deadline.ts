import type { Watch } from "./job.ts";
import { NEVER_LATE_BEFORE_MS, REMINDER_GAPS_MS, type WatchRules } from "./rules.ts";

/**
 * The next time at which an open job changes by the clock alone: late, its next reminder, missing for too long, the watch
 * limit. Computed from the open entry, so that an unchanged look before it needs neither a read nor a write.
 */
export function nextDeadline(watch: Watch, rules: WatchRules): number {
  const soonest = watch.missing ? lostAt(watch.missing.since, rules) : nextLateAt(watch, rules);
  return Math.min(soonest, watchLimitAt(watch, rules));
}

export function watchLimitAt(watch: Pick<Watch, "watchedSince">, rules: WatchRules): number {
  return watch.watchedSince + rules.maxWatchMs;
}

export function lostAt(missingSince: number, rules: WatchRules): number {
  return missingSince + rules.lostAfterMs;
}

/** When the job is told to be late, or reminded of. Counted from the job's own begin, never from our last restart. */
export function nextLateAt({ late, beginTime, watchedSince, expectedMinutes }: Watch, rules: WatchRules): number {
  if (late) return late.at + (REMINDER_GAPS_MS[Math.min(late.told, REMINDER_GAPS_MS.length) - 1] ?? 0);
  const allowedMs = expectedMinutes === undefined ? rules.lateAfterMs : expectedMinutes * 60_000;
  return Math.max((beginTime ?? watchedSince) + allowedMs, watchedSince + NEVER_LATE_BEFORE_MS);
}
