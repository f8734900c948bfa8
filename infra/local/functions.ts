import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGateway } from "./gateway.ts";
import { type Listening, listen } from "./listen.ts";
import type { SignInLink } from "./sign-in-link.ts";

export interface Functions {
  /** Resolves when both functions can be called. Rejects if they do not start. */
  start(): Promise<void>;
  /** Calls the poller now, and resolves when it has ended. The schedule calls it every minute. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

export interface FunctionsOptions {
  port: number;
  lambdaPort: number;
  environment: Record<string, string | undefined>;
  /** Receives all output of the functions. */
  logFile: string;
  /** Runs before each start of the functions' process. */
  prepare(): Promise<void>;
  /** Receives one line when an invocation or the process fails. The stack keeps running. */
  onTrouble(line: string): void;
  /** Called when the process ended and could not be restarted. */
  onExit(reason: string): void;
  /** The folder of serverless.yml; this repository by default. */
  serviceFolder?: string;
  signInLink?: SignInLink;
}

const READY_WITHIN_MS = 120_000;
const RECENT_LINES = 30;
const POLL = "sfs-jobwatch-local-poll";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OSLS = fileURLToPath(new URL("../../node_modules/osls/bin/serverless.js", import.meta.url));
const PRELOAD = new URL("end-with-stack.ts", import.meta.url).href;

/**
 * Runs both functions of serverless.yml with serverless-offline, behind gateways on their ports. Rejects if a port is in use.
 *
 * serverless-offline counts a cold start as part of the timeout, keeps each answer in memory until its function's timeout, and exits on an
 * uncaught error of a function. So its process is restarted whenever it ends.
 */
export async function openFunctions(options: FunctionsOptions): Promise<Functions> {
  const { port, lambdaPort, logFile, prepare, onTrouble, onExit } = options;
  const sockets = mkdtempSync(join(tmpdir(), "sfs-jobwatch-"));
  const gateways: Listening[] = [];
  const log = createWriteStream(logFile);
  let child: ChildProcess | undefined;
  let isClosed = false;

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([child && end(child), ...gateways.map((gateway) => gateway.close())]);
    log.end();
    rmSync(sockets, { recursive: true, force: true });
  }

  async function start(): Promise<void> {
    await prepare();
    if (isClosed) return;
    for (const name of ["api", "functions"]) rmSync(join(sockets, name), { force: true });
    const started = spawnOffline(options, sockets);
    child = started;
    let recent: string[] = [];
    for (const stream of [started.stdout, started.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        log.write(`${line}\n`);
        recent = [...recent, line].slice(-RECENT_LINES);
        const failed = failureIn(line);
        if (failed !== undefined && !isClosed) onTrouble(`${failed}; see ${logFile}. The stack keeps running.`);
      });
    }
    const ended = once(started, "exit");
    await whenReady(`http://127.0.0.1:${port}/health`, started, logFile);
    void ended.then(([code, signal]) => {
      if (isClosed) return;
      onTrouble(`The functions' process ended (${causeOf(code, signal, recent)}) and is restarted; see ${logFile}.`);
      start()
        .then(tick)
        .catch((error: Error) => onExit(error.message));
    });
  }

  async function tick(): Promise<void> {
    const url = `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/${POLL}/invocations`;
    const event = { source: "aws.events", "detail-type": "Scheduled Event", detail: {} };
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(event) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
  }

  try {
    gateways.push(await listen(createGateway(join(sockets, "api"), options.signInLink), port, "API", "PORT"));
    gateways.push(await listen(createGateway(join(sockets, "functions")), lambdaPort, "functions", "LAMBDA_PORT"));
  } catch (error) {
    await close();
    throw error;
  }
  return { start, tick, close };
}

function spawnOffline({ environment, serviceFolder = ROOT }: FunctionsOptions, sockets: string) {
  return spawn(process.execPath, ["--import", PRELOAD, OSLS, "offline", "--stage", "local"], {
    env: { ...environment, API_SOCKET: join(sockets, "api"), FUNCTIONS_SOCKET: join(sockets, "functions") },
    cwd: serviceFolder,
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own: Ctrl-C then reaches only this process, which ends the group in order.
    detached: true,
  });
}

/** Returns a clause if a line of serverless-offline reports a failed invocation, else undefined. */
function failureIn(line: string): string | undefined {
  const name = /\[(\w+)\] Error|-local-(\w+)'|in handler '(\w+)'/.exec(line)?.slice(1).find(Boolean) ?? "api";
  if (line.includes("Lambda timeout")) return `An invocation of ${name} took longer than its timeout and was ended`;
  if (line.includes("Unhandled exception in handler")) return `An invocation of ${name} failed`;
  return undefined;
}

function causeOf(code: number | null, signal: string | null, output: string[]): string {
  const error = output.findLast((line) => /^\s*(\w*Error\b|FATAL ERROR)/.test(line))?.trim();
  const isOwnEnd = signal === null || signal === "SIGABRT";
  return (isOwnEnd && error) || signal || `exit code ${code}`;
}

async function whenReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && isRunning(child)) {
    const status = await fetch(url, { signal: AbortSignal.timeout(READY_WITHIN_MS) }).then(
      (response) => response.status,
      () => 0,
    );
    // 503 means ready too: no tick has finished yet. 502 comes from the gateway.
    if (status === 200 || status === 503) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await end(child);
  throw new Error(`the functions did not start; see ${logFile}`);
}

/** Kills the whole group, as Lambda does. The next start releases the leases that a tick held. */
async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child) || child.pid === undefined) return;
  const ended = once(child, "close");
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
  await ended;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
