import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2, ScheduledEvent } from "aws-lambda";
import { createApi } from "../functions/api/app.ts";
import { createGatewayHandler } from "../functions/api/http/gateway.ts";
import { createTickHandler } from "../functions/poll/tick.ts";
import { type Cloud, startCloud } from "../infra/local/cloud.ts";
import { otherEndpoints } from "../infra/local/environment.ts";
import { type SlackSink, startSlackSink } from "../infra/local/slack-sink.ts";
import { createKey } from "../lib/adapters/dynamodb/api-keys.ts";
import { readConfig } from "../lib/config/config.ts";
import type { ApiKey } from "../lib/domain/api-key.ts";
import type { Log } from "../lib/ports.ts";
import { createServices, type Services } from "../lib/services.ts";
import type { Given, Sent } from "./contract/exchange.ts";
import { openContractProxy } from "./contract/proxy.ts";
import { NOW, PROJECT } from "./jobs.ts";
import { breachOfContract } from "./openapi/check-answer.ts";
import { startTestTable, type TestTable } from "./test-table.ts";
import { createVirtualClock, onVirtualTime, type VirtualClock } from "./virtual-clock.ts";

export const KEY = "sfsjw_test-key-of-team-storage";

export interface World {
  clock: VirtualClock;
  cloud: Cloud;
  sink: SlackSink;
  table: TestTable;
  services: Services;
  /** The configuration of the functions. */
  environment: Record<string, string>;
  /** The log, one text per line. */
  logged: string[];
  /** Every value of every metric. */
  measured: { name: string; value: number }[];
  /** Calls the API's handler as API Gateway does. Throws if the response does not match docs/openapi.json. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  register(jobId: string, more?: Record<string, unknown>): Promise<Answer>;
  /** One scheduled invocation. Afterwards the clock is at the next minute at the earliest. */
  tick(): Promise<void>;
  ticks(count: number): Promise<void>;
  close(): Promise<void>;
}

interface RequestOptions {
  body?: unknown;
  raw?: string;
  headers?: Record<string, string>;
  key?: string | null;
  /** The request violates docs/openapi.json on purpose. */
  isWrong?: boolean;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses of every shape
  body: any;
}

/** The service with real handlers, adapters and table, and a simulated cloud and Slack over HTTP, on virtual time. */
export async function startWorld(
  settings: Record<string, string> = {},
  start = NOW,
  channels = ["general", "projects", "operators"],
): Promise<World> {
  const clock = createVirtualClock(start);
  const table = await startTestTable();
  const cloud = await startCloud({ port: 0, now: clock.now });
  const sink = await startSlackSink({ port: 0, now: clock.now });
  const logged: string[] = [];
  const measured: World["measured"] = [];
  const webhook = (name: string) => `${sink.url}/services/T1/B1/${name}`;
  const environment: Record<string, string> = {
    STAGE: "local",
    TABLE_NAME: table.name,
    OS_PROJECT_ID: PROJECT,
    OS_AUTH_URL: `${cloud.url}/v3`,
    SFS_TURBO_ENDPOINT: cloud.url,
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(cloud.url)),
    OS_USERNAME: "watcher",
    OS_PASSWORD: "secret",
    OS_USER_DOMAIN_NAME: "OTC00000000001000000001",
    SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(channels.map((name) => [name, webhook(name)]))),
    OPS_CHANNEL: "operators",
    REQUESTS_PER_MINUTE: "1000000",
    ...settings,
  };
  const config = readConfig(environment);
  const log = logTo(logged);
  const services = onVirtualTime(
    createServices(config, { clock, log, metrics: metricsTo(measured), table: table.open(clock.now) }),
    clock,
  );
  const api = createGatewayHandler(createApi(services));
  const poll = createTickHandler(services);
  await addKey(table, KEY, "storage");
  let invocations = 0;

  const proxy = await openContractProxy(async (sent): Promise<Given> => {
    const { statusCode = 0, headers = {}, body = "" } = await api(httpEvent(sent));
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
    return { status: statusCode, headers: Object.fromEntries(named), body };
  });

  const request = async (method: string, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const given = await proxy.send(sentWith(method, path, options), options.isWrong ?? false);
    const isJson = given.headers["content-type"]?.includes("json");
    const answer: Answer = { ...given, body: isJson ? JSON.parse(given.body) : given.body };
    const breach = breachOfContract(method, path, answer);
    if (breach) throw new Error(breach);
    return answer;
  };
  const tick = async () => {
    const startedAt = clock.now();
    const context = {
      awsRequestId: `invocation-${++invocations}`,
      functionName: "poll",
      getRemainingTimeInMillis: () => 58_000 - (clock.now() - startedAt),
    };
    await poll(SCHEDULED, context);
    clock.advance(Math.max(startedAt + 60_000 - clock.now(), 0));
  };

  return {
    clock,
    cloud,
    sink,
    table,
    services,
    environment,
    logged,
    measured,
    request,
    register: (jobId, more = {}) => request("POST", "/jobs", { body: { jobId, ...more } }),
    tick,
    ticks: async (count) => {
      for (let done = 0; done < count; done++) await tick();
    },
    close: async () => {
      await Promise.all([proxy.close(), cloud.close(), sink.close(), table.close()]);
    },
  };
}

type Rights = Partial<Omit<ApiKey, "hash" | "team">>;

export async function addKey(table: TestTable, key: string, team: string, rights: Rights = {}): Promise<void> {
  const hash = createHash("sha256").update(key).digest("hex");
  await createKey(table.client, table.name, { hash, team, label: "test", createdAt: NOW, ...rights });
}

function metricsTo(measured: World["measured"]): Services["metrics"] {
  const measure = (name: string, value: number) => void measured.push({ name, value });
  return { count: measure, age: measure, flush: () => undefined };
}

function logTo(lines: string[]): Log {
  const level = (name: string) => (message: string, fields?: Record<string, unknown>) => {
    lines.push(JSON.stringify({ level: name, message, ...fields }));
  };
  return { info: level("info"), warn: level("warn"), error: level("error") };
}

function sentWith(method: string, path: string, { body, raw, headers = {}, key = KEY }: RequestOptions): Sent {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    path,
    headers: {
      ...(text !== undefined && { "content-type": "application/json" }),
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(text !== undefined && { body: text }),
  };
}

function httpEvent({ method, path, headers, body }: Sent): APIGatewayProxyEventV2 {
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: { host: "jobwatch.example.com", ...headers },
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3",
      domainName: "jobwatch.example.com",
      domainPrefix: "jobwatch",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "23/Nov/2026:12:00:00 +0000",
      timeEpoch: NOW,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

const SCHEDULED: ScheduledEvent = {
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  version: "0",
  account: "123456789012",
  time: "2026-11-23T12:00:00Z",
  region: "eu-central-1",
  source: "aws.events",
  "detail-type": "Scheduled Event",
  detail: {},
  resources: ["arn:aws:events:eu-central-1:123456789012:rule/sfs-jobwatch-poll"],
};
