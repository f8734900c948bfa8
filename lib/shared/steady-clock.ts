import type { Clock } from "../ports.ts";

/**
 * A clock for one invocation that never runs backwards. If the machine's time is set back, it continues with the elapsed time, so that
 * waits end in time. If the machine's time jumps ahead, it follows.
 */
export function steadyClock(clock: Clock, elapsed: () => number): Clock {
  const startedAt = clock.now() - elapsed();
  return { ...clock, now: () => Math.max(Math.floor(startedAt + elapsed()), clock.now()) };
}
