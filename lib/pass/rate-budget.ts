import type { Clock } from "../ports.ts";

export interface RateBudget {
  /** Waits for the next free place; false where none comes before `until`, and then nothing is taken. */
  take(until: number): Promise<boolean>;
}

/** So many calls a second, evenly, with at most one second's worth at once after a pause. */
export function createRateBudget(perSecond: number, clock: Clock): RateBudget {
  const gapMs = 1_000 / perSecond;
  const creditMs = Math.max(1_000 - gapMs, 0);
  let next = clock.now() - creditMs;
  return {
    async take(until) {
      const now = clock.now();
      const at = Math.max(next, now - creditMs);
      if (Math.max(at, now) > until) return false;
      next = at + gapMs;
      if (at > now) await clock.sleep(at - now);
      return true;
    },
  };
}
