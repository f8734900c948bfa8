import type { Scheduler } from "./scheduler.ts";

/** One invocation of a function. */
export interface Process {
  name: string;
  startedAt: number;
  endsAt: number;
  /** The segment of a tick. */
  segment?: number;
  /** How far its clock is ahead of the others. */
  skewMs: number;
  /** How it ended. Being killed is the only end that it does not cause itself. */
  gone?: { at: number; how: "ended" | "failed" | "killed" | "timed out" };
  stoppedUntil: number;
  /** It was paused for longer than its lease, and continued. */
  outlived: boolean;
}

export interface Timing {
  effectMs: number;
  /** The time from the effect to the response. */
  answerMs?: number;
}

/** What happens to the process around one of its operations. */
export interface Fate {
  dies?: "before" | "after";
  stopMs?: number;
  /** If the process dies during the operation: whether the operation was sent already and takes effect. */
  onTheWire?: boolean;
}

export interface Processes {
  start<Result>(name: string, limitMs: number, skewMs: number, work: (process: Process) => Promise<Result>): Promise<Result>;
  /** Waits, applies the effect, and waits for the response. The process can die at each of these steps. */
  operate<Result>(process: Process, what: string, timing: Timing, effect: () => Result): Promise<Result>;
  /** Runs something later, unless the process is gone. Not an operation. */
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
    trace?.(`${process.name} is paused for ${ms} ms`);
  };
  const answer = (process: Process, time: number, respond: () => void): boolean => {
    if (process.gone) return false;
    const at = Math.max(time, process.stoppedUntil);
    if (at > scheduler.now()) {
      scheduler.at(at, () => answer(process, at, respond));
      return false;
    }
    respond();
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
        const respond = attempt(effect, resolve, reject, (output) => trace?.(`${process.name}: ${what}${output}`));
        if (dies === "after") kill(process);
        if (stopMs !== undefined) stop(process, stopMs);
        return answer(process, scheduler.now() + answerMs, respond);
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
