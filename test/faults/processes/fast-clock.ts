import type { Clock } from "../../../lib/ports.ts";

export interface FastClock extends Clock {
  /** For a process on the same time: `fast-time.ts` reads it. */
  environment: { FAST_TIME: string };
}

/** Time that starts now and runs faster by a factor, shared by every process that gets its settings. */
export function createFastClock(speed: number, from = Date.now()): FastClock {
  const realNow = Date.now;
  const realTimeout = setTimeout;
  return {
    now: () => Math.floor(from + (realNow() - from) * speed),
    sleep: (ms) => new Promise((resolve) => realTimeout(resolve, Math.max(ms, 0) / speed)),
    environment: { FAST_TIME: JSON.stringify({ speed, from }) },
  };
}
