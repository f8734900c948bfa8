import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createApi } from "../../../functions/api/app.ts";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { SCRIPTS } from "../../../infra/local/scripts.ts";
import { slackErrorOf } from "../../../infra/local/slack-limits.ts";
import { type SlackSink, startSlackSink } from "../../../infra/local/slack-sink.ts";
import { readConfig } from "../../../lib/config/config.ts";
import { createServices } from "../../../lib/services.ts";
import { PROJECT } from "../../jobs.ts";
import { startTestTable } from "../../test-table.ts";
import { addKey } from "../../world.ts";
import { createFastClock, type FastClock } from "./fast-clock.ts";
import type { TrackedJob } from "./judge.ts";

const CHANNELS = ["general", "failures", "projects"];
const TEAMS = ["storage", "network", "compute"];
const KINDS = ["succeeds", "fails", "fails-in-a-sub-job", "flaps", "invalid", "stray-404"];

export interface ProcessWorld {
  clock: FastClock;
  sink: SlackSink;
  /** The environment of the poll function. */
  environment: Record<string, string>;
  /** The jobs that were to be registered. */
  jobs: TrackedJob[];
  /** Starts a job with one of the scripts, and lets one of the teams register it for one or more channels. */
  register(): Promise<void>;
  /** Posts whose sender was gone before the response. */
  unanswered(): number;
  close(): Promise<void>;
}

/** Table, simulated cloud, Slack and the API in this process, on fast time. The pollers are processes of their own. */
export async function startProcessWorld(speed: number): Promise<ProcessWorld> {
  const clock = createFastClock(speed);
  const table = await startTestTable();
  const cloud = await startCloud({ port: 0, now: clock.now });
  const sink = await startSlackSink({ port: 0, now: clock.now });
  sink.answer((_, payload) => (slackErrorOf(payload) === undefined ? { delayMs: 5 + Math.random() * 30 } : undefined));
  const { unanswered, stop } = countUnanswered(sink.port);
  const environment = environmentOf(cloud, sink, table.name);
  const noMetrics = { count: () => undefined, age: () => undefined, flush: () => undefined };
  const noLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = createApi(
    createServices(readConfig(environment), { clock, log: noLog, metrics: noMetrics, table: table.open(clock.now) }),
  );
  for (const team of TEAMS) await addKey(table, keyOf(team), team);
  const jobs: TrackedJob[] = [];

  const register = async () => {
    const script = oneOf(KINDS);
    const startedAt = clock.now();
    const jobId = cloud.startJob(script);
    const channels = CHANNELS.filter(() => Math.random() < 0.5);
    const named = channels.length > 0 ? channels : [oneOf(CHANNELS)];
    const answer = await api.request("/jobs", {
      method: "POST",
      headers: { authorization: `Bearer ${keyOf(oneOf(TEAMS))}`, "content-type": "application/json" },
      body: JSON.stringify({ jobId, channels: named, notifyOn: ["started", "succeeded", "failed"] }),
    });
    const { beginsAt = 0, endsAt = 0, failure } = SCRIPTS[script] ?? {};
    jobs.push({
      jobId,
      promised: answer.ok,
      channels: named,
      beginsAt: startedAt + beginsAt * 1_000,
      endsAt: startedAt + endsAt * 1_000,
      ends: failure ? "failed" : "success",
    });
  };

  return {
    clock,
    sink,
    environment: { ...environment, ...clock.environment, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
    jobs,
    register,
    unanswered,
    close: async () => {
      stop();
      await Promise.all([cloud.close(), sink.close(), table.close()]);
    },
  };
}

function environmentOf(cloud: Cloud, sink: SlackSink, tableName: string): Record<string, string> {
  const webhooks = [...CHANNELS, "operators"].map((name) => [name, `${sink.url}/services/T1/B1/${name}`]);
  return {
    STAGE: "local",
    TABLE_NAME: tableName,
    OS_PROJECT_ID: PROJECT,
    OS_AUTH_URL: `${cloud.url}/v3`,
    SFS_TURBO_ENDPOINT: cloud.url,
    OS_USERNAME: "watcher",
    OS_PASSWORD: "secret",
    OS_USER_DOMAIN_NAME: "OTC00000000001000000001",
    SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(webhooks)),
    OPS_CHANNEL: "operators",
  };
}

/** Node reports each request that one of its servers accepts. The sink itself does not know which senders are gone. */
function countUnanswered(port: number): { unanswered: () => number; stop: () => void } {
  let count = 0;
  const listen = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.socket.localPort !== port) return;
    response.once("close", () => {
      if (!response.writableFinished) count += 1;
    });
  };
  subscribe("http.server.request.start", listen);
  return { unanswered: () => count, stop: () => unsubscribe("http.server.request.start", listen) };
}

function keyOf(team: string): string {
  return `sfsjw_test-key-of-team-${team}`;
}

function oneOf<Some>(some: readonly Some[]): Some {
  return some[Math.floor(Math.random() * some.length)] as Some;
}
