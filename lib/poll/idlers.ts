import type { Clock } from "../ports.ts";

/** Those who wait until the polling is idle, and the one timer that continues it in time. */
export class Idlers {
  readonly #waiting = new Set<{ until: number; resolve: (isIdle: boolean) => void }>();
  readonly #clock: Clock;
  readonly #wake: () => void;
  #wakesAt = Number.POSITIVE_INFINITY;

  /** `wake` is called when a poll can start again, or when somebody has waited long enough. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  add(until: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.add({ until, resolve });
    return promise;
  }

  /** Resolves with true if no poll can start before `until`, and with false at `until`. */
  resolve(now: number, isIdleBefore: (until: number) => boolean): void {
    for (const idler of this.#waiting) {
      const isIdle = isIdleBefore(idler.until);
      if (!isIdle && now < idler.until) continue;
      this.#waiting.delete(idler);
      idler.resolve(isIdle);
    }
  }

  /** Keeps one timer, for the earliest of `next` and the ends of all waits. Sets none after `latest`. */
  wakeAt(next: number, now: number, latest: number): void {
    const at = Math.min(next, ...[...this.#waiting].map(({ until }) => until));
    if (at > latest || at >= this.#wakesAt) return;
    this.#wakesAt = at;
    void this.#clock.sleep(Math.max(at - now, 0)).then(() => {
      if (this.#wakesAt === at) this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#wake();
    });
  }
}
