import { readAwsEndpoint } from "./aws-endpoint.ts";
import type { ChannelKind } from "./channel-kinds.ts";
import { readWebhooks } from "./channels.ts";
import { type Receiver, readReceivers } from "./receivers.ts";
import type { SettingReader } from "./setting-reader.ts";

/** All destinations. Each channel is the name of exactly one. */
export interface DestinationSettings {
  /** Slack webhook URLs by channel name. Secrets. */
  webhooks: Record<string, string>;
  /** Receivers of signed events by channel name. Secrets. */
  receivers: Record<string, Receiver>;
  /** `endpoint`: overrides the endpoint of the region, as for AWS clients. */
  eventBus?: { name: string; endpoint?: string };
  /** Name of the channel of the event bus. It gets every transition, and jobs do not name it. */
  eventsChannel?: string;
  channelKinds: Record<string, ChannelKind>;
}

const EVENTS = "events";

export function readDestinations(read: SettingReader, local: boolean): DestinationSettings {
  const webhooks = readWebhooks(read, local);
  const receivers = readReceivers(read, local);
  const eventBus = readEventBus(read);
  const names = [...Object.keys(webhooks), ...Object.keys(receivers)];
  if (names.length === 0) read.problem("SLACK_WEBHOOK_URL", "is missing: set it, SLACK_WEBHOOKS or WEBHOOKS");
  for (const name of Object.keys(receivers).filter((one) => Object.hasOwn(webhooks, one)))
    read.problem("WEBHOOKS and SLACK_WEBHOOKS", `both define the channel "${name}": each channel has one destination`);
  if (eventBus && names.includes(EVENTS))
    read.problem("EVENT_BUS_NAME", `reserves the channel name "${EVENTS}": rename that channel in SLACK_WEBHOOKS or WEBHOOKS`);
  const channelKinds = { ...kinds(webhooks, "slack"), ...kinds(receivers, "webhook") };
  if (!eventBus) return { webhooks, receivers, channelKinds };
  return { webhooks, receivers, eventBus, eventsChannel: EVENTS, channelKinds: { ...channelKinds, [EVENTS]: "events" } };
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
