import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running", begin_time: "2026-11-23 12:00:00" });
});
afterEach(() => world.close());

const GONE = () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } });
const patch = (body: unknown) => world.request("PATCH", "/jobs/a", { body });
const pause = (minutes: number, reason?: string) => patch({ pause: { until: inMinutes(minutes), reason } });
const inMinutes = (minutes: number) => new Date(world.clock.now() + minutes * 60_000).toISOString();
const job = async () => (await world.request("GET", "/jobs/a")).body;
const kinds = async () => (await job()).transitions.map(({ kind }: { kind: string }) => kind);

it("shows who paused a job, until when and why, and that it was resumed", async () => {
  await world.register("a");
  const paused = await pause(60, "the vendor works on it");
  const expected = { until: inMinutes(60), by: "test", reason: "the vendor works on it" };
  expect(paused).toMatchObject({ status: 200, body: { state: "running", pause: expected } });
  expect((await world.request("GET", "/jobs")).body.jobs[0].pause).toEqual(expected);
  const resumed = await patch({ pause: null });
  expect(resumed.body).not.toHaveProperty("pause");
  expect(resumed.body.transitions.slice(-2)).toMatchObject([
    { kind: "changed", reason: "pause", by: "test" },
    { kind: "changed", reason: "pause", by: "test" },
  ]);
});

it("does not poll a paused job, and polls it by itself when the pause ends", async () => {
  await world.register("a");
  await pause(30);
  const polls = world.cloud.pollCount("a");
  world.cloud.answer("a", { status: "success" });
  await world.ticks(29);
  expect(world.cloud.pollCount("a")).toBe(polls);
  expect((await job()).state).toBe("running");
  await world.ticks(2);
  expect((await job()).state).toBe("success");
});

it("polls a resumed job in the next tick, even one that is polled slowly", async () => {
  await world.register("a", { verify: false });
  world.cloud.answer("a", () => ({ status: 500 }));
  await world.ticks(1);
  await pause(600);
  await world.ticks(120);
  world.cloud.answer("a", { status: "success" });
  await patch({ pause: null });
  await world.ticks(1);
  expect((await job()).state).toBe("success");
});

it("reports a paused job neither late nor lost, and counts missing polls only from its end", async () => {
  await world.register("a", { expectedMinutes: 6 });
  world.cloud.answer("a", GONE);
  await world.ticks(3);
  await pause(60);
  await world.ticks(60);
  expect(await kinds()).not.toContain("lost");
  await world.ticks(14);
  expect(await kinds()).not.toContain("lost");
  await world.ticks(4);
  expect(await kinds()).toEqual(["registered", "status", "changed", "lost"]);
});

it("reports a job that is overdue when its pause ends", async () => {
  await world.register("a", { expectedMinutes: 6 });
  await pause(60);
  await world.request("POST", "/jobs/a/refresh");
  await world.ticks(58);
  expect(await kinds()).not.toContain("late");
  await world.ticks(3);
  expect(await kinds()).toContain("late");
});

it("checks a paused job if a person asks, and reports its end", async () => {
  await world.register("a");
  await pause(60);
  world.cloud.answer("a", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
  expect(await world.request("POST", "/jobs/a/refresh")).toMatchObject({ status: 200, body: { state: "failed" } });
  await world.tick();
  expect(world.sink.messages).toHaveLength(1);
});

it("tracks a stopped job again without its pause, and pauses no job that has ended", async () => {
  await world.register("a");
  await pause(60);
  await world.request("DELETE", "/jobs/a");
  expect(await pause(60)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/pause" }] } });
  await world.register("a");
  expect(await job()).not.toHaveProperty("pause");
  world.cloud.answer("a", { status: "success" });
  await world.ticks(2);
  expect((await job()).state).toBe("success");
});
