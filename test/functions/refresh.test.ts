import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
  await world.register("a");
});
afterEach(() => world.close());

const poll = () => world.request("POST", "/jobs/a/refresh");

describe("POST /jobs/{jobId}/refresh", () => {
  it("finds what the next tick would find, and leaves it to the tick to tell", async () => {
    world.cloud.answer("a", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
    const { status, body } = await poll();
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "failed", transitions: [{}, {}, { state: "failed", reason: "quota" }] });
    expect(body.notifications).toMatchObject([{ state: "pending" }]);
    expect(world.sink.posts).toEqual([]);
    await world.tick();
    expect(world.sink.messages).toHaveLength(1);
    expect((await world.request("GET", "/jobs/a")).body.notifications).toMatchObject([{ state: "delivered" }]);
  });

  it("writes nothing of the job where nothing is new, and asks the cloud once in 5 s", async () => {
    const asked = world.cloud.pollCount("a");
    expect((await poll()).headers.etag).toBe('"1"');
    const refused = await poll();
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "5" }, body: { type: "too-many-requests" } });
    world.clock.advance(3_500);
    expect((await poll()).headers["retry-after"]).toBe("2");
    expect(world.cloud.pollCount("a")).toBe(asked + 1);
    world.clock.advance(1_500);
    expect((await poll()).status).toBe(200);
    expect(world.cloud.pollCount("a")).toBe(asked + 2);
  });

  it("says by 202 that the cloud could not be asked", async () => {
    world.cloud.answer("a", () => ({ status: 503, body: "" }));
    expect(await poll()).toMatchObject({ status: 202, body: { state: "running" } });
  });

  it("says since when the cloud has not known the job, until it does again", async () => {
    const missing = { status: 404, body: { errCode: "SFS.TURBO.0019", errMsg: "invalid job id" } };
    world.cloud.answer("a", () => missing);
    expect((await poll()).body).toMatchObject({ state: "running", missingSince: new Date(world.clock.now()).toISOString() });
    world.cloud.answer("a", { status: "running" });
    world.clock.advance(5_000);
    expect((await poll()).body).not.toHaveProperty("missingSince");
  });

  it("does not ask about a job that has ended", async () => {
    await world.request("DELETE", "/jobs/a");
    const asked = world.cloud.pollCount("a");
    expect(await poll()).toMatchObject({ status: 200, body: { state: "stopped" } });
    expect(world.cloud.pollCount("a")).toBe(asked);
  });

  it("counts the time of a job that it sees succeed, as a tick does", async () => {
    const type = { team: "storage", source: "sfs-turbo-job", jobType: "extend_share" };
    const times = { begin_time: "2026-11-23 11:00:00", end_time: "2026-11-23 11:10:00" };
    world.cloud.answer("a", { status: "success", job_type: type.jobType, ...times });
    await poll();
    const { durations } = await world.services.table.readDurations(type);
    expect([...durations.values()]).toEqual([600_000]);
  });

  it("knows no job that was not registered", async () => {
    expect((await world.request("POST", "/jobs/b/refresh")).status).toBe(404);
    expect((await world.request("POST", "/jobs/-/refresh")).status).toBe(404);
  });
});

describe("POST /jobs/{jobId}/redeliver", () => {
  const redeliver = (query = "") => world.request("POST", `/jobs/a/redeliver${query}`);

  /** Two channels, of which one is dead for so long that its notification is given up. */
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

  it("tells what was given up as soon as the channel is mended, and nothing twice", async () => {
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

  it("tells on the channel that is named alone, and refuses one that the job does not know", async () => {
    await expireSuspended();
    expect((await redeliver("?channel=general")).status).toBe(200);
    expect((await statesOf()).projects).toBe("expired");
    expect(await redeliver("?channel=nowhere")).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channel" }] } });
    await redeliver("?channel=projects");
    expect((await statesOf()).projects).toBe("pending");
  });

  it("knows no job that was not registered", async () => {
    expect((await world.request("POST", "/jobs/b/redeliver")).status).toBe(404);
  });
});
