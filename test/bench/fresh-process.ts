import { type ChildProcess, spawn } from "node:child_process";

/** Nothing but what a process is given, so that no variable of whoever runs the bench moves a figure. */
const BARE = { PATH: process.env.PATH };

/** Runs a script in a Node of its own; gives back what it sent to its parent. Rejects where it ends without. */
export async function inFreshProcess<Answer>(
  file: string,
  args: string[] = [],
  environment: Record<string, string> = {},
  flags: string[] = [],
): Promise<Answer> {
  const child = start(file, args, environment, flags);
  const answer = await firstMessage<Answer>(child);
  child.kill();
  return answer;
}

export interface Companion {
  /** What it sent when it was ready. */
  ready: Record<string, string>;
  /** Asks it for its figures since the last time that it was asked. */
  ask<Answer>(): Promise<Answer>;
  end(): void;
}

/** A server in a process of its own, so that its work is not ours. */
export async function startCompanion(file: string, args: string[] = []): Promise<Companion> {
  const child = start(file, args, {}, []);
  const end = () => void child.kill();
  process.once("exit", end);
  const ready = await firstMessage<Record<string, string>>(child);
  return {
    ready,
    ask: async <Answer>() => {
      const answer = firstMessage<Answer>(child);
      child.send("figures");
      return await answer;
    },
    end: () => {
      process.off("exit", end);
      end();
    },
  };
}

function start(file: string, args: string[], environment: Record<string, string>, flags: string[]): ChildProcess {
  return spawn(process.execPath, [...flags, file, ...args], {
    env: { ...BARE, ...environment },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function firstMessage<Answer>(child: ChildProcess): Promise<Answer> {
  let output = "";
  const hear = (chunk: Buffer) => {
    output += chunk;
  };
  child.stderr?.on("data", hear);
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`${child.spawnargs.at(1)} ended with ${code}: ${output.slice(0, 2_000)}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      child.stderr?.off("data", hear);
      child.stderr?.resume();
      resolve(message as Answer);
    });
  });
}
