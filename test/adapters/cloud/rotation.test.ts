import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type CloudOptions, startCloud } from "../../../infra/local/cloud.ts";
import { type Listening, listen } from "../../../infra/local/listen.ts";
import { loadConfig } from "../../../lib/config/config.ts";
import { createServices } from "../../../lib/services.ts";
import { answerJson } from "../../http-server.ts";
import { JOB, PROJECT } from "./scripted-cloud.ts";

const OLD = { OS_ACCESS_KEY: "CANARYOLD", OS_SECRET_KEY: "canary-old" };
const NEW = { OS_ACCESS_KEY: "CANARYNEW", OS_SECRET_KEY: "canary-new" };
const asKey = ({ OS_ACCESS_KEY, OS_SECRET_KEY }: typeof OLD) => ({ accessKey: OS_ACCESS_KEY, secretKey: OS_SECRET_KEY });
const MINUTE = 60_000;

/** One server for all tests: the client of the parameters keeps its first endpoint. */
const store = { text: "", reads: 0, answer: keptText };
let ssm: Listening;
beforeAll(async () => {
  const server = createServer((_, response) => {
    store.reads += 1;
    store.answer(response);
  });
  ssm = await listen(server, 0, "parameter store");
  Object.assign(process.env, { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
});
afterAll(() => ssm.close());

function keptText(response: ServerResponse): void {
  answerJson(response, 200, { Parameter: { Name: "/p", Type: "SecureString", Value: store.text } });
}

/** The deployed service with its secrets in a parameter store, and a cloud that accepts some of them. */
async function deployed(secrets: Record<string, string>, cloudOptions: Partial<CloudOptions>) {
  Object.assign(store, { text: JSON.stringify(secrets), reads: 0, answer: keptText });
  const clock = { at: Date.UTC(2026, 10, 24), now: () => clock.at, sleep: async () => undefined };
  const simulated = await startCloud({ port: 0, now: clock.now, ...cloudOptions });
  onTestFinished(() => simulated.close());
  simulated.answer("*", { status: "running" });
  const config = await loadConfig({
    ...{ STAGE: "local", TABLE_NAME: "jobs", OS_PROJECT_ID: PROJECT, SECRETS_PARAMETER: "/p", AWS_ENDPOINT_URL_SSM: ssm.url },
    ...{ OS_AUTH_URL: `${simulated.url}/v3`, SFS_TURBO_ENDPOINT: simulated.url },
    SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0AB/B0CD/hook",
  });
  const lines: string[] = [];
  const write = (message: string, fields?: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const { cloud } = createServices(config, { clock, log: { info: write, warn: write, error: write } });
  return {
    ...{ simulated, clock, lines },
    poll: () => cloud.poll(JOB, 10_000),
    keep: (changed: Record<string, string>) => {
      store.text = JSON.stringify(changed);
    },
  };
}

it("an access key that was replaced in the cloud and in the parameter store works without a redeploy", async () => {
  const { simulated, poll, keep, lines } = await deployed(OLD, { accessKeys: [asKey(OLD)] });
  expect(await poll()).toMatchObject({ kind: "seen" });
  keep(NEW);
  simulated.setAccessKeys([asKey(NEW)]);
  const seen = await Promise.all(Array.from({ length: 20 }, poll));
  expect(seen.every(({ kind }) => kind === "seen")).toBe(true);
  expect(store.reads).toBe(2);
  expect(lines.join("\n")).not.toMatch(/canary/i);
});

it("a changed password works without a redeploy, once its tokens are invalid", async () => {
  const user = { name: "watcher", password: "canary-1", domain: "OTC-1" };
  const secrets = { OS_USERNAME: user.name, OS_PASSWORD: user.password, OS_USER_DOMAIN_NAME: user.domain };
  const { simulated, poll, keep } = await deployed(secrets, { user });
  expect(await poll()).toMatchObject({ kind: "seen" });
  user.password = "canary-2";
  simulated.revokeTokens();
  keep({ ...secrets, OS_PASSWORD: user.password });
  expect(await poll()).toMatchObject({ kind: "seen" });
  expect(store.reads).toBe(2);
});

it("credentials that stay rejected are read again once in five minutes", async () => {
  const { clock, poll, keep } = await deployed(OLD, { accessKeys: [asKey(NEW)] });
  for (let minute = 0; minute < 5; minute++) {
    expect(await poll()).toMatchObject({ cause: "credentials" });
    clock.at += MINUTE - 1;
  }
  expect(store.reads).toBe(2);
  keep(NEW);
  expect(await poll()).toMatchObject({ cause: "credentials" });
  clock.at += MINUTE;
  expect(await poll()).toMatchObject({ kind: "seen" });
  expect(store.reads).toBe(3);
});

const UNREADABLE = [
  {
    name: "cannot be read",
    spoil: (response: ServerResponse) => answerJson(response, 400, { __type: "AccessDeniedException" }),
  },
  { name: "contain no way to sign in", spoil: keptText },
  { name: "are not JSON", spoil: (response: ServerResponse) => answerJson(response, 200, { Parameter: { Value: "canary" } }) },
];

it.each(UNREADABLE)("if the secrets $name, the poll stays rejected and the log states it without them", async ({ spoil }) => {
  const { poll, lines, keep, simulated } = await deployed(OLD, { accessKeys: [asKey(OLD)] });
  expect(await poll()).toMatchObject({ kind: "seen" });
  simulated.setAccessKeys([]);
  keep({});
  store.answer = spoil;
  expect(await poll()).toMatchObject({ cause: "credentials" });
  expect(lines.join("\n")).toContain("rejected credentials could not be read again");
  expect(lines.join("\n")).not.toMatch(/canary/i);
});

it("if the parameter store does not answer, a poll waits 2 s and reports the rejection", async () => {
  const { poll } = await deployed(OLD, { accessKeys: [] });
  store.answer = () => undefined;
  expect(await poll()).toMatchObject({ cause: "credentials", reason: expect.stringContaining("APIGW.0301") });
  expect(await poll()).toMatchObject({ cause: "credentials", reason: expect.stringContaining("APIGW.0301") });
});
