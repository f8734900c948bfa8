import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
  await world.register("a");
});
afterEach(() => world.close());

const refresh = () => world.request("POST", "/jobs/a/refresh");

describe("POST /jobs/{jobId}/refresh", () => {
  it("updates the job, and leaves the notification to the next tick", async () => {
    world.cloud.answer("a", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
    const { status, body } = await refresh();
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "failed", transitions: [{}, {}, { state: "failed", reason: "quota" }] });
    expect(body.notifications).toMatchObject([{ state: "pending" }]);
    expect(world.sink.posts).toEqual([]);
    await world.tick();
    expect(world.sink.messages).toHaveLength(1);
    expect((await world.request("GET", "/jobs/a")).body.notifications).toMatchObject([{ state: "delivered" }]);
  });

  it("writes nothing if nothing changed, and polls the cloud once in 5 s", async () => {
    const polls = world.cloud.pollCount("a");
    expect((await refresh()).headers.etag).toBe('"1"');
    const refused = await refresh();
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "5" }, body: { type: "too-many-requests" } });
    world.clock.advance(3_500);
    expect((await refresh()).headers["retry-after"]).toBe("2");
    expect(world.cloud.pollCount("a")).toBe(polls + 1);
    world.clock.advance(1_500);
    expect((await refresh()).status).toBe(200);
    expect(world.cloud.pollCount("a")).toBe(polls + 2);
  });

  it("returns 202 if the check returned no status", async () => {
    world.cloud.answer("a", () => ({ status: 503, body: "" }));
    expect(await refresh()).toMatchObject({ status: 202, body: { state: "running" } });
  });

  it("returns missingSince while the cloud does not know the job", async () => {
    const missing = { status: 404, body: { errCode: "SFS.TURBO.0019", errMsg: "invalid job id" } };
    world.cloud.answer("a", () => missing);
    expect((await refresh()).body).toMatchObject({ state: "running", missingSince: new Date(world.clock.now()).toISOString() });
    world.cloud.answer("a", { status: "running" });
    world.clock.advance(5_000);
    expect((await refresh()).body).not.toHaveProperty("missingSince");
  });

  it("does not poll a job that has ended", async () => {
    await world.request("DELETE", "/jobs/a");
    const polls = world.cloud.pollCount("a");
    expect(await refresh()).toMatchObject({ status: 200, body: { state: "stopped" } });
    expect(world.cloud.pollCount("a")).toBe(polls);
  });

  it("learns the duration of a job that succeeds, as a tick does", async () => {
    const type = { team: "storage", source: "sfs-turbo-job", jobType: "extend_share" };
    const times = { begin_time: "2026-11-23 11:00:00", end_time: "2026-11-23 11:10:00" };
    world.cloud.answer("a", { status: "success", job_type: type.jobType, ...times });
    await refresh();
    const { durations } = await world.services.table.readDurations(type);
    expect([...durations.values()]).toEqual([600_000]);
  });

  it("returns 404 for a job that was not registered", async () => {
    expect((await world.request("POST", "/jobs/b/refresh")).status).toBe(404);
    expect((await world.request("POST", "/jobs/-/refresh")).status).toBe(404);
  });
});

describe("POST /jobs/{jobId}/redeliver", () => {
  const redeliver = (query = "") => world.request("POST", `/jobs/a/redeliver${query}`);

  /** Suspends one of two channels for so long that its notification expires. */
  async function expireSuspended(): Promise<void> {
    await world.register("a", { channels: ["general", "projects"] });
    world.sink.answer((_, _payload, channel) => (channel === "projects" ? { status: 404, body: "no_service" } : undefined));
    world.cloud.answer("a", { status: "success" });
    await world.tick();
    world.clock.advance(15 * 86_400_000);
    await world.ticks(2);
    world.sink.answer(undefined);
    expect(await statesOf()).toEqual({ general: "delivered", projects: "expired" });
    world.sink.messages.length = 0;
  }

  async function statesOf(): Promise<Record<string, string>> {
    const { notifications } = (await world.request("GET", "/jobs/a")).body;
    return Object.fromEntries(notifications.map(({ channel, state }: { channel: string; state: string }) => [channel, state]));
  }

  it("delivers expired notifications once the channel is open again, and nothing twice", async () => {
    await expireSuspended();
    expect(await redeliver()).toMatchObject({ status: 200 });
    expect(await statesOf()).toEqual({ general: "delivered", projects: "pending" });
    await world.request("POST", "/channels/projects/test");
    await world.ticks(2);
    expect(await statesOf()).toEqual({ general: "delivered", projects: "delivered" });
    const etag = (await world.request("GET", "/jobs/a")).headers.etag;
    expect((await redeliver()).headers.etag).toBe(etag);
    await world.ticks(2);
    expect(world.sink.messages.filter(({ rendered }) => rendered.includes("finished")).map(({ channel }) => channel)).toEqual([
      "projects",
    ]);
  });

  it("redelivers to the named channel only, and rejects a channel that the job does not have", async () => {
    await expireSuspended();
    expect((await redeliver("?channel=general")).status).toBe(200);
    expect((await statesOf()).projects).toBe("expired");
    expect(await redeliver("?channel=nowhere")).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channel" }] } });
    await redeliver("?channel=projects");
    expect((await statesOf()).projects).toBe("pending");
  });

  it("returns 404 for a job that was not registered", async () => {
    expect((await world.request("POST", "/jobs/b/redeliver")).status).toBe(404);
  });
});
