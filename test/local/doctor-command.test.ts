import { expect, test, vi } from "vitest";
import type { Check } from "../../infra/scripts/doctor/check.ts";
import { checkRegion } from "../../infra/scripts/doctor/hosts.ts";
import { report } from "../../infra/scripts/doctor/report.ts";
import { environmentOf } from "../../infra/scripts/doctor/settings.ts";
import { signInLine } from "../../infra/scripts/doctor/sign-in.ts";
import { checkTable } from "../../infra/scripts/doctor/table.ts";
import { readConfig } from "../../lib/config/config.ts";
import { serverForTest } from "../http-server.ts";
import { PROJECT } from "../jobs.ts";
import {
  cloudForTest,
  command,
  doctor,
  type Settings,
  settingsFor,
  startParts,
  table,
  USER,
  withAccessKey,
} from "./run-doctor.ts";

startParts();

test("the command prints the report without colours into a pipe, and exits with 1 if a check failed", async () => {
  const cloud = await cloudForTest();
  const { code, out, err } = await command({ ...settingsFor(cloud), OS_PASSWORD: "wrong horse" });
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expect(out).not.toContain("\u001b");
  expect(out).toMatch(/\n {2}failed {3}sign-in /);
  expect(out).toMatch(/\n\d+ ok, 1 failed, \d skipped\n$/);
});

test.each([
  { args: ["--help"], code: 0 },
  { args: ["--stag", "prod"], code: 64 },
])("$args checks nothing", async ({ args, code }) => {
  const { out, err, ...rest } = await command({}, args);
  expect(rest).toEqual({ code, checks: {} });
  expect(out + err).toMatch(/npm run doctor -- --help|npm run doctor \[-- --stage/);
});

test("wrong settings are all named, and nothing is requested", async () => {
  const { code, out, checks } = await doctor({
    TABLE_NAME: "t",
    STAGE: "prod",
    OS_REGION_NAME: "Frankfurt",
    SLACK_WEBHOOK_URL: "https://example.com",
  });
  expect(code).toBe(1);
  expect(checks.settings?.text).toMatch(/OS_REGION_NAME .*SLACK_WEBHOOK_URL .*OS_TOKEN .*-> The functions do not start/);
  expect(out).not.toContain("Cloud");
});

test("--stage reads the secrets parameter of the stage, and names its settings without their values", async () => {
  const cloud = await cloudForTest();
  const { OS_PASSWORD = "", ...rest } = settingsFor(cloud);
  const secrets = JSON.stringify({ OS_PASSWORD });
  const ssm = await serverForTest(({ body }, response) => {
    const { Name } = JSON.parse(body);
    if (Name === "/sfs-jobwatch/local") return void response.end(JSON.stringify({ Parameter: { Value: secrets } }));
    response.writeHead(400).end('{"__type":"ParameterNotFound"}');
  });
  const environment = { ...rest, AWS_ENDPOINT_URL_SSM: ssm.url };
  const good = await doctor(environmentOf("local", environment) as Settings);
  expect(good.checks.secrets).toEqual({ outcome: "ok", text: "/sfs-jobwatch/local sets OS_PASSWORD" });
  expect(good.checks["sign-in"]?.outcome).toBe("ok");
  expect(good.checks["keys and indexes"]).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^ResourceNotFoundException -> Check --stage/),
  });
  const bad = await doctor(environmentOf("prod", environment) as Settings);
  expect(bad.code).toBe(1);
  expect(bad.checks.secrets).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^\/sfs-jobwatch\/prod cannot be read: ParameterNotFound -> Check --stage/),
  });
});

test("without a stage, the settings are those of npm start", () => {
  expect(environmentOf(undefined, {})).toMatchObject({
    STAGE: "local",
    TABLE_NAME: "sfs-jobwatch-local",
    OS_USERNAME: "jobwatch",
  });
  expect(environmentOf(undefined, { TABLE_NAME: "own", OS_TOKEN: "t" })).toEqual({ TABLE_NAME: "own", OS_TOKEN: "t" });
});

test("a deployed table must delete expired items", async () => {
  for (const [name, value] of Object.entries(settingsFor({ url: "" }))) vi.stubEnv(name, value);
  const checks: Check[] = [];
  for await (const check of checkTable(table.name, false)) checks.push(check);
  vi.unstubAllEnvs();
  expect(checks.find(({ name }) => name === "time to live")).toMatchObject({
    outcome: "failed",
    detail: "expired items are not deleted",
  });
});

test.each([
  {
    authUrl: "https://iam.eu-de.otc.t-systems.com/v3",
    endpoint: "https://sfs-turbo.eu-nl.otc.t-systems.com",
    outcome: "warning",
  },
  { authUrl: "https://iam.eu-de.otc.t-systems.com/v3", endpoint: "https://sfs-turbo.eu-de.otc.t-systems.com", outcome: "ok" },
  { authUrl: "http://127.0.0.1:1/v3", endpoint: "http://127.0.0.1:1", outcome: undefined },
])("hosts in another region are a warning: $endpoint", ({ outcome, ...hosts }) => {
  const credentials = { kind: "password" as const, username: "u", password: "p", domain: "d" };
  expect(checkRegion({ region: "eu-de", services: {}, sockets: 1, credentials, ...hosts })?.outcome).toBe(outcome);
});

test("npm start can print who signed in, or why nobody could", async () => {
  const cloud = await cloudForTest();
  const configFor = (settings: Settings) => readConfig({ ...settingsFor(cloud), ...settings });
  expect(await signInLine(configFor({}))).toBe(`Signed in to eu-de as jobwatch (${USER.domain}), project ${PROJECT}`);
  expect(await signInLine(readConfig(withAccessKey(settingsFor(cloud))))).toBe(
    `Signed in to eu-de as access key ...WXYZ, project ${PROJECT}`,
  );
  await expect(signInLine(configFor({ OS_PASSWORD: "wrong horse" }))).rejects.toThrow(
    /^could not sign in to eu-de: 401 from the identity service: The username or password is wrong\.$/,
  );
});

test.each([
  { hasColors: true, line: "  \u001b[31mfailed \u001b[0m  clock                         it is off" },
  { hasColors: false, line: "  failed   clock                         it is off" },
])("colours the outcome only if asked to ($hasColors)", async ({ hasColors, line }) => {
  async function* checks() {
    yield { section: "Cloud", name: "clock", outcome: "failed" as const, detail: "it is off", advice: "Set it." };
  }
  const printed: string[] = [];
  await report(checks(), { width: 80, hasColors }, (text) => printed.push(text));
  expect(printed).toEqual([`\nCloud\n${line}\n${" ".repeat(41)}-> Set it.`]);
});

test("a receiver of signed events is reached without an event; an event bus needs --send", async () => {
  const cloud = await cloudForTest();
  const receiver = await serverForTest((_, response) => void response.writeHead(405).end());
  const secrets = [`whsec_${Buffer.alloc(32, "s").toString("base64")}`];
  const urls = { up: `${receiver.url}/hook`, down: "http://127.0.0.1:1/hook" };
  const webhooks = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url, secrets }]));
  const { checks } = await doctor({
    ...settingsFor(cloud),
    WEBHOOKS: JSON.stringify(webhooks),
    EVENT_BUS_NAME: "sfs-jobwatch-bus",
  });
  expect(checks.up).toEqual({ outcome: "ok", text: "the receiver answers; no event was sent" });
  expect(receiver.requests.map(({ method, body }) => [method, body])).toEqual([["HEAD", ""]]);
  expect(checks.down).toEqual({
    outcome: "failed",
    text: expect.stringMatching(/^the receiver cannot be reached \(\w+\) -> Check its URL/),
  });
  expect(checks.events).toEqual({ outcome: "skipped", text: "an event bus can only be tested with --send" });
});
