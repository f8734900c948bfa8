import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:http";
import { listen } from "./listen.ts";

export interface Functions {
  /** The first invocation by the schedule, at once: afterwards it comes on each minute. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

export interface FunctionsOptions {
  port: number;
  lambdaPort: number;
  environment: Record<string, string | undefined>;
  /** Takes all that the functions write. */
  logFile: string;
  /** Called where the functions end without having been asked to. */
  onExit(reason: string): void;
}

const READY_WITHIN_MS = 60_000;
const POLL = "sfs-jobwatch-local-poll";
const OFFLINE = ["offline", "--stage", "local"];

/** Runs both functions of serverless.yml through serverless-offline. Rejects where a port is in use or they do not come up. */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { port, lambdaPort, environment, logFile, onExit } = options;
  for (const [wanted, name, variable] of [
    [port, "API", "PORT"],
    [lambdaPort, "functions", "LAMBDA_PORT"],
  ] as const) {
    await (await listen(createServer(), wanted, name, variable)).close();
  }
  const log = createWriteStream(logFile);
  const osls = new URL("../../node_modules/.bin/osls", import.meta.url).pathname;
  // A group of its own: Ctrl-C reaches this process alone, which then ends the group in order.
  const child = spawn(osls, OFFLINE, { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let last = "";
  let closing = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log.write(chunk);
      last = (last + chunk.toString()).slice(-2_000);
    });
  }
  child.on("exit", () => {
    if (!closing) onExit(`the functions ended; ${logFile} says why: ${last.trim().split("\n").at(-1) ?? ""}`);
  });
  await whenReady(`http://127.0.0.1:${port}/health`, child, logFile);
  return {
    async tick() {
      const url = `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/${POLL}/invocations`;
      const event = { source: "aws.events", "detail-type": "Scheduled Event", detail: {} };
      await fetch(url, { method: "POST", headers: { "x-amz-invocation-type": "Event" }, body: JSON.stringify(event) });
    },
    async close() {
      closing = true;
      await end(child);
      log.end();
    },
  };
}

async function whenReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && child.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    // 503 too: no tick has finished yet.
    if (status === 200 || status === 503) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await end(child);
  throw new Error(`the functions did not come up; ${logFile} says why`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  signal(child.pid, "SIGTERM");
  const patience = setTimeout(() => signal(child.pid ?? 0, "SIGKILL"), 2_000);
  await ended;
  clearTimeout(patience);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It ended by itself.
  }
}
