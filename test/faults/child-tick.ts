import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { World } from "../world.ts";
import { bundledPoller } from "./processes/bundled-poller.ts";

/** Runs one tick of the deployed function in a process of its own. Returns its two output streams. */
export async function tickInChild(world: World, more: Record<string, string> = {}): Promise<{ out: string; errors: string }> {
  const script = fileURLToPath(new URL("poll-process.ts", import.meta.url));
  const handler = await bundledPoller();
  const env = {
    ...world.environment,
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_DYNAMODB: world.table.endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...more,
  };
  const child = spawn(process.execPath, [script, handler], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, errors };
}
