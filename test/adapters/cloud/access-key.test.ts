import { expect, it } from "vitest";
import type { Observation } from "../../../lib/domain/job/job.ts";
import { answerJson, type Handler, serverForTest } from "../../http-server.ts";
import { JOB, PROJECT, scriptedCloud } from "./scripted-cloud.ts";

const KEY = { kind: "access-key", accessKey: "CANARYACCESSKEY00001", secretKey: "canary-secret-key" } as const;
const running: Handler = (_, response) => answerJson(response, 200, { status: "running" });
const refused: Handler = (_, response) =>
  answerJson(response, 401, { error_code: "APIGW.0301", error_msg: "Incorrect IAM authentication information: ..." });

it("a signed poll sends the project, the date and the signed headers, and requests no token", async () => {
  const { cloud, polls, tokenCalls, clock } = await scriptedCloud({ credentials: KEY });
  clock.at = Date.UTC(2026, 10, 24, 12, 30, 5, 999);
  expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen" });
  const { headers = {} } = polls()[0] ?? {};
  expect(headers).toMatchObject({ "x-project-id": PROJECT, "x-sdk-date": "20261124T123005Z" });
  expect(headers.authorization).toMatch(
    /^SDK-HMAC-SHA256 Access=CANARYACCESSKEY00001, SignedHeaders=host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/,
  );
  expect(headers).not.toHaveProperty("x-auth-token");
  expect([polls().length, tokenCalls().length]).toEqual([1, 0]);
});

it("the security token of a temporary key is sent and signed", async () => {
  const { cloud, polls } = await scriptedCloud({ credentials: { ...KEY, securityToken: "canary-security-token" } });
  await cloud.poll(JOB, 10_000);
  expect(polls()[0]?.headers["x-security-token"]).toBe("canary-security-token");
  expect(polls()[0]?.headers.authorization).toContain("SignedHeaders=host;x-project-id;x-sdk-date;x-security-token,");
});

it("a rejected key costs one request per minute for any number of polls, since the cloud locks it after five", async () => {
  let answer = refused;
  const { cloud, clock, polls, tokenCalls } = await scriptedCloud({ credentials: KEY, poll: (...all) => answer(...all) });
  const pollAll = () => Promise.all(Array.from({ length: 40 }, () => cloud.poll(JOB, 10_000)));
  for (const observation of await pollAll())
    expect(observation).toEqual({ kind: "unreachable", cause: "credentials", reason: "APIGW.0301" });
  clock.at += 59_000;
  await pollAll();
  expect([polls().length, tokenCalls().length]).toEqual([1, 0]);
  clock.at += 1_000;
  answer = running;
  expect((await pollAll()).every(({ kind }) => kind === "seen")).toBe(true);
  expect(polls()).toHaveLength(41);
});

it("a key that is rejected in one project still works in others", async () => {
  const { cloud } = await scriptedCloud({
    credentials: KEY,
    poll: (request, response) => (request.url.includes(PROJECT) ? refused : running)(request, response),
  });
  expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "credentials" });
  expect(await cloud.poll({ ...JOB, projectId: "f".repeat(32) }, 2_000)).toMatchObject({ kind: "seen" });
});

it("a trial without an answer is followed by one other, not by all", async () => {
  let count = 0;
  const { cloud, polls } = await scriptedCloud({
    credentials: KEY,
    poll: (request, response) => (++count === 1 ? undefined : refused(request, response)),
  });
  const first = cloud.poll(JOB, 200);
  const others = await Promise.all(Array.from({ length: 20 }, () => cloud.poll(JOB, 10_000)));
  expect([await first, ...others.slice(0, 1)]).toMatchObject([{ cause: "unavailable" }, { cause: "credentials" }]);
  expect(polls()).toHaveLength(2);
});

it("a rejected key that is read again unchanged is not tried again", async () => {
  const { cloud, polls } = await scriptedCloud({
    credentials: KEY,
    rereadCredentials: async () => ({ ...KEY }),
    poll: refused,
  });
  await Promise.all(Array.from({ length: 20 }, () => cloud.poll(JOB, 10_000)));
  expect(polls()).toHaveLength(1);
});

it("a first poll without an answer does not block the others", async () => {
  let count = 0;
  const { cloud } = await scriptedCloud({
    credentials: KEY,
    poll: (request, response) => (++count === 1 ? undefined : running(request, response)),
  });
  const [first, ...others] = await Promise.all([cloud.poll(JOB, 200), ...[1, 2, 3].map(() => cloud.poll(JOB, 10_000))]);
  expect(first).toMatchObject({ cause: "unavailable" });
  expect(others.map(({ kind }: Observation) => kind)).toEqual(["seen", "seen", "seen"]);
});

it.each([
  { text: "calc aksk signature fail:signature expired, signature time:20211217T064303Z", says: "15 minutes off" },
  { text: `ak ${KEY.accessKey} not exist`, says: "does not know the access key" },
  { text: `Get secretKey failed,ak:${KEY.accessKey},err:ak not exist`, says: "does not know the access key" },
  { text: "AK access failed to reach the limit,forbidden.", says: "locked the access key for 5 minutes" },
  { text: "verify aksk signature fail, canonicalRequest:GET|/v1/|x-security-token:canary", says: "check the secret key" },
])("describes in its own words the error of the gateway: $text", async ({ text, says }) => {
  const error_msg = `Incorrect IAM authentication information: ${text}`;
  const { cloud } = await scriptedCloud({
    credentials: KEY,
    poll: (_, response) => answerJson(response, 401, { error_code: "APIGW.0301", error_msg }),
  });
  const observation = await cloud.poll(JOB, 10_000);
  expect(observation).toMatchObject({ cause: "credentials", reason: expect.stringContaining(says) });
  expect(JSON.stringify(observation)).not.toMatch(/canary/i);
});

it.each([200, 400, 401, 403, 404, 429, 500])("a %i that repeats the whole request reveals nothing of it", async (status) => {
  const { cloud, polls, logged } = await scriptedCloud({
    credentials: { ...KEY, securityToken: "canary-security-token" },
    poll: ({ headers }, response) => {
      const echo = `${headers.authorization} ${headers["x-security-token"]}`;
      answerJson(response, status, { status: "failed", fail_reason: echo, errCode: "SFS.TURBO.0019", errMsg: echo });
    },
  });
  const output = JSON.stringify(await cloud.poll(JOB, 10_000)) + logged();
  expect(output).not.toMatch(/canary/i);
  expect(output).not.toContain(polls()[0]?.headers.authorization?.slice(-64));
});

it.each([301, 302, 303, 307, 308])("a %i is not followed, so that no signature goes to another host", async (status) => {
  const detected = await serverForTest(running);
  const { cloud } = await scriptedCloud({
    credentials: { ...KEY, securityToken: "canary-security-token" },
    poll: (_, response) => void response.writeHead(status, { location: `${detected.url}/x` }).end(),
  });
  expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "configuration", reason: `${status} from the job API` });
  expect(detected.requests).toEqual([]);
});

it.each([
  { name: "an access key", wrong: { accessKey: "canary\r\nkey" } },
  { name: "an access key with a comma", wrong: { accessKey: "canary,SignedHeaders=x" } },
  { name: "a security token", wrong: { securityToken: "canary\ntoken" } },
])("$name with invalid characters makes no request and is not shown", async ({ wrong }) => {
  const { cloud, polls } = await scriptedCloud({ credentials: { ...KEY, ...wrong } });
  const reason = "the configured access key contains invalid characters";
  expect(await cloud.poll(JOB, 10_000)).toEqual({ kind: "unreachable", cause: "credentials", reason });
  expect(polls()).toEqual([]);
});
