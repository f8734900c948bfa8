import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { addKey, startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
});
afterEach(() => world.close());

const KEY = { "idempotency-key": "5f0c" };
const register = (body: object, headers: Record<string, string> = KEY, key?: string) =>
  world.request("POST", "/jobs", { body, headers, ...(key !== undefined && { key }) });

async function tableAsText(): Promise<string> {
  const { Items } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return JSON.stringify(Items);
}

describe("an Idempotency-Key", () => {
  it("returns the same answer to a repeat for 24 hours, whatever happens to the job", async () => {
    const first = await register({ jobId: "a", title: "one" });
    expect(first.status).toBe(201);
    await world.request("PATCH", "/jobs/a", { body: { title: "two" } });
    const again = await register({ jobId: "a", title: "one" }, { "idempotency-key": '"5f0c"' });
    expect(again).toMatchObject({
      status: 201,
      body: first.body,
      headers: { location: "/jobs/a", "idempotent-replayed": "true" },
    });
    expect((await world.request("GET", "/jobs/a")).body.title).toBe("two");
    world.clock.advance(24 * 3_600_000);
    expect(await register({ jobId: "a", title: "one" })).toMatchObject({ status: 200, body: { title: "one" } });
  });

  it("belongs to one request: another body or route is rejected", async () => {
    await register({ jobId: "a" });
    const refusal = { status: 422, body: { type: "idempotency-key-reused" } };
    expect(await register({ jobId: "b" })).toMatchObject(refusal);
    expect(await world.request("POST", "/jobs/batch", { body: { jobs: [{ jobId: "a" }] }, headers: KEY })).toMatchObject(
      refusal,
    );
    expect((await world.request("GET", "/jobs/b")).status).toBe(404);
  });

  it("rejects repeats while the first request is in progress", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => register({ jobId: "a" })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 409, 409]);
    const busy = answers.find(({ status }) => status === 409);
    expect(busy).toMatchObject({ headers: { "retry-after": "1" }, body: { type: "request-in-progress" } });
  });

  it("can be used again after an answer could not be stored, once the lease has expired", async () => {
    const { table } = world.services;
    const api = createApi({ ...world.services, table: { ...table, renewLease: () => Promise.reject(new Error("away")) } });
    const headers = { ...KEY, authorization: "Bearer sfsjw_test-key-of-team-storage", "content-type": "application/json" };
    const first = await api.request("/jobs", { method: "POST", headers, body: JSON.stringify({ jobId: "a" }) });
    expect(first.status).toBe(201);
    expect((await register({ jobId: "a" })).status).toBe(409);
    world.clock.advance(30_000);
    expect((await register({ jobId: "a" })).status).toBe(200);
  });

  it("can be used again after a rejected request", async () => {
    world.cloud.answer("a", () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } }));
    expect((await register({ jobId: "a" })).status).toBe(404);
    world.cloud.answer("a", undefined);
    expect((await register({ jobId: "a" })).status).toBe(201);
  });

  it("stores the answer of a batch unless one of its jobs must be sent again", async () => {
    const batch = () =>
      world.request("POST", "/jobs/batch", { body: { jobs: [{ jobId: "a" }, { jobId: ".." }] }, headers: KEY });
    const first = await batch();
    expect(first.status).toBe(207);
    const again = await batch();
    expect(again).toMatchObject({ status: 207, body: first.body, headers: { "idempotent-replayed": "true" } });
  });

  it("is separate per team and per limits of the key", async () => {
    await addKey(world.table, "sfsjw_backup", "backup");
    await addKey(world.table, "sfsjw_limited", "storage", { channels: ["projects"] });
    await register({ jobId: "a", title: "ours" });
    const theirs = await register({ jobId: "a", title: "ours" }, KEY, "sfsjw_backup");
    expect(theirs).toMatchObject({ status: 201 });
    expect(theirs.headers).not.toHaveProperty("idempotent-replayed");
    expect(await register({ jobId: "a", title: "ours" }, KEY, "sfsjw_limited")).toMatchObject({ status: 422 });
  });

  it("is stored as a hash only, like the body", async () => {
    const secret = "do-not-keep-me";
    await register({ jobId: "a" }, { "idempotency-key": secret });
    expect(await tableAsText()).not.toContain(secret);
  });

  it.each(["", "x".repeat(256), "two words"])("that is invalid (%s) is rejected before anything is done", async (given) => {
    const before = await tableAsText();
    const answer = await register({ jobId: "a" }, { "idempotency-key": given });
    // An empty header does not reach the function.
    expect(answer.status).toBe(given === "" ? 201 : 422);
    if (given !== "") expect(await tableAsText()).toBe(before);
  });
});

describe("POST /jobs?dryRun=true", () => {
  const dryRun = (body: object) => world.request("POST", "/jobs?dryRun=true", { body });

  it("returns the job and the exact Slack message, and writes nothing", async () => {
    await world.close();
    world = await startWorld({
      ...{ PUBLIC_URL: "https://jobwatch.example.com", SIGNING_SECRET: "s".repeat(32) },
      CHANNELS: JSON.stringify({ general: { mention: { failed: "S0614TZR7" } } }),
    });
    const before = await tableAsText();
    world.cloud.answer("a", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
    const { status, body } = await dryRun({ jobId: "a", title: "grow", channels: ["general", "projects"] });
    expect(status).toBe(201);
    expect(await tableAsText()).toBe(before);
    expect(body.job).toMatchObject({ jobId: "a", state: "failed", transitions: [{ n: 1 }, { n: 2 }] });
    expect(
      body.messages.map(({ channel, wouldSend }: { channel: string; wouldSend: boolean }) => [channel, wouldSend]),
    ).toEqual([
      ["general", true],
      ["projects", true],
    ]);
    await world.register("a", { title: "grow", channels: ["general", "projects"] });
    await world.tick();
    const posted = world.sink.posts.map(({ payload }) => withoutRequest(payload));
    expect(posted[0]).toMatch(/<!subteam\^S0614TZR7>.*link=\w+\.storage\./);
    expect(posted).toEqual(body.messages.map(({ message }: { message: unknown }) => withoutRequest(message)));
  });

  it("returns a running job's message with wouldSend false", async () => {
    const { body } = await dryRun({ jobId: "a", title: "grow" });
    expect(body.messages).toMatchObject([
      { channel: "general", wouldSend: false, message: { text: expect.stringContaining("grow") } },
    ]);
  });

  it("returns 200 and the changed job for a known job, and rejects what a registration rejects", async () => {
    await world.register("a", { title: "one" });
    const { etag } = (await world.request("GET", "/jobs/a")).headers;
    expect(await dryRun({ jobId: "a", title: "two" })).toMatchObject({ status: 200, body: { job: { title: "two" } } });
    expect((await world.request("GET", "/jobs/a")).headers.etag).toBe(etag);
    expect((await dryRun({ jobId: ".." })).status).toBe(422);
    expect((await dryRun({ jobId: "a", channels: ["nowhere"] })).status).toBe(422);
    world.cloud.answer("b", () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } }));
    expect((await dryRun({ jobId: "b" })).status).toBe(404);
    expect((await world.request("POST", "/jobs?dryrun=true", { body: { jobId: "a" } })).status).toBe(422);
  });
});

/** Every response of the cloud has its own request id. */
function withoutRequest(payload: unknown): string {
  return JSON.stringify(payload).replace(/request [0-9a-f]{32}/g, "request");
}
