import type { ChannelKind } from "./channel-kinds.ts";
import { type ChannelSettings, readChannelSettings } from "./channel-settings.ts";
import type { SettingReader } from "./setting-reader.ts";

/** The rule of channel names in messages. */
export const CHANNEL_NAME_RULE = 'use lower case letters, digits, - and _, like "storage-ops"';
export const CHANNEL_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Exact, so that notifications go only to Slack. Matches the raw text: a URL parser would accept other spellings. */
const SLACK_WEBHOOK = /^https:\/\/hooks\.slack(-gov)?\.com\/services\/T[A-Z0-9]{1,32}\/B[A-Z0-9]{1,32}\/[A-Za-z0-9]{1,64}$/;
const LOCAL_WEBHOOK = /^http:\/\/127\.0\.0\.1(:\d{1,5})?\/services\/T[A-Z0-9]{1,32}\/B[A-Z0-9]{1,32}\/[A-Za-z0-9]{1,64}$/;
const WORKFLOW = /^https:\/\/hooks\.slack(-gov)?\.com\/(workflows|triggers)\//;

export function readWebhooks(read: SettingReader, local: boolean): Record<string, string> {
  const single = read.text("SLACK_WEBHOOK_URL", "");
  const named = read.json("SLACK_WEBHOOKS");
  const webhooks: Record<string, string> = {};
  if (single !== "") webhooks.default = webhookUrl(read, "SLACK_WEBHOOK_URL", single, local);
  for (const [name, url] of Object.entries(named)) {
    if (CHANNEL_NAME.test(name)) webhooks[name] = webhookUrl(read, "SLACK_WEBHOOKS", url, local);
    else read.problem("SLACK_WEBHOOKS", `has an invalid channel name: ${CHANNEL_NAME_RULE}`);
  }
  return webhooks;
}

function webhookUrl(read: SettingReader, variable: string, value: unknown, local: boolean): string {
  const url = typeof value === "string" ? value : "";
  if (SLACK_WEBHOOK.test(url) || (local && LOCAL_WEBHOOK.test(url))) return url;
  const isWorkflow = WORKFLOW.test(url)
    ? "; one URL belongs to a workflow (/workflows/ or /triggers/), which cannot receive messages"
    : "";
  read.problem(variable, `must contain incoming webhook URLs like https://hooks.slack.com/services/T.../B.../...${isWorkflow}`);
  return "";
}

/** `kinds`: the channels that exist, by name. */
export function readChannels(read: SettingReader, kinds: Record<string, ChannelKind>): Record<string, ChannelSettings> {
  const channels: Record<string, ChannelSettings> = {};
  for (const [name, settings] of Object.entries(read.json("CHANNELS"))) {
    if (!CHANNEL_NAME.test(name)) {
      read.problem("CHANNELS", `has an invalid channel name: ${CHANNEL_NAME_RULE}`);
      continue;
    }
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined)
      read.problem("CHANNELS", `has settings for "${name}", which is not a channel: define it in SLACK_WEBHOOKS or WEBHOOKS`);
    const own = readChannelSettings((problem) => read.problem("CHANNELS", problem), name, settings);
    if (own.digest && kind === "webhook")
      read.problem(
        "CHANNELS",
        `has a digest for "${name}", but only Slack channels can have one: a webhook receives each event`,
      );
    channels[name] = own;
  }
  return channels;
}
