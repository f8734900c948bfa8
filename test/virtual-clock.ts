import { setImmediate } from "node:timers/promises";
import { createLearning } from "../lib/poll/learn-durations.ts";
import type { Clock, Ports } from "../lib/ports.ts";
import { steadyClock } from "../lib/shared/steady-clock.ts";

export interface VirtualClock extends Clock {
  advance(ms: number): void;
  /** Sets the time, as an operator or a time service does, without time passing. */
  set(ms: number): void;
  /** Wraps ports so that time stands still during their calls. */
  tracking<Part extends object>(part: Part): Part;
}

/** A clock that advances only while everything sleeps: an hour of waiting takes milliseconds, and runs are reproducible. */
export function createVirtualClock(start: number): VirtualClock {
  let now = start;
  /** The sum of all changes by `set`. */
  let shift = 0;
  let busy = 0;
  let becomesIdle: (() => void) | undefined;
  let pumping = false;
  const sleepers: { until: number; wake: () => void }[] = [];

  const pump = async () => {
    if (pumping) return;
    pumping = true;
    while (sleepers.length > 0) {
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      if (busy > 0) {
        await new Promise<void>((resolve) => {
          becomesIdle = resolve;
        });
        continue;
      }
      sleepers.sort((one, other) => one.until - other.until);
      const next = sleepers.shift();
      now = Math.max(now, next?.until ?? now);
      next?.wake();
    }
    pumping = false;
  };
  const working = async <Result>(work: Promise<Result>): Promise<Result> => {
    busy++;
    try {
      return await work;
    } finally {
      if (--busy === 0) becomesIdle?.();
    }
  };

  const clock: VirtualClock = {
    now: () => now + shift,
    advance: (ms) => {
      now += ms;
    },
    set: (ms) => {
      shift = ms - now;
    },
    steady: () => steadyClock(clock, () => now),
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ until: now + Math.max(ms, 0), wake });
        void pump();
      }),
    tracking: (part) =>
      new Proxy(part, {
        get: (target, name, receiver) => {
          const value = Reflect.get(target, name, receiver);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            const result = value.apply(target, args);
            if (result instanceof Promise) return working(result);
            return isIterable(result) ? pages(result, working) : result;
          };
        },
      }),
  };
  return clock;
}

/** Puts all ports that do I/O on virtual time. */
export function onVirtualTime<Some extends Ports>(ports: Some, clock: VirtualClock): Some {
  const table = clock.tracking(ports.table);
  const learning = createLearning({ table, clock, log: ports.log });
  const destinations = clock.tracking(ports.destinations);
  return {
    ...ports,
    clock,
    table,
    learning,
    cloud: clock.tracking(ports.cloud),
    lists: clock.tracking(ports.lists),
    silences: clock.tracking(ports.silences),
    destinations,
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function* pages(source: AsyncIterable<unknown>, working: <Result>(work: Promise<Result>) => Promise<Result>) {
  const iterator = source[Symbol.asyncIterator]();
  for (let next = await working(iterator.next()); !next.done; next = await working(iterator.next())) yield next.value;
}
