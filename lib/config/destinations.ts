import type { ChannelKind } from "../domain/channel/channel.ts";
import { readWebhooks } from "./channels.ts";
import { type Receiver, readReceivers } from "./receivers.ts";
import type { SettingReader } from "./setting-reader.ts";

/** Where can be told: every channel is a name of exactly one of these. */
export interface DestinationSettings {
  /** Name of a channel to its webhook URL in Slack: a secret. */
  webhooks: Record<string, string>;
  /** Name of a channel to where its signed events go: secrets. */
  receivers: Record<string, Receiver>;
  /** `endpoint`: where AWS's own clients would look for it too, if not in its region. */
  eventBus?: { name: string; endpoint?: string };
  /** The channel that is the event bus. No job names it: it is told of every transition. */
  eventsChannel?: string;
  channelKinds: Record<string, ChannelKind>;
}

const EVENTS = "events";

export function readDestinations(read: SettingReader, local: boolean): DestinationSettings {
  const webhooks = readWebhooks(read, local);
  const receivers = readReceivers(read, local);
  const eventBus = readEventBus(read);
  const names = [...Object.keys(webhooks), ...Object.keys(receivers)];
  if (names.length === 0) read.problem("SLACK_WEBHOOK_URL", "is missing, or SLACK_WEBHOOKS, or WEBHOOKS: nobody could be told");
  for (const name of Object.keys(receivers).filter((one) => Object.hasOwn(webhooks, one)))
    read.problem("WEBHOOKS and SLACK_WEBHOOKS", `both name the channel "${name}": each channel goes to one place`);
  if (eventBus && names.includes(EVENTS))
    read.problem("EVENT_BUS_NAME", `needs the channel name "${EVENTS}", which SLACK_WEBHOOKS or WEBHOOKS uses`);
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
  const endpoint = read.text("AWS_ENDPOINT_URL_EVENTBRIDGE", read.text("AWS_ENDPOINT_URL", ""));
  if (endpoint !== "" && !URL.canParse(endpoint)) read.problem("AWS_ENDPOINT_URL_EVENTBRIDGE", "must be a URL");
  return { name, ...(endpoint !== "" && { endpoint }) };
}
