import type { Clock } from "../../../lib/ports.ts";

export interface FastClock extends Clock {
  /** For a process that runs on the same time: `fast-time.ts` reads it. */
  environment: { FAST_TIME: string };
}

/** Time that begins now and runs so many times as fast, the same one in every process that is told of it. */
export function createFastClock(speed: number, from = Date.now()): FastClock {
  const realNow = Date.now;
  const realTimeout = setTimeout;
  return {
    now: () => Math.floor(from + (realNow() - from) * speed),
    sleep: (ms) => new Promise((resolve) => realTimeout(resolve, Math.max(ms, 0) / speed)),
    environment: { FAST_TIME: JSON.stringify({ speed, from }) },
  };
}
