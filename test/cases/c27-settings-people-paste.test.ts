import { expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { PROJECT } from "../jobs.ts";

const WEBHOOK = "https://hooks.slack.com/services/T0123456789/B0123456789/abcdefghijklmnopqrstuvwx";
const GOOD = {
  STAGE: "prod",
  TABLE_NAME: "t",
  OS_PROJECT_ID: PROJECT,
  OS_USERNAME: "14610698 OTC00000000001000000205",
  OS_PASSWORD: "p w",
  OS_USER_DOMAIN_NAME: "OTC00000000001000000205",
  SLACK_WEBHOOK_URL: WEBHOOK,
};
const RECEIVER = "https://ci.example.com/hooks/jobwatch";
const SECRET = `whsec_${Buffer.alloc(32, "secret").toString("base64")}`;
const named = (url: string) => ({ SLACK_WEBHOOK_URL: "", SLACK_WEBHOOKS: JSON.stringify({ ops: url }) });

it.each<[name: string, settings: Record<string, string>]>([
  ["the Swiss cloud", { OS_REGION_NAME: "eu-ch2", OS_AUTH_URL: "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3" }],
  ["Huawei's global sign-in", { OS_REGION_NAME: "cn-north-4", OS_AUTH_URL: "https://iam.myhuaweicloud.com/v3" }],
  ["a webhook with a line end", { SLACK_WEBHOOK_URL: `${WEBHOOK}\n` }],
  ["a webhook with a Windows line end", { SLACK_WEBHOOK_URL: `${WEBHOOK}\r\n` }],
  ["a named webhook with a line end", named(`${WEBHOOK}\n`)],
  ["a named webhook with blanks around it", named(` ${WEBHOOK}\t`)],
  [
    "a signed webhook with line ends",
    { WEBHOOKS: JSON.stringify({ ci: { url: `${RECEIVER}\n`, secrets: [`${SECRET}\r\n`] } }) },
  ],
  ["another service's address with a line end", { SERVICE_ENDPOINTS: '{"ecs":"https://ecs.eu-de.otc.t-systems.com\\n"}' }],
  ["a mention with a line end", { CHANNELS: '{"default":{"mention":{"failed":"U024BE7LH\\n"}}}' }],
  ["a project id with a line end", { OS_PROJECT_ID: `${PROJECT}\n` }],
  ["a password with a blank at its end", { OS_PASSWORD: "p w " }],
  ["GovSlack", { SLACK_WEBHOOK_URL: WEBHOOK.replace("slack.com", "slack-gov.com") }],
])("%s is accepted", (_, settings) => {
  expect(() => readConfig({ ...GOOD, ...settings })).not.toThrow();
});

it.each(["https://iam.eu-de.otc.t-systems.com:443/v3", "https://iam.eu-de.otc.t-systems.com/v3/"])(
  "%s is the sign-in of Open Telekom Cloud",
  (OS_AUTH_URL) => {
    expect(readConfig({ ...GOOD, OS_AUTH_URL }).cloud.authUrl).toBe("https://iam.eu-de.otc.t-systems.com/v3");
  },
);

it.each<[name: string, settings: Record<string, string>, words: RegExp]>([
  ["Huawei's old domain", { OS_AUTH_URL: "https://iam.myhwclouds.com:443/v3" }, /OS_AUTH_URL must be .*myhuaweicloud/],
  ["a workflow's URL", { SLACK_WEBHOOK_URL: "https://hooks.slack.com/workflows/T000/A000/123/abc" }, /workflow/],
  ["a trigger's URL", { SLACK_WEBHOOK_URL: "https://hooks.slack.com/triggers/E000/123/abc" }, /workflow/],
  ["Rocket.Chat", { SLACK_WEBHOOK_URL: "https://chat.example.com/hooks/abc/def" }, /hooks\.slack\.com/],
  ["Discord's /slack", { SLACK_WEBHOOK_URL: "https://discord.com/api/webhooks/1/abc/slack" }, /hooks\.slack\.com/],
  ["a named webhook of Discord", named("https://discord.com/api/webhooks/1/abc/slack"), /hooks\.slack\.com/],
  ["the name of a project instead of its id", { OS_PROJECT_ID: "eu-de_myproject" }, /OS_PROJECT_ID/],
])("%s is rejected with a helpful error", (_, settings, words) => {
  expect(() => readConfig({ ...GOOD, ...settings })).toThrow(words);
});
