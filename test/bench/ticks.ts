import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { type Bundles, bundle } from "./bundle.ts";
import { type Companion, inFreshProcess, startCompanion } from "./fresh-process.ts";
import type { TickFigures } from "./processes/tick.ts";

const CLOUD = fileURLToPath(new URL("./processes/cloud.ts", import.meta.url));
const FLEET = fileURLToPath(new URL("./processes/fleet.ts", import.meta.url));
const TICK = "test/bench/processes/tick.ts";

export interface TickOptions {
  jobs: number;
  dueShare: number;
  cloudMs: number;
  tableMs: number;
  atOnce: number;
  /** Ticks in one process. The first one is cold. */
  ticks: number;
}

/** Runs ticks of the real poller and adapters in fresh processes, against a cloud and a table in their own processes. */
export async function withTicks<Result>(work: (run: (options: TickOptions) => Promise<TickFigures[]>) => Promise<Result>) {
  const bundles = await bundle([TICK]);
  try {
    return await work((options) => runTicks(bundles, options));
  } finally {
    await bundles.remove();
  }
}

async function runTicks(
  bundles: Bundles,
  { jobs, dueShare, cloudMs, tableMs, atOnce, ticks }: TickOptions,
): Promise<TickFigures[]> {
  const cloud = await startCompanion(CLOUD, [String(cloudMs)]);
  const fleet = await startCompanion(FLEET, [jobs, dueShare, tableMs].map(String));
  try {
    const environment = { ...serviceEnvironment(cloud, fleet), POLL_CONCURRENCY: String(atOnce) };
    return await inFreshProcess<TickFigures[]>(
      bundles.file(TICK),
      [String(ticks)],
      environment,
      heapLimits((await pollFunction()).memorySize),
    );
  } finally {
    cloud.end();
    fleet.end();
  }
}

/** Returns the poll function of serverless.yml: memory in MB, and its own variables. */
export async function pollFunction(): Promise<{ memorySize: number; environment: Record<string, string> }> {
  const text = await readFile(new URL("../../serverless.yml", import.meta.url), "utf8");
  return parse(text, { logLevel: "error" }).functions.poll;
}

/** Returns the heap flags that Lambda uses: 90 % of the memory for the old generation, 5 % for each half of the young one. */
export function heapLimits(megabytes: number): string[] {
  return [`--max-old-space-size=${Math.floor(megabytes * 0.9)}`, `--max-semi-space-size=${Math.floor(megabytes * 0.05)}`];
}

/** Returns the service's settings for a cloud and a table in their own processes. No job is ever late, since that would be delivered. */
export function serviceEnvironment(cloud: Companion, table: Companion): Record<string, string> {
  return {
    STAGE: "local",
    TABLE_NAME: "jobs",
    OS_PROJECT_ID: "0123456789abcdef0123456789abcdef",
    OS_TOKEN: "token",
    SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
    OS_AUTH_URL: `${cloud.ready.url}/v3`,
    SFS_TURBO_ENDPOINT: cloud.ready.url ?? "",
    POLLS_PER_SECOND: "10000",
    LATE_AFTER_MINUTES: "43200",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: table.ready.url ?? "",
  };
}
