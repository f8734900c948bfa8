import type { Clock } from "../ports.ts";

/**
 * A clock for one invocation. It never runs backwards: where the machine's time is set back, it goes on by the time that has
 * passed, so that a wait within the invocation ends in time. Where the machine's time jumps ahead, it follows.
 */
export function steadyClock(clock: Clock, elapsed: () => number): Clock {
  const startedAt = clock.now() - elapsed();
  return { ...clock, now: () => Math.max(Math.floor(startedAt + elapsed()), clock.now()) };
}
