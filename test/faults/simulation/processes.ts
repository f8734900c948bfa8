import type { Scheduler } from "./scheduler.ts";

/** One invocation of a function. */
export interface Process {
  name: string;
  startedAt: number;
  endsAt: number;
  /** The segment of a tick. */
  segment?: number;
  /** Its clock runs ahead of the others by so much. */
  skewMs: number;
  /** What became of it. A death is the only end that it does not choose itself. */
  gone?: { at: number; how: "ended" | "failed" | "killed" | "timed out" };
  stoppedUntil: number;
  /** It was stopped for longer than its lease, and went on. */
  outlived: boolean;
}

export interface Timing {
  effectMs: number;
  /** From the effect to its answer. */
  answerMs?: number;
}

/** What becomes of the process around one of its operations. */
export interface Fate {
  dies?: "before" | "after";
  stopMs?: number;
  /** Of a process that dies meanwhile: whether the operation has left it already, and takes effect all the same. */
  onTheWire?: boolean;
}

export interface Processes {
  start<Result>(name: string, limitMs: number, skewMs: number, work: (process: Process) => Promise<Result>): Promise<Result>;
  /** Waits for its effect, has it, waits for its answer; each may be the last that the process knows. */
  operate<Result>(process: Process, what: string, timing: Timing, effect: () => Result): Promise<Result>;
  /** What the process itself does later, unless it is gone; no operation. */
  later(process: Process, ms: number, act: () => void): void;
  kills(): number;
}

const LEASE_MS = 70_000;

export function createProcesses(
  scheduler: Scheduler,
  fateOf: (process: Process) => Fate,
  trace?: (line: string) => void,
): Processes {
  let kills = 0;

  const kill = (process: Process, how: "killed" | "timed out" = "killed") => {
    if (process.gone) return;
    process.gone = { at: scheduler.now(), how };
    kills++;
    trace?.(`${process.name} is ${how}`);
  };
  const stop = (process: Process, ms: number) => {
    if (process.gone) return;
    process.stoppedUntil = scheduler.now() + ms;
    if (ms > LEASE_MS) process.outlived = true;
    trace?.(`${process.name} is stopped for ${ms} ms`);
  };
  const answer = (process: Process, time: number, settle: () => void): boolean => {
    if (process.gone) return false;
    const at = Math.max(time, process.stoppedUntil);
    if (at > scheduler.now()) {
      scheduler.at(at, () => answer(process, at, settle));
      return false;
    }
    settle();
    return true;
  };

  return {
    kills: () => kills,
    later: (process, ms, act) => scheduler.at(scheduler.now() + ms, () => answer(process, 0, act)),
    start(name, limitMs, skewMs, work) {
      const startedAt = scheduler.now();
      const process: Process = { name, startedAt, endsAt: startedAt + limitMs, skewMs, stoppedUntil: 0, outlived: false };
      scheduler.at(process.endsAt, () => {
        if (!process.outlived) kill(process, "timed out");
        return false;
      });
      trace?.(`${name} starts`);
      const leave = (how: "ended" | "failed") => {
        process.gone ??= { at: scheduler.now(), how };
        trace?.(`${name} has ${how}`);
      };
      return work(process).finally(() => leave("ended"));
    },

    operate(process, what, { effectMs, answerMs = 0 }, effect) {
      if (process.gone) return new Promise(() => undefined);
      const { dies, stopMs, onTheWire } = fateOf(process);
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof effect>>();
      scheduler.at(scheduler.now() + effectMs, () => {
        if (dies === "before") kill(process);
        if (process.gone && (dies === "before" || !onTheWire)) return false;
        const settle = attempt(effect, resolve, reject, (output) => trace?.(`${process.name}: ${what}${output}`));
        if (dies === "after") kill(process);
        if (stopMs !== undefined) stop(process, stopMs);
        return answer(process, scheduler.now() + answerMs, settle);
      });
      return promise;
    },
  };
}

function attempt<Result>(
  effect: () => Result,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
  note: (output: string) => void,
): () => void {
  try {
    const result = effect();
    note("");
    return () => resolve(result);
  } catch (error) {
    note(` fails: ${error instanceof Error ? error.message : error}`);
    return () => reject(error);
  }
}
