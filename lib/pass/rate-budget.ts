import type { Clock } from "../ports.ts";

export interface RateBudget {
  /** Waits for the next free place; false where none comes before `until`, and then nothing is taken. */
  take(until: number): Promise<boolean>;
}

/** So many calls a second, evenly, with at most one second's worth at once after a pause. */
export function createRateBudget(perSecond: number, clock: Clock): RateBudget {
  const gapMs = 1_000 / perSecond;
  let next = clock.now() - 1_000 + gapMs;
  return {
    async take(until) {
      const now = clock.now();
      const at = Math.max(next, now - 1_000 + gapMs);
      if (Math.max(at, now) > until) return false;
      next = at + gapMs;
      if (at > now) await clock.sleep(at - now);
      return true;
    },
  };
}
