import { describe, expect, it } from "vitest";
import { channelsOf, loadConfig, readConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config-error.ts";
import { answerJson, serverForTest } from "../http-server.ts";
import { PROJECT } from "../jobs.ts";

const HOOK = "https://hooks.slack.com/services/T0AB/B0CD/canarySecret";
const ENOUGH = { TABLE_NAME: "jobs", OS_PROJECT_ID: PROJECT, OS_TOKEN: "canary-token", SLACK_WEBHOOK_URL: HOOK };

function problemOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
}

it("needs only a table, a project, a way to sign in, and a webhook", () => {
  expect(readConfig(ENOUGH)).toMatchObject({
    cloud: {
      authUrl: "https://iam.eu-de.otc.t-systems.com/v3",
      endpoint: "https://sfs-turbo.eu-de.otc.t-systems.com",
      credentials: { kind: "token" },
    },
    defaultChannel: "default",
    opsChannel: "default",
    allowedProjectIds: [PROJECT],
    rules: { lostAfterMs: 15 * 60_000, lateAfterMs: 60 * 60_000, maxTrackingMs: 30 * 86_400_000 },
    poll: { segments: 1, pollConcurrency: 32, pollsPerSecond: 20 },
  });
});

it("names all missing settings in one message", () => {
  const problem = problemOf({});
  for (const name of ["TABLE_NAME", "OS_TOKEN", "OS_PROJECT_ID", "SLACK_WEBHOOK_URL"])
    expect(problem).toContain(`${name} is missing`);
  expect(problem).toMatch(/^the configuration has 4 problems: /);
});

it("accepts a public URL with or without a path and a slash at its end", () => {
  expect(readConfig({ ...ENOUGH, PUBLIC_URL: "https://jobwatch.example.com/" }).publicUrl).toBe("https://jobwatch.example.com");
  expect(readConfig({ ...ENOUGH, PUBLIC_URL: "https://example.com/jobwatch/" }).publicUrl).toBe("https://example.com/jobwatch");
  expect(readConfig({ ...ENOUGH, SIGNING_SECRET: "s".repeat(32) }).signingSecret).toHaveLength(32);
  expect(() => readConfig({ ...ENOUGH, SIGNING_SECRET: "too-short" })).toThrow(
    /^(?!.*too-short).*SIGNING_SECRET must have at least 32/,
  );
  expect(readConfig(ENOUGH)).not.toHaveProperty("publicUrl");
});

it("knows the console of Open Telekom Cloud, and accepts that of another cloud", () => {
  const huawei = { ...ENOUGH, SFS_TURBO_ENDPOINT: "https://sfs-turbo.ap-southeast-1.myhuaweicloud.com" };
  const ours = "https://console-intl.huaweicloud.com/sfs/?region=ap-southeast-1#/turbo";
  expect(readConfig(ENOUGH).consoleUrl).toBe("https://console.otc.t-systems.com/");
  expect(readConfig(huawei)).not.toHaveProperty("consoleUrl");
  expect(readConfig({ ...huawei, CONSOLE_URL: ours }).consoleUrl).toBe(ours);
});

it.each([
  ["a BOM", `\ufeff${HOOK}`],
  ["a Windows line end", `${HOOK}\r\n`],
  ["quotes", `"${HOOK}"`],
  ["quotes of a word processor", `\u201c${HOOK}\u201d \n`],
])("accepts %s around a value, and around a value in JSON", (_, pasted) => {
  expect(readConfig({ ...ENOUGH, SLACK_WEBHOOK_URL: pasted }).slackWebhooks).toEqual({ default: HOOK });
  const json = `\ufeff'${JSON.stringify({ ops: pasted })}'\n`;
  expect(readConfig({ ...ENOUGH, SLACK_WEBHOOK_URL: "", SLACK_WEBHOOKS: json }).slackWebhooks).toEqual({ ops: HOOK });
  expect(readConfig({ ...ENOUGH, ALLOWED_PROJECT_IDS: `"${PROJECT}" ,\n'${PROJECT}'` }).allowedProjectIds).toContain(PROJECT);
});

it("keeps the quotes of a password", () => {
  const user = { OS_TOKEN: "", OS_USERNAME: "'bot'", OS_PASSWORD: "'p w'", OS_USER_DOMAIN_NAME: "d" };
  expect(readConfig({ ...ENOUGH, ...user }).cloud.credentials).toMatchObject({ username: "bot", password: "'p w'" });
});

it("treats a blank setting as absent", () => {
  expect(readConfig({ ...ENOUGH, LOST_AFTER_MINUTES: " ", OPS_CHANNEL: "" }).rules.lostAfterMs).toBe(15 * 60_000);
});

describe("rejects by name, and shows no value:", () => {
  it.each<{ name: string; set: Record<string, string>; says: string }>([
    { name: "minutes that are not a number", set: { LOST_AFTER_MINUTES: "soon" }, says: "LOST_AFTER_MINUTES" },
    { name: "zero minutes", set: { LATE_AFTER_MINUTES: "0" }, says: "LATE_AFTER_MINUTES" },
    { name: "a project in capitals", set: { OS_PROJECT_ID: PROJECT.toUpperCase() }, says: "OS_PROJECT_ID" },
    {
      name: "a default project that is not allowed",
      set: { ALLOWED_PROJECT_IDS: "f".repeat(32) },
      says: "ALLOWED_PROJECT_IDS",
    },
    { name: "TLS without certificates", set: { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, says: "NODE_TLS_REJECT_UNAUTHORIZED" },
    ...[
      { OS_USERNAME: "canary" },
      { OS_ACCESS_KEY: "canary", OS_SECRET_KEY: "canary" },
      { OS_TOKEN: "", OS_PASSWORD: "canary", OS_SECURITY_TOKEN: "canary" },
    ].map((set) => ({ name: `two ways to sign in, ${Object.keys(set)}`, set, says: "must not be set together" })),
    { name: "only an access key", set: { OS_TOKEN: "", OS_ACCESS_KEY: "canary" }, says: "OS_SECRET_KEY is missing" },
    {
      name: "only a security token",
      set: { OS_TOKEN: "", OS_SECURITY_TOKEN: "canary" },
      says: "OS_ACCESS_KEY is missing; OS_SECRET_KEY is missing",
    },
    { name: "a user without a password", set: { OS_TOKEN: "", OS_USERNAME: "canary" }, says: "OS_PASSWORD is missing" },
    { name: "webhooks that are not JSON", set: { SLACK_WEBHOOKS: "canary" }, says: "SLACK_WEBHOOKS must be a JSON object" },
    { name: "a channel without a webhook as default", set: { DEFAULT_CHANNEL: "canary" }, says: "DEFAULT_CHANNEL" },
    { name: "settings of a channel without a webhook", set: { CHANNELS: '{"other": {}}' }, says: "CHANNELS" },
    {
      name: "a mention of nobody",
      set: { CHANNELS: '{"default": {"mention": {"failed": "@canary"}}}' },
      says: 'CHANNELS has a wrong mention for "default"',
    },
    ...[
      "http://canary.example",
      "https://u:canary@x.example",
      "https://x.example/?canary",
      "canary",
      "https://x.example/<canary>",
    ].map((url) => ({ name: `the public URL ${url}`, set: { PUBLIC_URL: url }, says: "PUBLIC_URL must be an https URL" })),
    ...["http://canary.example", "https://u:canary@x.example", "canary"].map((url) => ({
      name: `the console ${url}`,
      set: { CONSOLE_URL: url },
      says: "CONSOLE_URL must be an https URL",
    })),
    { name: "an unknown kind to notify on", set: { CHANNELS: '{"default": {"notifyOn": ["always"]}}' }, says: "CHANNELS" },
    ...[
      "https://hooks.slack.com@canary.example/services/T1/B1/x",
      "https://hooks.slack.com.canary.example/services/T1/B1/x",
      "https://hooks.slack.com.:443/services/T1/B1/x",
      "https://hooks.slack.com:8443/services/T1/B1/canary",
      "http://hooks.slack.com/services/T1/B1/canary",
      "http://127.0.0.1/services/T1/B1/canary",
      "https://hooks.slack.com/services/../../canary",
      "https://hooks.slack.com/workflows/T1/B1/canary",
      "https://hooks.slack.com/services/T1/B1/canary?x=1",
      "data:text/plain,ok",
    ].map((url) => ({ name: `the webhook ${url}`, set: { SLACK_WEBHOOK_URL: url }, says: "SLACK_WEBHOOK_URL must contain" })),
  ])("$name", ({ set, says }) => {
    const problem = problemOf({ ...ENOUGH, ...set });
    expect(problem).toContain(says);
    expect(problem).not.toMatch(/canary/i);
  });
});

it.each([
  { name: "an access key", set: { OS_ACCESS_KEY: " AK ", OS_SECRET_KEY: "SK" }, gives: { accessKey: "AK", secretKey: "SK" } },
  {
    name: "a temporary access key, with a user domain set",
    set: { OS_ACCESS_KEY: "AK", OS_SECRET_KEY: "SK", OS_SECURITY_TOKEN: "ST", OS_USER_DOMAIN_NAME: "OTC" },
    gives: { accessKey: "AK", secretKey: "SK", securityToken: "ST" },
  },
])("signs in with $name", ({ set, gives }) => {
  const { credentials } = readConfig({ ...ENOUGH, OS_TOKEN: "", ...set }).cloud;
  expect(credentials).toEqual({ kind: "access-key", ...gives });
});

it("lets a team use the channels that are open to it, but not a separate operators' channel", () => {
  const hooks = JSON.stringify({ general: HOOK, backup: HOOK, ops: HOOK });
  const CHANNELS = JSON.stringify({ backup: { teams: ["backup"] } });
  const config = readConfig({ ...ENOUGH, SLACK_WEBHOOK_URL: "", SLACK_WEBHOOKS: hooks, CHANNELS, OPS_CHANNEL: "ops" });
  expect(channelsOf(config, "storage")).toEqual(["general"]);
  expect(channelsOf(config, "backup")).toEqual(["general", "backup"]);
});

it("reads the secrets of a deployment from one parameter", async () => {
  const ssm = await serverForTest((_, response) => {
    const Value = JSON.stringify({ OS_TOKEN: "from-ssm", SLACK_WEBHOOKS: { storage: HOOK } });
    answerJson(response, 200, { Parameter: { Name: "/sfs-jobwatch/prod", Type: "SecureString", Value } });
  });
  Object.assign(process.env, { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const config = await loadConfig({
    ...{ TABLE_NAME: "jobs", OS_PROJECT_ID: PROJECT, SECRETS_PARAMETER: "/sfs-jobwatch/prod" },
    AWS_ENDPOINT_URL_SSM: ssm.url,
  });
  expect(config.cloud.credentials).toEqual({ kind: "token", token: "from-ssm" });
  expect(config.slackWebhooks).toEqual({ storage: HOOK });
});

it("rejects a parameter that is not a path, since no role could be granted access to it", async () => {
  await expect(loadConfig({ TABLE_NAME: "jobs", SECRETS_PARAMETER: "sfs-jobwatch/prod" })).rejects.toThrow(/begins with \//);
});
