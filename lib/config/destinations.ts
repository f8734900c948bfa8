import { readAwsEndpoint } from "./aws-endpoint.ts";
import type { ChannelKind } from "./channel-kinds.ts";
import type { SettingReader } from "./setting-reader.ts";
import { readSlackWebhooks } from "./slack-webhooks.ts";
import { readWebhooks, type Webhook } from "./webhooks.ts";

/** All destinations. Each channel is the name of exactly one. */
export interface DestinationSettings {
  /** Slack webhook URLs by channel name. Secrets. */
  slackWebhooks: Record<string, string>;
  /** Signed webhooks by channel name. Secrets. */
  webhooks: Record<string, Webhook>;
  /** `endpoint`: overrides the endpoint of the region, as for AWS clients. */
  eventBus?: { name: string; endpoint?: string };
  /** Name of the channel of the event bus. It gets every transition, and jobs do not name it. */
  eventsChannel?: string;
  channelKinds: Record<string, ChannelKind>;
}

const EVENTS = "events";

export function readDestinations(read: SettingReader, local: boolean): DestinationSettings {
  const slackWebhooks = readSlackWebhooks(read, local);
  const webhooks = readWebhooks(read, local);
  const eventBus = readEventBus(read);
  const names = [...Object.keys(slackWebhooks), ...Object.keys(webhooks)];
  if (names.length === 0) read.problem("SLACK_WEBHOOK_URL", "is missing: set it, SLACK_WEBHOOKS or WEBHOOKS");
  for (const name of Object.keys(webhooks).filter((one) => Object.hasOwn(slackWebhooks, one)))
    read.problem("WEBHOOKS and SLACK_WEBHOOKS", `both define the channel "${name}": each channel has one destination`);
  if (eventBus && names.includes(EVENTS))
    read.problem("EVENT_BUS_NAME", `reserves the channel name "${EVENTS}": rename that channel in SLACK_WEBHOOKS or WEBHOOKS`);
  const channelKinds = { ...kinds(slackWebhooks, "slack"), ...kinds(webhooks, "webhook") };
  if (!eventBus) return { slackWebhooks, webhooks, channelKinds };
  return { slackWebhooks, webhooks, eventBus, eventsChannel: EVENTS, channelKinds: { ...channelKinds, [EVENTS]: "events" } };
}

function kinds(named: Record<string, unknown>, kind: ChannelKind): Record<string, ChannelKind> {
  return Object.fromEntries(Object.keys(named).map((name) => [name, kind]));
}

function readEventBus(read: SettingReader): DestinationSettings["eventBus"] {
  const name = read.matching("EVENT_BUS_NAME", /^[\w./-]{0,256}$/, "the name of an event bus in this account and region", "");
  if (name === "") return undefined;
  const endpoint = readAwsEndpoint(read, "eventbridge");
  if (endpoint !== undefined && !URL.canParse(endpoint))
    read.problem("AWS_ENDPOINT_URL_EVENTBRIDGE", "must be a URL like https://events.eu-central-1.amazonaws.com");
  return { name, ...(endpoint !== undefined && { endpoint }) };
}
