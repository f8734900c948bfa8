import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { serve } from "../contract/exchange.ts";
import { KEY, type World } from "../world.ts";

const JOBWATCH = join(import.meta.dirname, "../../bin/jobwatch.mjs");

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

export interface CommandLine {
  /** Runs `jobwatch` with this standard input. */
  jobwatch(args: string[], input?: string | Buffer, environment?: Record<string, string>): Promise<Ran>;
  /** Runs a script of bash in which `$JW` is `jobwatch`. */
  bash(script: string): Promise<Ran>;
  /** Starts `jobwatch` for a test that closes its streams itself. */
  start(args: string[]): ReturnType<typeof spawn>;
  /** Returns the ids of all registered jobs. */
  jobIds(): Promise<string[]>;
  /** Resolves when the service has received `count` requests. */
  requested(count: number): Promise<void>;
}

/** Runs the command line against a world's API, over HTTP. */
export async function commandLineOf(world: World): Promise<CommandLine> {
  let requests = 0;
  const server = await serve(async ({ method, path, headers, body: raw }) => {
    requests += 1;
    const { body, ...answer } = await world.request(method, path, { headers, key: null, ...(raw !== undefined && { raw }) });
    return { ...answer, body: typeof body === "string" ? body : JSON.stringify(body) };
  }, "api");
  onTestFinished(() => server.close());
  const { PATH = "" } = process.env;
  const env = { PATH, JOBWATCH_URL: server.url, JOBWATCH_KEY: KEY, JW: `${process.execPath} ${JOBWATCH}` };

  const run = async (command: string, args: string[], input: string | Buffer, more: Record<string, string>): Promise<Ran> => {
    const child = spawn(command, args, { env: { ...env, ...more } });
    child.stdin.on("error", () => undefined).end(input);
    const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { exit, out, err };
  };
  return {
    jobwatch: (args, input = "", more = {}) => run(process.execPath, [JOBWATCH, ...args], input, more),
    bash: (script) => run("bash", ["--norc", "-c", script], "", {}),
    start: (args) => spawn(process.execPath, [JOBWATCH, ...args], { env }),
    jobIds: async () => {
      const { body } = await world.request("GET", "/jobs?limit=100");
      return body.jobs.map(({ jobId }: { jobId: string }) => jobId).sort();
    },
    requested: async (count) => {
      while (requests < count) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}
