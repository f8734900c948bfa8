import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FastClock } from "./fast-clock.ts";

const SCRIPT = fileURLToPath(new URL("../poll-process.ts", import.meta.url));
const FAST_TIME = new URL("./fast-time.ts", import.meta.url).href;
const MINUTE_MS = 60_000;

export interface Pollers {
  /** Kills the oldest running process. */
  kill(): Promise<void>;
  /** Pauses the oldest running process, and continues it after a while, even if another one has taken over. */
  stop(forMs: number): Promise<void>;
  /** Resolves when no process is paused. */
  allGoOn(): Promise<void>;
  /** Resolves when no process is left and all its calls are finished: closing dynalite during a call crashes it. */
  end(): Promise<void>;
}

/** Starts the poll function on fast time. `mode`: see `poll-process.ts`. */
export function spawnPoller(
  handler: string,
  environment: Record<string, string>,
  { mode = "once", flags = [] }: { mode?: "once" | "each-minute"; flags?: string[] } = {},
): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POWERTOOLS_METRICS_DISABLED: "true",
    ...environment,
  };
  return spawn(process.execPath, [...flags, "--import", FAST_TIME, SCRIPT, handler, mode], {
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Like the platform: every minute a process takes the tick, and a dead process is replaced at the next one. */
export function startPollers(handler: string, environment: Record<string, string>, clock: FastClock): Pollers {
  const running: ChildProcess[] = [];
  const stopped = new Map<ChildProcess, Promise<void>>();
  let ended = false;

  const start = () => {
    const child = spawnPoller(handler, environment, { mode: "each-minute" });
    running.push(child);
    child.once("exit", () => remove(child));
  };
  const remove = (child: ChildProcess) => {
    const place = running.indexOf(child);
    if (place >= 0) running.splice(place, 1);
  };
  const schedule = async () => {
    while (!ended) {
      if (running.length === 0) start();
      await clock.sleep(MINUTE_MS);
    }
  };
  const oldest = async (): Promise<ChildProcess> => {
    for (;;) {
      const [child] = running;
      if (child) return child;
      await clock.sleep(1_000);
    }
  };
  const killAll = () => {
    for (const child of [...running, ...stopped.keys()]) child.kill("SIGKILL");
  };
  process.once("exit", killAll);
  void schedule();

  return {
    async kill() {
      const child = await oldest();
      child.kill("SIGKILL");
      remove(child);
    },
    async stop(forMs) {
      const child = await oldest();
      child.kill("SIGSTOP");
      remove(child);
      const goesOn = clock.sleep(forMs).then(() => {
        stopped.delete(child);
        child.kill("SIGCONT");
        running.unshift(child);
      });
      stopped.set(child, goesOn);
    },
    allGoOn: async () => void (await Promise.all(stopped.values())),
    async end() {
      ended = true;
      killAll();
      process.off("exit", killAll);
      await clock.sleep(10_000);
    },
  };
}
