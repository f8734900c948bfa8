import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../lib/config/config.ts";
import { misspelledVariables, VARIABLES } from "../../lib/config/variables.ts";
import { PROJECT } from "../jobs.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

it.each([
  ["LATE_AFTER_MINUTE", "LATE_AFTER_MINUTES"],
  ["LATE_AFTER", "LATE_AFTER_MINUTES"],
  ["REQUEST_PER_MINUTE", "REQUESTS_PER_MINUTE"],
  ["SLACK_WEBHOOK", "SLACK_WEBHOOKS"],
  ["OS_USER_NAME", "OS_USERNAME"],
  ["OS_REGION", "OS_REGION_NAME"],
  ["CHANNEL", "CHANNELS"],
  ["os_project_id", "OS_PROJECT_ID"],
])("%s is reported: did you mean %s?", (name, meant) => {
  expect(misspelledVariables({ [name]: "canary" })).toEqual([`${name} is not a setting: did you mean ${meant}?`]);
});

it.each([
  // OpenStack's own.
  ...[
    "OS_PROJECT_NAME",
    "OS_USER_DOMAIN_ID",
    "OS_USER_ID",
    "OS_TENANT_ID",
    "OS_PROJECT_DOMAIN_NAME",
    "OS_CLOUD",
    "OS_INTERFACE",
  ],
  // Of Lambda, AWS, Node, npm and shells.
  ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT", "_HANDLER", "NODE_OPTIONS", "npm_config_local_prefix"],
  ...["PATH", "HOSTNAME", "USERNAME", "TERM_PROGRAM", "SLACK_TOKEN", "JOBWATCH_URL", "POWERTOOLS_LOG_LEVEL", "HTTPS_PROXY"],
])("%s is somebody else's", (name) => {
  expect(misspelledVariables({ [name]: "x" })).toEqual([]);
});

it("accepts every name that is documented or deployed, and an empty value of any name", () => {
  const documented = [...read("docs/configuration.md").matchAll(/^\| (`[A-Z_`, ]+`) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  );
  const deployed = [...read("serverless.yml").matchAll(/^ {4}([A-Z_]+): /gm)].map(([, name = ""]) => name);
  expect(documented.toSorted()).toEqual([...VARIABLES].toSorted());
  expect(deployed.length).toBeGreaterThan(20);
  expect(deployed.filter((name) => !(VARIABLES as readonly string[]).includes(name))).toEqual([]);
  expect(misspelledVariables({ LATE_AFTER_MINUTE: " " })).toEqual([]);
});

it("stops the start of a function, in one message with the other problems", async () => {
  const webhook = "https://hooks.slack.com/services/T0AB/B0CD/secret";
  const good = { TABLE_NAME: "jobs", OS_PROJECT_ID: PROJECT, OS_TOKEN: "token", SLACK_WEBHOOK_URL: webhook };
  await expect(loadConfig({ ...good, LATE_AFTER_MINUTE: "5", KEEP_DAYS: "0" })).rejects.toThrow(
    /^the configuration has 2 problems: LATE_AFTER_MINUTE is not a setting: did you mean LATE_AFTER_MINUTES\?; KEEP_DAYS must be /,
  );
});
