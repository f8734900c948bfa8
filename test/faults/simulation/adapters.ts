import { createHash } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createApi } from "../../../functions/api/app.ts";
import { createTickHandler } from "../../../functions/poll/tick.ts";
import { createTable } from "../../../lib/adapters/dynamodb/table.ts";
import { type Config, readConfig } from "../../../lib/config/config.ts";
import { createServices } from "../../../lib/services.ts";
import { DIGEST_CHANNEL, digestTimes } from "./digests.ts";
import { drawPlan } from "./draw-plan.ts";
import { createEngine, type Engine } from "./dynamodb.ts";
import { createClient } from "./dynamodb-client.ts";
import { fetchFor, RECEIVER } from "./http.ts";
import { type JobPlan, NEVER, type Plan } from "./plan.ts";
import { type Here, here, installPlatform, randomFor } from "./platform.ts";
import type { Process } from "./processes.ts";
import { type Result, simulate } from "./simulate.ts";
import { type Options, PROJECT, type Service, type Simulation } from "./simulation.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const KEY = "sfsjw_simulated";
/** Event loop turns until the SDK, ky and fetch's streams have processed an event. */
const TURNS = 4;

const engines = new WeakMap<Simulation, Engine>();
const client = createClient((simulation) => engines.get(simulation) ?? createEngine(1));

/** The same schedules with the real handlers and adapters. The SDK, ky and the webhook library call the simulated world. */
export async function simulateAdapters(seed: number, options: Options = {}): Promise<Result> {
  await ready();
  return await simulate(readable(drawPlan(seed, true)), createHandlers, { ...options, turns: TURNS });
}

/** The SDK reads its settings at the first call, in real time, which must not happen within a simulation. */
async function ready(): Promise<void> {
  installPlatform();
  warm ??= client.send(new GetItemCommand({ TableName: "simulated", Key: { pk: { S: "none" } } }));
  await warm;
}

let warm: Promise<unknown> | undefined;

/** Messages do not contain transition numbers, so a job that is tracked again would seem to repeat itself. */
function readable(plan: Plan): Plan {
  const jobs = plan.jobs.map(({ stopAt, ...job }): JobPlan => {
    const isOnce = job.script.knownAt === NEVER || stopAt !== undefined;
    return { ...job, requests: isOnce ? job.requests.slice(0, 1) : job.requests, ...(stopAt !== undefined && { stopAt }) };
  });
  return { ...plan, jobs, newWebhooks: false };
}

function createHandlers(simulation: Simulation): Service {
  const { plan, scheduler, processes } = simulation;
  const engine = createEngine(plan.pageSize);
  engines.set(simulation, engine);
  engine.put(operatorKey());
  const clock = {
    now: () => scheduler.now() + (here.getStore()?.process.skewMs ?? 0),
    sleep: (ms: number) => {
      const process = here.getStore()?.process;
      if (!process) throw new Error("who sleeps?");
      return processes.operate(process, `sleep ${ms} ms`, { effectMs: Math.max(ms, 0) }, () => undefined);
    },
  };
  const config = readConfig(environmentOf(plan));
  if (plan.digestMinutes !== undefined) moveDigestOn(config, simulation);
  const table = createTable({ name: config.tableName, keepMs: config.keepMs }, clock.now, client);
  const services = createServices(config, { clock, log: LOG, metrics: METRICS, table });
  const poll = createTickHandler(services);
  const api = createApi(services);
  const random = randomFor(plan.seed);
  const within = <Result>(process: Process, work: () => Promise<Result>): Promise<Result> => {
    const store: Here = { simulation, process, fetch: fetchFor(simulation, process), random };
    return here.run(store, work);
  };
  const request = (process: Process, method: string, path: string, body?: unknown): Promise<Response> =>
    within(process, async () => {
      const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
      return await api.request(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    });

  return {
    tick: (process, segment, id) =>
      within(process, () => {
        const leftMs = () => process.endsAt - scheduler.now();
        return poll({ segment }, { awsRequestId: id, functionName: "poll", getRemainingTimeInMillis: leftMs });
      }),
    register: async (process, { jobId, notifyOn, expectedMinutes, script, requests }, channels) => {
      const verify = requests.every(({ at }) => script.knownAt <= at);
      const body = { jobId, title: jobId, channels, notifyOn, expectedMinutes, verify };
      return (await request(process, "POST", "/jobs", body)).status < 300;
    },
    stop: async (process, { jobId }) => (await request(process, "DELETE", `/jobs/${jobId}`)).status === 200,
    test: async (process, channel) => {
      const answer = await request(process, "POST", `/channels/${channel}/test`);
      return answer.status === 200 && (await answer.text()).includes('"delivered"');
    },
    isIdle: engine.isIdle,
  };
}

/** The same as the simulated rules. */
function moveDigestOn({ channels }: Config, { plan, elapsed }: Simulation): void {
  const digest = { get: () => digestTimes(plan, DIGEST_CHANNEL, elapsed()) };
  channels[DIGEST_CHANNEL] = Object.defineProperty({}, "digest", digest);
}

function environmentOf({ segments, pollsPerSecond, opsChannel }: Plan): Record<string, string> {
  const webhooks = ["alpha", "operators"].map((name) => [name, `https://hooks.slack.com/services/T1/B1/${name}`]);
  return {
    TABLE_NAME: "simulated",
    OS_TOKEN: "simulated-token",
    OS_PROJECT_ID: PROJECT,
    SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(webhooks)),
    WEBHOOKS: JSON.stringify({ beta: { url: `https://${RECEIVER}/beta`, secrets: [SECRET] } }),
    DEFAULT_CHANNEL: "alpha",
    OPS_CHANNEL: opsChannel,
    POLL_SEGMENTS: String(segments),
    POLLS_PER_SECOND: String(Math.max(Math.round(pollsPerSecond), 1)),
    LOST_AFTER_MINUTES: "3",
  };
}

function operatorKey() {
  const hash = createHash("sha256").update(KEY).digest("hex");
  return {
    pk: { S: `key#${hash}` },
    team: { S: "storage" },
    label: { S: "sim" },
    createdAt: { N: "0" },
    operator: { BOOL: true },
  };
}

const silent = () => undefined;
const LOG = { info: silent, warn: silent, error: silent };
const METRICS = { count: silent, age: silent, flush: silent };
