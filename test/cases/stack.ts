import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const ROOT = join(import.meta.dirname, "../..");

const PORT_NAMES = ["PORT", "LAMBDA_PORT", "TABLE_PORT", "CLOUD_PORT", "SLACK_PORT", "EVENTS_PORT"] as const;
export type Ports = Record<(typeof PORT_NAMES)[number], number>;

/** `npm start` as a user runs it, with its own ports and folder. */
export interface Stack {
  npm: ChildProcess;
  ports: Ports;
  /** The address of the API. */
  url: string;
  /** Everything that it has printed so far. */
  output(): string;
  /** Resolves when it has printed `last`, the end of the banner. Rejects with the output if the stack ends first or takes longer than 85 s. */
  isUp(last?: RegExp): Promise<void>;
  /** Resolves to npm's exit code. */
  ended: Promise<number | null>;
  /** The demo team's key. */
  key(): Promise<string>;
  /** Kills all remaining processes. */
  close(): Promise<void>;
}

export interface StackOptions {
  cwd?: string;
  ports?: Ports;
  environment?: Record<string, string>;
}

export async function npmStart({ cwd = ROOT, ports, environment = {} }: StackOptions = {}): Promise<Stack> {
  const chosen = ports ?? (await freePorts());
  const folder = await mkdtemp(join(tmpdir(), "jobwatch-"));
  const env = { ...userEnvironment(), LOCAL_FOLDER: folder, ...texts(chosen), ...environment };
  // A process group of its own, so that processes that npm leaves running can be killed.
  const npm = spawn("npm", ["start", "--silent"], { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let printed = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const ended = once(npm, "exit").then(([code]) => code as number | null);
  const isUp = async (last = /simulate\/scripts/) => {
    for (const until = Date.now() + 85_000; !last.test(printed); await sleep(100))
      if (npm.exitCode !== null || Date.now() > until) throw new Error(`npm start is not up:\n${printed}`);
  };
  const close = async () => {
    endGroup(npm, "SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const key = async () => (await readFile(join(folder, "demo-key"), "utf8")).trim();
  return { npm, ports: chosen, url: `http://127.0.0.1:${chosen.PORT}`, output: () => printed, isUp, ended, key, close };
}

/** Returns the environment of a user's shell: no commands of packages on the path, no variables that npm sets, no settings of `.env`. */
export function userEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  const path = PATH.split(":").filter((folder) => !folder.includes("node_modules") && !folder.includes("node-gyp-bin"));
  return { PATH: [dirname(process.execPath), ...path].join(":"), HOME, ENV_FILE: "" };
}

/** Returns ports below the ephemeral range, so that no other test takes one before the stack opens it. */
export async function freePorts(): Promise<Ports> {
  const servers: Server[] = [];
  while (servers.length < PORT_NAMES.length) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = await occupyPort(port).catch(() => undefined);
    if (server) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(PORT_NAMES.map((name, n) => [name, ports[n]])) as Ports;
}

/** Occupies a port. Rejects if it is in use. */
export async function occupyPort(port: number, host = "127.0.0.1"): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server;
}

function texts(ports: Ports): Record<string, string> {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has already ended.
  }
}
