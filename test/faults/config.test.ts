import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config-error.ts";
import { PROJECT } from "../jobs.ts";

const ENOUGH = {
  TABLE_NAME: "jobs",
  OS_PROJECT_ID: PROJECT,
  OS_TOKEN: "token",
  SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0AB/B0CD/hook",
};
const NUMBERS = [
  "POLL_SEGMENTS",
  "POLL_CONCURRENCY",
  "POLLS_PER_SECOND",
  "LOST_AFTER_MINUTES",
  "LATE_AFTER_MINUTES",
  "MAX_TRACKING_DAYS",
  "KEEP_DAYS",
];
/** Any value of these may be correct: only the cloud or AWS can check it. */
const FREE = ["STAGE", "TABLE_NAME", "SECRETS_PARAMETER"];

function settings(): string[] {
  const template = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), { logLevel: "silent" });
  return [...Object.keys(template.provider.environment), "SLACK_WEBHOOKS", "SLACK_WEBHOOK_URL"];
}

function problemOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
}

it.each(settings().filter((name) => !FREE.includes(name)))(
  "row 54: a mistyped %s is rejected by name, and its value is not shown",
  (name) => {
    for (const value of ["CANARY é!", '{"CANARY', "http://CANARY.example/services/T1/B1/CANARY", "\u0000CANARY"]) {
      const problem = problemOf({ ...ENOUGH, [name]: value });
      expect(problem).toContain(name);
      expect(problem).not.toContain("CANARY");
      expect(problem.split("\n")).toHaveLength(1);
    }
  },
);

it.each(settings())("row 54: a blank %s counts as unset", (name) => {
  const { [name]: _, ...without } = ENOUGH as Record<string, string>;
  const outcome = (environment: Record<string, string>) => {
    const problem = problemOf(environment);
    return problem === "none" ? JSON.stringify(readConfig(environment)) : problem;
  };
  for (const blank of ["", " ", "\t\n"]) expect(outcome({ ...without, [name]: blank })).toBe(outcome(without));
});

it.each(NUMBERS)("row 54: %s must be a whole number above 0", (name) => {
  for (const value of ["0", "-1", "1.5", "1e999", "NaN", "10 minutes", "1,000"]) {
    expect(problemOf({ ...ENOUGH, [name]: value })).toContain(`${name} must be a whole number from 1 to`);
  }
});

it.each(["functions/api/handler.ts", "functions/poll/handler.ts"])(
  "row 54: %s does not start, and reports all problems in one line",
  (file) => {
    const env = {
      PATH: process.env.PATH,
      TABLE_NAME: " ",
      OS_PROJECT_ID: "CANARY",
      OS_PASSWORD: "CANARY-password",
      SLACK_WEBHOOKS: '{"general": "http://hooks.slack.com/services/T1/B1/CANARY"}',
      SFS_TURBO_ENDPOINT: "http://CANARY@10.0.0.1",
      POLLS_PER_SECOND: "0",
    };
    const url = new URL(`../../${file}`, import.meta.url).href;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", `await import(${JSON.stringify(url)})`],
      {
        env,
        encoding: "utf8",
        timeout: 15_000,
      },
    );
    expect(status).toBe(1);
    const lines = stderr.split("\n").filter((line) => line.includes("the configuration has"));
    expect(lines).toHaveLength(1);
    for (const name of [
      "TABLE_NAME",
      "OS_PROJECT_ID",
      "OS_USERNAME",
      "SLACK_WEBHOOKS",
      "SFS_TURBO_ENDPOINT",
      "POLLS_PER_SECOND",
    ]) {
      expect(lines[0]).toContain(name);
    }
    expect(stdout + stderr).not.toContain("CANARY");
  },
);
