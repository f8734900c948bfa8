import { describe, expect, it } from "vitest";
import { answerJson } from "../../http-server.ts";
import { answerToken, JOB, onlyWith, PASSWORD, scriptedCloud } from "./scripted-cloud.ts";

const refuse = (status: number) => (_: unknown, response: Parameters<typeof answerJson>[0]) =>
  answerJson(response, status, { error: { code: status, message: `no ${PASSWORD}`, title: "No" } });

describe("a rejected token", () => {
  it("is replaced once and the poll repeated", async () => {
    const { cloud, polls, tokenCalls } = await scriptedCloud({ poll: onlyWith("token-2") });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen", state: "success" });
    expect([polls().length, tokenCalls().length]).toEqual([2, 2]);
  });

  it("is replaced once for all polls that failed with it", async () => {
    const { cloud, tokenCalls } = await scriptedCloud({ poll: onlyWith("token-2") });
    const seen = await Promise.all(Array.from({ length: 30 }, () => cloud.poll(JOB, 10_000)));
    expect(seen.every(({ kind }) => kind === "seen")).toBe(true);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("is replaced again if its successor worked for a while", async () => {
    let good = "token-2";
    const { cloud, clock, tokenCalls } = await scriptedCloud({
      poll: (request, response) => onlyWith(good)(request, response),
    });
    await cloud.poll(JOB, 10_000);
    good = "token-3";
    clock.at += 60_000;
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "seen" });
    expect(tokenCalls()).toHaveLength(3);
  });

  it("ends the poll if its successor is rejected too, and no third is requested within a minute", async () => {
    const { cloud, clock, polls, tokenCalls } = await scriptedCloud({ poll: onlyWith("none") });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "unreachable", cause: "credentials", reason: "APIGW.0307" });
    expect([polls().length, tokenCalls().length]).toEqual([2, 2]);
    for (let n = 0; n < 5; n++) expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "credentials" });
    expect([polls().length, tokenCalls().length]).toEqual([7, 2]);
    clock.at += 61_000;
    await cloud.poll(JOB, 10_000);
    expect(tokenCalls()).toHaveLength(3);
  });

  it("that is configured is not replaced", async () => {
    const credentials = { kind: "token", token: "fixed" } as const;
    const { cloud, polls, tokenCalls } = await scriptedCloud({ credentials, poll: onlyWith("other") });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "credentials" });
    expect([polls().length, tokenCalls().length]).toEqual([1, 0]);
  });

  it("with invalid characters makes no request and is not shown", async () => {
    const credentials = { kind: "token", token: "canary\r\ntoken" } as const;
    const { cloud, polls } = await scriptedCloud({ credentials });
    const observation = await cloud.poll(JOB, 10_000);
    expect(observation).toMatchObject({ cause: "credentials" });
    expect(JSON.stringify(observation)).not.toContain("canary");
    expect(polls()).toHaveLength(0);
  });
});

describe("secrets", () => {
  it.each([200, 400, 401, 403, 404, 429, 500])("that a %i answer repeats reach no log and no observation", async (status) => {
    const token = (_: unknown, response: Parameters<typeof answerJson>[0]) =>
      answerToken(response, "canary-token", Date.UTC(2026, 10, 25));
    const echo = {
      status: "failed canary-token",
      errCode: "SFS.TURBO.0019",
      errMsg: "bad canary-token",
      fail_reason: "canary-token",
    };
    const { cloud, logged } = await scriptedCloud({ token, poll: (_, response) => answerJson(response, status, echo) });
    const observation = await cloud.poll(JOB, 10_000);
    expect(JSON.stringify(observation) + logged()).not.toContain("canary");
  });

  it.each([201, 400, 401, 403, 404, 429, 500])("that a %i of the identity service repeats are not shown", async (status) => {
    const { cloud, logged } = await scriptedCloud({ token: refuse(status) });
    const observation = await cloud.poll(JOB, 10_000);
    expect(logged()).not.toBe("");
    expect(JSON.stringify(observation) + logged()).not.toContain("canary");
  });
});
