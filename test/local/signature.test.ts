import { request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startCloud } from "../../infra/local/cloud.ts";
import { sign } from "../../lib/adapters/cloud/auth/sign.ts";

const PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const START = Date.parse("2026-11-24T12:00:00.000Z");
const MINUTE = 60_000;
const KEY = { accessKey: "SIMULATEDACCESSKEY01", secretKey: "simulated-secret", projectIds: [PROJECT] };
const TEMPORARY = { accessKey: "SIMULATEDACCESSKEY02", secretKey: "temporary-secret", securityToken: "simulated-token" };

interface Wanted {
  key?: { accessKey: string; secretKey: string };
  at?: number;
  path?: string;
  project?: string;
  /** Headers to sign and send besides host and date. */
  headers?: Record<string, string>;
  host?: string | null;
  /** Headers that differ from the signed ones; null omits a header. */
  sent?: Record<string, string | null>;
  body?: string;
}

async function gatewayForTest() {
  const clock = { at: START };
  const cloud = await startCloud({ port: 0, now: () => clock.at, accessKeys: [KEY, TEMPORARY] });
  onTestFinished(() => cloud.close());
  cloud.answer("*", { status: "running" });
  const send = async (wanted: Wanted = {}): Promise<{ status: number; output: string; body: Record<string, string> }> => {
    const { key = KEY, at = clock.at, project = PROJECT, path = `/v1/${project}/sfs-turbo/jobs/job`, body = "" } = wanted;
    const url = new URL(path, cloud.url);
    const { host = url.host } = wanted;
    const signed = { ...wanted.headers, ...(host !== null && { host }) };
    const all = { ...signed, ...sign({ method: "GET", url: url.href, headers: signed, body }, key, at), ...wanted.sent };
    const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<string, string>;
    const answer = Promise.withResolvers<{ status: number; output: string; body: Record<string, string> }>();
    request(url, { headers }, async (incoming) => {
      const output = (await json(incoming)) as Record<string, string>;
      answer.resolve({ status: incoming.statusCode ?? 0, output: `${output.error_code} ${output.error_msg}`, body: output });
    })
      .on("error", answer.reject)
      .end(body);
    return answer.promise;
  };
  return { cloud, clock, send };
}

test.each<{ name: string; wanted: Wanted }>([
  { name: "with only host and date signed", wanted: {} },
  { name: "with the project signed too", wanted: { headers: { "X-Project-Id": PROJECT } } },
  { name: "with a query in any order", wanted: { path: `/v1/${PROJECT}/sfs-turbo/jobs/job?b=%28&a=2&a=1&c` } },
  { name: "with a path that was percent-encoded", wanted: { path: `/v1/${PROJECT}/sfs-turbo/jobs/%6a%C3%BC` } },
  { name: "with a body", wanted: { body: '{"a":"ü"}', sent: { "content-length": "10" } } },
  { name: "signed 15 minutes ago", wanted: { at: START - 15 * MINUTE } },
  { name: "signed 15 minutes ahead", wanted: { at: START + 15 * MINUTE } },
  { name: "of a temporary key", wanted: { key: TEMPORARY, headers: { "x-security-token": TEMPORARY.securityToken } } },
])("the gateway accepts a request: $name", async ({ wanted }) => {
  const { send } = await gatewayForTest();
  expect(await send(wanted)).toMatchObject({ status: 200, body: { status: "running" } });
});

const wrongKey = { ...KEY, secretKey: "guess" };
test.each<{ name: string; wanted: Wanted; says: string }>([
  { name: "a wrong secret key", wanted: { key: wrongKey }, says: "verify aksk signature fail, canonicalRequest:GET|/v1/" },
  { name: "an unknown access key", wanted: { key: { ...KEY, accessKey: "NOBODY" } }, says: "ak NOBODY not exist" },
  {
    name: "a date older than 15 minutes",
    wanted: { at: START - 15 * MINUTE - 1_000 },
    says: "signature expired, signature time:20261124T114459Z,server time:20261124T120000Z",
  },
  { name: "a date newer than 15 minutes", wanted: { at: START + 15 * MINUTE + 1_000 }, says: "signature expired" },
  {
    name: "a date that differs from the signed one",
    wanted: { sent: { "x-sdk-date": "20261124T120001Z" } },
    says: "signature fail",
  },
  { name: "no date", wanted: { sent: { "x-sdk-date": null } }, says: "x-sdk-date is missing" },
  {
    name: "an impossible date",
    wanted: { sent: { "x-sdk-date": "20261399T120000Z" } },
    says: "x-sdk-date is missing or wrong",
  },
  { name: "an unsigned host", wanted: { host: null }, says: "host is not signed" },
  {
    name: "a host that differs from the signed one",
    wanted: { host: "other.example", sent: { host: null } },
    says: "signature fail, canonical",
  },
  { name: "an unsigned project", wanted: { sent: { "x-project-id": PROJECT } }, says: "x-project-id is not signed" },
  {
    name: "a header that is signed but missing",
    wanted: { headers: { "x-extra": "1" }, sent: { "x-extra": null } },
    says: "the signed x-extra is missing",
  },
  {
    name: "a header altered on the way",
    wanted: { headers: { "x-extra": "1" }, sent: { "x-extra": "2" } },
    says: "signature fail, canonicalRequest",
  },
  {
    name: "a project that differs from the path's",
    wanted: { headers: { "x-project-id": "f".repeat(32) } },
    says: "x-project-id is another project's",
  },
  {
    name: "a body altered on the way",
    wanted: { body: "{}", sent: { "content-length": "2", authorization: signatureOf("[]") } },
    says: "signature fail",
  },
  { name: "a temporary key without its token", wanted: { key: TEMPORARY }, says: "the security token is another key's" },
  {
    name: "a temporary key with another token",
    wanted: { key: TEMPORARY, headers: { "x-security-token": "guess" } },
    says: "the security token is another key's",
  },
  { name: "a header that is not a signature", wanted: { sent: { authorization: "Bearer x" } }, says: "not exist" },
])("the gateway rejects with APIGW.0301: $name", async ({ wanted, says }) => {
  const { cloud, send } = await gatewayForTest();
  const { status, output } = await send(wanted);
  expect([status, output]).toEqual([401, expect.stringContaining(says)]);
  expect(output).toMatch(/^APIGW\.0301 Incorrect IAM authentication information: /);
  expect(cloud.pollCount()).toBe(0);
});

function signatureOf(body: string): string {
  const url = `http://127.0.0.1/v1/${PROJECT}/sfs-turbo/jobs/job`;
  return sign({ method: "GET", url, headers: { host: "127.0.0.1" }, body }, KEY, START).authorization;
}

test("a key works only in its own projects, and only while it exists", async () => {
  const { cloud, send } = await gatewayForTest();
  expect(await send({ project: "f".repeat(32) })).toMatchObject({ status: 403, body: { error_code: "APIGW.0302" } });
  cloud.setAccessKeys([TEMPORARY]);
  expect((await send()).output).toContain("not exist");
});

test("more than five failures in a row lock a key for five minutes, even for valid signatures", async () => {
  const { clock, send } = await gatewayForTest();
  for (let n = 0; n < 5; n++) await send({ key: wrongKey });
  expect((await send()).status).toBe(200);
  for (let n = 0; n < 6; n++) expect((await send({ key: wrongKey })).output).toContain("verify aksk signature fail");
  expect((await send()).output).toContain("AK access failed to reach the limit");
  clock.at += 5 * MINUTE;
  expect((await send()).status).toBe(200);
});
