import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../contract/exchange.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

export const EXAMPLES = join(import.meta.dirname, "../../docs/examples");
const KEY = "sfsjw_key-of-the-examples";

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

/** The service over HTTP, as a pipeline uses it. */
export interface ServedWorld extends World {
  /** A folder with extend-share.sh. */
  folder: string;
  /** What a pipeline is configured with. */
  variables: Record<string, string>;
  /** Creates a share of 500 GB that can be extended. */
  share(): Promise<string>;
  /** Runs a command in the folder, and the poller once it waits for a job. */
  run(command: string, args: string[], more?: Record<string, string>): Promise<Ran>;
}

export async function serveWorld(): Promise<ServedWorld> {
  const world = await startWorld();
  await addKey(world.table, KEY, "storage");
  let isWaiting = false;
  const { url, close } = await serve(async ({ method, path, headers, body: raw }) => {
    isWaiting ||= method === "GET" && path.startsWith("/jobs/");
    const { body, ...answer } = await world.request(method, path, { headers, key: null, ...(raw !== undefined && { raw }) });
    return { ...answer, body: typeof body === "string" ? body : JSON.stringify(body) };
  }, "api");
  const folder = await mkdtemp(join(tmpdir(), "jobwatch-examples-"));
  await copyFile(join(EXAMPLES, "extend-share.sh"), join(folder, "extend-share.sh"));
  const variables = {
    ...{ PATH: process.env.PATH ?? "", HOME: folder, JOBWATCH_URL: url, JOBWATCH_KEY: KEY },
    ...{ OS_AUTH_URL: `${world.cloud.url}/v3`, SFS_TURBO_ENDPOINT: world.cloud.url, OS_PROJECT_ID: PROJECT },
    ...{ OS_USERNAME: "admin", OS_PASSWORD: "secret", OS_USER_DOMAIN_NAME: "OTC-1" },
  };
  return {
    ...world,
    folder,
    variables,
    async share() {
      const share = world.cloud.shares.create({ projectId: PROJECT, name: "data-01" });
      await world.tick();
      return share;
    },
    async run(command, args, more = {}) {
      isWaiting = false;
      const child = spawn(command, args, { cwd: folder, env: { ...variables, ...more }, stdio: ["ignore", "pipe", "pipe"] });
      const result = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      const failed = once(child, "error").then(([error]) => Promise.reject(error));
      while (child.exitCode === null && child.signalCode === null) {
        await Promise.race([sleep(100), failed]);
        // Time must not pass between the start of the operation and its registration.
        if (isWaiting) await world.tick();
      }
      const [out, err, [exit]] = await result;
      return { exit, out, err };
    },
    async close() {
      await close();
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
