export interface Scheduler {
  now(): number;
  /** `fire` gives back whether it woke anybody: then all that follows is worked off before time moves on. */
  at(time: number, fire: () => boolean): void;
  /** Until nothing is left to happen. */
  run(): Promise<void>;
}

/**
 * Virtual time. Whatever a woken process does up to its next operation happens between two events, so that a run is a
 * function of its plan alone. `turns` of the event loop are given to each event: one is enough for promises.
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
