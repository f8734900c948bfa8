import { type ChildProcess, spawn } from "node:child_process";

/** A minimal environment, so that the user's variables do not influence the figures. */
const BARE = { PATH: process.env.PATH };

/** Runs a script in a new Node process and returns the message that it sends. Rejects if it exits without one. */
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
  /** The message that it sent when it was ready. */
  ready: Record<string, string>;
  /** Returns its figures since the last call. */
  figures<Answer>(): Promise<Answer>;
  end(): void;
}

/** Starts a server in its own process, so that its work is not measured as ours. */
export async function startCompanion(file: string, args: string[] = []): Promise<Companion> {
  const child = start(file, args, {}, []);
  const end = () => void child.kill();
  process.once("exit", end);
  const ready = await firstMessage<Record<string, string>>(child);
  return {
    ready,
    figures: async <Answer>() => {
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
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stderr?.on("data", collect);
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`${child.spawnargs.at(1)} ended with ${code}: ${output.slice(0, 2_000)}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      child.stderr?.off("data", collect);
      child.stderr?.resume();
      resolve(message as Answer);
    });
  });
}
