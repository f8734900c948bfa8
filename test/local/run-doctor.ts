import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, vi } from "vitest";
import { type Cloud, type CloudOptions, startCloud } from "../../infra/local/cloud.ts";
import { otherEndpoints } from "../../infra/local/environment.ts";
import { type SlackSink, startSlackSink } from "../../infra/local/slack-sink.ts";
import { diagnose } from "../../infra/scripts/doctor/diagnose.ts";
import { report } from "../../infra/scripts/doctor/report.ts";
import { PROJECT } from "../jobs.ts";
import { startTestTable, type TestTable } from "../test-table.ts";

// The doctor with a simulated cloud, a simulated Slack and a real table.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const USER = { name: "jobwatch", password: "correct horse battery", domain: "OTC-EU-DE-00000000001000000000" };
const ACCESS_KEY = { accessKey: "AKIDTESTONLY0000WXYZ", secretKey: "secret-key-of-the-test" };
const WEBHOOK_TOKEN = "abcdefghij0123456789";
const SECRETS = [USER.password, ACCESS_KEY.accessKey, ACCESS_KEY.secretKey, WEBHOOK_TOKEN, "wrong horse"];

export let table: TestTable;
export let slack: SlackSink;

/** Starts a table and Slack for the tests of a file. */
export function startParts(): void {
  beforeAll(async () => {
    [table, slack] = await Promise.all([startTestTable(), startSlackSink({ port: 0 })]);
  });
  afterAll(() => Promise.all([table.close(), slack.close()]));
}

export type Settings = Record<string, string>;

interface Report {
  code: number;
  out: string;
  /** Outcome and detail of each check, by name. */
  checks: Record<string, { outcome: string; text: string }>;
}

export async function cloudForTest(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({ port: 0, user: USER, accessKeys: [ACCESS_KEY], ...options });
  onTestFinished(() => cloud.close());
  return cloud;
}

export function settingsFor(cloud: Pick<Cloud, "url">): Settings {
  return {
    ...{ STAGE: "local", TABLE_NAME: table.name, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
    ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    ...{ OS_AUTH_URL: `${cloud.url}/v3`, SFS_TURBO_ENDPOINT: cloud.url, OS_PROJECT_ID: PROJECT },
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(cloud.url)),
    ...{ OS_USERNAME: USER.name, OS_PASSWORD: USER.password, OS_USER_DOMAIN_NAME: USER.domain },
    SLACK_WEBHOOK_URL: `${slack.url}/services/T0/B0/${WEBHOOK_TOKEN}`,
  };
}

export function withAccessKey({ OS_USERNAME: _u, OS_PASSWORD: _p, ...settings }: Settings): Settings {
  return { ...settings, OS_ACCESS_KEY: ACCESS_KEY.accessKey, OS_SECRET_KEY: ACCESS_KEY.secretKey };
}

/** Runs all checks with these settings as the environment. No report may contain a secret or a line of more than 100 characters. */
export async function doctor(settings: Settings, { send = false } = {}): Promise<Report> {
  for (const name of Object.keys(process.env).filter((one) => /^(OS|SLACK|AWS|SFS)_/.test(one))) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const printed: string[] = [];
  const layout = { width: 100, hasColors: false };
  const { summary, hasFailed } = await report(diagnose(settings, send), layout, (text) => printed.push(text));
  vi.unstubAllEnvs();
  return checked({ code: hasFailed ? 1 : 0, out: [...printed, summary].join("\n") });
}

/** Runs `npm run doctor` as an operator does. */
export async function command(settings: Settings, args: string[] = []): Promise<Report & { err: string }> {
  const env = { PATH: process.env.PATH ?? "", ENV_FILE: "", ...settings };
  const { code, out, err } = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, ["infra/scripts/doctor/run.ts", ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
  return { ...checked({ code, out }), err };
}

function checked({ code, out }: Pick<Report, "code" | "out">): Report {
  for (const secret of SECRETS) expect(out).not.toContain(secret);
  expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
  return { code, out, checks: checksIn(out) };
}

function checksIn(out: string): Report["checks"] {
  const checks: Report["checks"] = {};
  let text = { outcome: "", text: "" };
  for (const line of out.split("\n")) {
    const [, outcome = "", name = "", detail = ""] = /^ {2}(ok|warning|failed|skipped) +(\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
    if (outcome !== "") checks[name] = text = { outcome, text: detail };
    else if (line.startsWith(" ".repeat(10))) text.text += ` ${line.trim()}`;
  }
  return checks;
}
