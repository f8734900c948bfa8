import { CHANNEL_NAME, CHANNEL_NAME_RULE } from "./channel-names.ts";
import type { SettingReader } from "./setting-reader.ts";

/** Exact, so that notifications go only to Slack. Matches the raw text: a URL parser would accept other spellings. */
const SLACK_WEBHOOK = /^https:\/\/hooks\.slack(-gov)?\.com\/services\/T[A-Z0-9]{1,32}\/B[A-Z0-9]{1,32}\/[A-Za-z0-9]{1,64}$/;
const LOCAL_WEBHOOK = /^http:\/\/127\.0\.0\.1(:\d{1,5})?\/services\/T[A-Z0-9]{1,32}\/B[A-Z0-9]{1,32}\/[A-Za-z0-9]{1,64}$/;
const WORKFLOW = /^https:\/\/hooks\.slack(-gov)?\.com\/(workflows|triggers)\//;

/** Reads SLACK_WEBHOOKS and SLACK_WEBHOOK_URL: URLs by channel name. */
export function readSlackWebhooks(read: SettingReader, local: boolean): Record<string, string> {
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
