import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { createTable } from "./adapters/dynamodb/table.ts";
import { createEventBus } from "./adapters/eventbridge/client.ts";
import { createHeartbeat } from "./adapters/heartbeat/ping.ts";
import { joinDestinations } from "./adapters/join-destinations.ts";
import { jobPages } from "./adapters/signing/job-page.ts";
import { createSlack } from "./adapters/slack/client.ts";
import { createWebhooks } from "./adapters/webhook/client.ts";
import type { ChannelKind } from "./config/channel-kinds.ts";
import type { Config } from "./config/config.ts";
import { createInventories, type Inventories } from "./discovery/context.ts";
import { createLearning } from "./poll/learn-durations.ts";
import type { Clock, Cloud, Destination, Heartbeat, Log, Ports, ProjectLists } from "./ports.ts";
import { errorFields } from "./shared/error-fields.ts";
import { createOpenJobLimit, type OpenJobLimit } from "./shared/open-job-limit.ts";
import { createSilences } from "./shared/silence-reader.ts";
import { steadyClock } from "./shared/steady-clock.ts";

export interface Services extends Ports {
  config: Config;
  heartbeat: Heartbeat;
  openJobs: OpenJobLimit;
  inventories: Inventories;
  metrics: Ports["metrics"] & { flush(): void };
}

/** Connects the adapters; nothing else does. Opens no connection. `overrides` replaces parts, for tests and the local stack. */
export function createServices(
  config: Config,
  overrides: Partial<Pick<Services, "clock" | "log" | "metrics" | "table">> = {},
): Services {
  const { clock = systemClock, log = createLog(), metrics = createMetrics(config.stage) } = overrides;
  const onUnreadable = (pk: string, error: unknown) => {
    log.error("an item cannot be read", { pk, ...errorFields(error) });
    metrics.count("ItemsUnreadable", 1);
  };
  const table = overrides.table ?? createTable({ name: config.tableName, keepMs: config.keepMs, onUnreadable }, clock.now);
  return {
    config,
    clock,
    log,
    metrics,
    table,
    learning: createLearning({ table, clock, log }),
    silences: createSilences({ table, clock, log }),
    openJobs: createOpenJobLimit({ table, clock, log }, { most: config.maxOpenJobs, segments: config.poll.segments }),
    inventories: createInventories(),
    ...createCloud(config.cloud, { clock, log }),
    heartbeat: createHeartbeat(config.heartbeatUrl, log),
    destinations: createDestinations(config, { log, now: clock.now }),
  };
}

/** An unknown channel goes to Slack, which reports it as not configured. */
function createDestinations(config: Config, ports: { log: Log; now: () => number }): Destination {
  const { slackWebhooks, webhooks, eventBus, channels, channelKinds, consoleUrl } = config;
  const pageOf = jobPages(config, ports.now);
  const byKind: Record<ChannelKind, Destination> = {
    slack: createSlack(slackWebhooks, { ...ports, channels, links: { pageOf, consoleUrl } }),
    webhook: createWebhooks(webhooks, { ...ports, pageOf }),
    events: createEventBus(eventBus?.name, { ...ports, endpoint: eventBus?.endpoint, pageOf }),
  };
  const kindOf = (channel: string) => (Object.hasOwn(channelKinds, channel) ? channelKinds[channel] : undefined);
  return joinDestinations((channel) => byKind[kindOf(channel) ?? "slack"]);
}

/** Loads the cloud client with the first poll: most requests to the API and idle ticks need none. */
function createCloud(settings: Config["cloud"], ports: Pick<Ports, "clock" | "log">): Pick<Ports, "cloud" | "lists"> {
  let loaded: Promise<Cloud & ProjectLists> | undefined;
  const load = () => {
    loaded ??= import("./adapters/cloud/cloud.ts").then(({ createCloud: create }) => create(settings, ports));
    return loaded;
  };
  return {
    cloud: { poll: async (job, timeoutMs) => (await load()).poll(job, timeoutMs) },
    lists: { list: async (request, timeoutMs) => (await load()).list(request, timeoutMs) },
  };
}

const systemClock: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0))),
  steady: () => steadyClock(systemClock, () => performance.now()),
};

function createLog(): Ports["log"] {
  const logger = new Logger({ serviceName: "sfs-jobwatch" });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}

/** The alarms of a stage use only its own metrics (infra/alarms.yml). */
function createMetrics(stage: string): Services["metrics"] {
  const metrics = new Metrics({ namespace: "sfs-jobwatch", serviceName: `sfs-jobwatch-${stage}` });
  return {
    count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
    age: (name, seconds) => metrics.addMetric(name, MetricUnit.Seconds, seconds),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
