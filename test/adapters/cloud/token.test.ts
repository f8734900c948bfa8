import { describe, expect, it } from "vitest";
import { answerJson } from "../../http-server.ts";
import { answerToken, DAY, JOB, onlyWith, PASSWORD, PROJECT, scriptedCloud } from "./scripted-cloud.ts";

const MINUTE = 60_000;
const refuse = (status: number) => (_: unknown, response: Parameters<typeof answerJson>[0]) =>
  answerJson(response, status, { error: { code: status, message: `no ${PASSWORD}`, title: "No" } });

describe("signing in", () => {
  it("requests a token for the project id, without the catalog", async () => {
    const { cloud, polls, tokenCalls } = await scriptedCloud();
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()[0]?.url).toBe("/v3/auth/tokens?nocatalog=true");
    expect(JSON.parse(tokenCalls()[0]?.body ?? "")).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "robot", password: PASSWORD, domain: { name: "OTC-1" } } },
        },
        scope: { project: { id: PROJECT } },
      },
    });
    expect(polls()[0]?.headers["x-auth-token"]).toBe("token-1");
  });

  it("happens once for 50 concurrent polls, and once per project", async () => {
    const { cloud, polls, tokenCalls } = await scriptedCloud();
    await Promise.all(Array.from({ length: 50 }, () => cloud.poll(JOB, 10_000)));
    expect([polls().length, tokenCalls().length]).toEqual([50, 1]);
    await cloud.poll({ ...JOB, projectId: "f".repeat(32) }, 2_000);
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("accepts and sends a token of 32 KB", async () => {
    const token = "t".repeat(32_000);
    const { cloud } = await scriptedCloud({
      poll: onlyWith(token),
      token: (_, response) => answerToken(response, token, Date.UTC(2026, 10, 25)),
    });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen", state: "success" });
  });

  it.each([
    { name: "a token of one day half an hour before its end", life: DAY, early: DAY - 31 * MINUTE, late: DAY - 30 * MINUTE },
    { name: "a short token after 80 % of its life", life: 10 * MINUTE, early: 7.9 * MINUTE, late: 8 * MINUTE },
    {
      name: "a token that had expired on arrival, by our clock, after most of a minute",
      life: -MINUTE,
      early: 40_000,
      late: 48_000,
    },
  ])("renews $name", async ({ life, early, late }) => {
    const { cloud, clock, polls, tokenCalls } = await scriptedCloud({
      token: (_, response, n) => answerToken(response, `token-${n}`, Date.UTC(2026, 10, 24) + life),
    });
    const begin = clock.at;
    await cloud.poll(JOB, 10_000);
    clock.at = begin + early;
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()).toHaveLength(1);
    clock.at = begin + late;
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()).toHaveLength(2);
    expect(polls().at(-1)?.headers["x-auth-token"]).toBe("token-2");
  });

  it.each([
    { name: "fails", fail: refuse(500) },
    { name: "gets no answer", fail: () => undefined },
  ])("continues with the old token if the renewal $name", async ({ fail }) => {
    const { cloud, clock, polls, tokenCalls } = await scriptedCloud({
      token: (request, response, n) =>
        n === 1 ? answerToken(response, "token-1", Date.UTC(2026, 10, 25)) : fail(request, response),
    });
    await cloud.poll(JOB, 10_000);
    clock.at += DAY - 20 * MINUTE;
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen" });
    expect([polls().length, tokenCalls().length]).toEqual([2, 2]);
  });

  it.each([
    { name: "wrong password", status: 401, cause: "credentials" },
    { name: "a user without permission", status: 403, cause: "credentials" },
    { name: "an unreadable request", status: 400, cause: "configuration" },
    { name: "a wrong address", status: 404, cause: "configuration" },
    { name: "a redirect", status: 308, cause: "configuration" },
    { name: "too many calls", status: 429, cause: "throttled" },
    { name: "a failing identity service", status: 503, cause: "unavailable" },
  ])("reports $name as $cause, and polls nothing", async ({ status, cause }) => {
    const { cloud, polls } = await scriptedCloud({ token: refuse(status) });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "unreachable", cause });
    expect(polls()).toHaveLength(0);
  });

  it("with a wrong password is tried once a minute for any number of polls", async () => {
    const { cloud, clock, tokenCalls } = await scriptedCloud({ token: refuse(401) });
    await Promise.all(Array.from({ length: 20 }, () => cloud.poll(JOB, 10_000)));
    clock.at += 59_000;
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "credentials" });
    expect(tokenCalls()).toHaveLength(1);
    clock.at += 2_000;
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("backs off for the requested time after a 429", async () => {
    const { cloud, clock, tokenCalls } = await scriptedCloud({
      token: (_, response) => answerJson(response, 429, {}, { "retry-after": "90" }),
    });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "throttled", retryAfterMs: 90_000 });
    clock.at += 60_000;
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "throttled", retryAfterMs: 30_000 });
    expect(tokenCalls()).toHaveLength(1);
  });

  it.each([
    { name: "no token header", answer: (r: Parameters<typeof answerJson>[0]) => answerJson(r, 201, { token: {} }) },
    {
      name: "no token body",
      answer: (r: Parameters<typeof answerJson>[0]) => answerJson(r, 201, [], { "x-subject-token": "t" }),
    },
    { name: "an HTML page", answer: (r: Parameters<typeof answerJson>[0]) => void r.end("<html>login</html>") },
    { name: "a body without end", answer: (r: Parameters<typeof answerJson>[0]) => void r.end(" ".repeat(3e6)) },
  ])("is an invalid response with $name", async ({ answer }) => {
    const { cloud } = await scriptedCloud({ token: (_, response) => answer(response) });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
  });

  it("that takes too long ends with the poll, and the next poll uses its token", async () => {
    const { cloud, polls, tokenCalls } = await scriptedCloud({
      token: (_, response) => void setTimeout(() => answerToken(response, "slow", Date.UTC(2026, 10, 25)), 400),
    });
    expect(await cloud.poll(JOB, 100)).toMatchObject({ cause: "unavailable" });
    expect(polls()).toHaveLength(0);
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen" });
    expect([polls().length, tokenCalls().length]).toEqual([1, 1]);
  });
});
