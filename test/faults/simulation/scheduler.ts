export interface Scheduler {
  now(): number;
  /** `fire` returns true if it woke a process. Then all resulting work is done before time advances. */
  at(time: number, fire: () => boolean): void;
  /** Runs until no event is left. */
  run(): Promise<void>;
}

/**
 * Virtual time. A woken process runs up to its next operation between two events, so that a run depends only on its plan. `turns`: event
 * loop turns per event; one is enough for promises.
 */
export function createScheduler(start: number, turns = 1): Scheduler {
  const events: { time: number; fire: () => boolean }[] = [];
  let now = start;

  const next = (): boolean => {
    for (let event = events.pop(); event; event = events.pop()) {
      now = Math.max(now, event.time);
      if (event.fire()) return true;
    }
    return false;
  };
  const loop = (done: () => void, left: number) => {
    if (left > 1) setImmediate(loop, done, left - 1);
    else if (next()) setImmediate(loop, done, turns);
    else done();
  };

  return {
    now: () => now,
    at(time, fire) {
      let place = events.length;
      while (place > 0 && (events[place - 1]?.time ?? 0) <= time) place--;
      events.splice(place, 0, { time, fire });
    },
    run: () => new Promise((done) => loop(done, turns)),
  };
}
