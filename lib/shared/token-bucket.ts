import type { Clock } from "../ports.ts";

export interface TokenBucket {
  /** When the next call may be made. */
  readyAt(): number;
  /** Takes one token. Returns false if none is available. */
  take(): boolean;
  /** Takes one token even if none is available. Later calls wait for it. */
  borrow(): void;
}

/** Allows a number of calls per second, evenly spaced, with a burst of at most one second's worth after a pause. */
export function createTokenBucket(perSecond: number, clock: Pick<Clock, "now">): TokenBucket {
  const gapMs = 1_000 / perSecond;
  const creditMs = Math.max(1_000 - gapMs, 0);
  let next = clock.now() - creditMs;
  const readyAt = () => Math.max(next, clock.now() - creditMs);
  return {
    readyAt,
    take() {
      const at = readyAt();
      if (at > clock.now()) return false;
      next = at + gapMs;
      return true;
    },
    borrow() {
      next = readyAt() + gapMs;
    },
  };
}
