import type { ChannelKind } from "../domain/channel/channel.ts";
import { type ChannelSettings, readChannelSettings } from "./channel-settings.ts";
import type { SettingReader } from "./setting-reader.ts";

export const CHANNEL_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Exact, so that no notification and no token goes anywhere but to Slack. Nothing that only becomes this form by being read as a URL. */
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
    else read.problem("SLACK_WEBHOOKS", "has a channel name that is not in lower case letters, digits, - and _");
  }
  return webhooks;
}

function webhookUrl(read: SettingReader, variable: string, value: unknown, local: boolean): string {
  const url = typeof value === "string" ? value : "";
  if (SLACK_WEBHOOK.test(url) || (local && LOCAL_WEBHOOK.test(url))) return url;
  const isWorkflow = WORKFLOW.test(url)
    ? "; one is that of a workflow (/workflows/ or /triggers/), which takes no messages"
    : "";
  read.problem(variable, `must hold incoming webhooks of the form https://hooks.slack.com/services/T.../B.../...${isWorkflow}`);
  return "";
}

/** `kinds`: of the channels that there are. */
export function readChannels(read: SettingReader, kinds: Record<string, ChannelKind>): Record<string, ChannelSettings> {
  const channels: Record<string, ChannelSettings> = {};
  for (const [name, settings] of Object.entries(read.json("CHANNELS"))) {
    if (!CHANNEL_NAME.test(name)) {
      read.problem("CHANNELS", "has a channel name that is not in lower case letters, digits, - and _");
      continue;
    }
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) read.problem("CHANNELS", `names the channel "${name}", which has no webhook`);
    const chosen = readChannelSettings((problem) => read.problem("CHANNELS", problem), name, settings);
    if (chosen.digest && kind === "webhook")
      read.problem(
        "CHANNELS",
        `gives "${name}" a digest, which only a channel of Slack's can have: a webhook is told each event`,
      );
    channels[name] = chosen;
  }
  return channels;
}
