import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld({ CHANNELS: JSON.stringify({ projects: { teams: [] } }) });
  world.cloud.answer("*", { status: "running", begin_time: "2026-11-23 12:00:00" });
});
afterEach(() => world.close());

const patch = (body: unknown, headers = {}) => world.request("PATCH", "/jobs/a", { body, headers });
const inMinutes = (minutes: number) => new Date(world.clock.now() + minutes * 60_000).toISOString();
const delivered = () => world.sink.messages.map(({ rendered }) => rendered.split("\n")[0] ?? "");
const kindsOf = (job: { transitions: { kind: string; state: string }[] }) =>
  job.transitions.map(({ kind, state }) => (kind === "status" ? state : kind));

describe("PATCH /jobs/{jobId}", () => {
  it("replaces the given fields, removes those that are null, and keeps the others", async () => {
    await world.register("a", {
      title: "old",
      labels: { ticket: "1" },
      expectedMinutes: 5,
      runbookUrl: "https://wiki.example.com/a",
    });
    const { status, body, headers } = await patch({
      title: null,
      labels: { team: "x" },
      channels: ["projects"],
      notifyOn: ["failed"],
    });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("title");
    expect(body).toMatchObject({
      labels: { team: "x" },
      channels: ["projects"],
      notifyOn: ["failed"],
      expectedMinutes: 5,
      runbookUrl: "https://wiki.example.com/a",
    });
    const found = await world.request("GET", "/jobs/a");
    expect(found.body).toEqual(body);
    expect(found.headers.etag).toBe(headers.etag);
  });

  it("changes nothing if nothing differs, or if If-Match has another version", async () => {
    await world.register("a", { title: "one" });
    const { etag } = (await world.request("GET", "/jobs/a")).headers;
    expect((await patch({ title: "one" })).headers.etag).toBe(etag);
    expect((await patch({ title: "two" }, { "if-match": String(etag) })).status).toBe(200);
    // A weak tag never matches (RFC 9110, 13.1.1).
    for (const stale of [String(etag), 'W/"2"', '"9", "8"']) {
      expect(await patch({ title: "three" }, { "if-match": stale })).toMatchObject({
        status: 412,
        body: { type: "precondition-failed" },
      });
    }
    expect((await patch({ title: "three" }, { "if-match": "*" })).body.title).toBe("three");
  });

  it("notifies a channel that is added after the end, once", async () => {
    await world.register("a", { channels: ["general"] });
    world.cloud.answer("a", { status: "success" });
    await world.tick();
    await patch({ channels: ["general", "projects"] });
    await patch({ channels: ["projects"] });
    await patch({ channels: ["general", "projects"] });
    await world.tick();
    expect(world.sink.messages.map(({ channel }) => channel)).toEqual(["general", "projects"]);
  });

  it.each([
    { name: "an unknown field", body: { verify: false }, pointer: "/verify" },
    { name: "no channels", body: { channels: null }, pointer: "/channels" },
    { name: "an unknown channel", body: { channels: ["nowhere"] }, pointer: "/channels/0" },
    { name: "a silence without an end", body: { silence: { reason: "x" } }, pointer: "/silence/until" },
    { name: "a silence that is over", body: { silence: { until: "2026-11-23T11:59:59Z" } }, pointer: "/silence/until" },
    { name: "a silence of more than 30 days", body: { silence: { until: "2026-12-24T12:00:00Z" } }, pointer: "/silence/until" },
    { name: "a silence without a time zone", body: { silence: { until: "2026-11-24T12:00:00" } }, pointer: "/silence/until" },
    { name: "a pause that is over", body: { pause: { until: "2026-11-23T11:59:59Z" } }, pointer: "/pause/until" },
    { name: "a pause beyond the tracking limit", body: { pause: { until: "2026-12-23T12:00:00Z" } }, pointer: "/pause/until" },
    { name: "an author", body: { silence: { until: "2026-11-24T12:00:00Z", by: "me" } }, pointer: "/silence/by" },
  ])("rejects $name", async ({ body, pointer }) => {
    await world.register("a");
    expect(await patch(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect((await world.request("GET", "/jobs/a")).headers.etag).toBe('"1"');
  });

  it("returns 404 for a job that was not registered", async () => {
    expect(await patch({ title: "x" })).toMatchObject({ status: 404, body: { type: "unknown-job" } });
  });
});

describe("a silence", () => {
  it("has its author and its end, and is removed by null", async () => {
    await world.register("a");
    const until = inMinutes(60);
    expect((await patch({ silence: { until, reason: "known" } })).body.silence).toEqual({ until, by: "test", reason: "known" });
    expect((await world.request("GET", "/jobs")).body.jobs[0].silence.by).toBe("test");
    expect((await patch({ silence: null })).body).not.toHaveProperty("silence");
  });

  it("suppresses late and succeeded, which are still in the history", async () => {
    await world.register("a", { expectedMinutes: 6, notifyOn: ["started", "late", "succeeded", "progress"] });
    await patch({ silence: { until: inMinutes(60) } });
    await world.ticks(10);
    world.cloud.answer("a", { status: "success", begin_time: "2026-11-23 12:00:00" });
    await world.ticks(2);
    // A notification that was pending before is delivered.
    expect(delivered()).toMatchObject([expect.stringContaining("is running")]);
    const { body } = await world.request("GET", "/jobs/a");
    expect(kindsOf(body)).toEqual(["registered", "running", "changed", "late", "success"]);
    expect(body.notifications.map(({ n }: { n: number }) => n)).toEqual([2]);
  });

  it("does not suppress failed or lost", async () => {
    await world.register("a");
    await world.register("b");
    await patch({ silence: { until: inMinutes(60) } });
    await world.request("PATCH", "/jobs/b", { body: { silence: { until: inMinutes(60) } } });
    world.cloud.answer("a", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
    world.cloud.answer("b", () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } }));
    await world.ticks(18);
    for (const [id, state] of [
      ["a", "failed"],
      ["b", "lost"],
    ]) {
      const { body } = await world.request("GET", `/jobs/${id}`);
      expect(body).toMatchObject({ state, notifications: [{ channel: "general", state: "delivered" }] });
    }
  });

  it("ends at its time: later transitions are delivered", async () => {
    await world.register("a");
    await patch({ silence: { until: inMinutes(2) } });
    await world.ticks(3);
    world.cloud.answer("a", { status: "success" });
    await world.ticks(1);
    expect(delivered()).toHaveLength(1);
  });
});
