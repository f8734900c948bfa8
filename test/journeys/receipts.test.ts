import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const fails = async (jobId: string, more: Record<string, unknown> = {}) => {
  world.cloud.answer(jobId, { status: "failed" });
  return await world.register(jobId, more);
};
const jobOf = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body;

it("records how often a message was sent, what Slack answered, and how long it took", async () => {
  await fails("at-once");
  await world.tick();
  const [first] = (await jobOf("at-once")).notifications;
  expect(first).toMatchObject({ state: "delivered", attempts: 1, status: 200, answer: "ok" });
  expect(first.latencyMs).toBeGreaterThanOrEqual(0);

  let answers = 0;
  world.sink.answer(() => (++answers <= 2 ? { status: 503, body: "service_unavailable" } : undefined));
  await fails("third-time");
  expect((await jobOf("third-time")).notifications[0]).not.toHaveProperty("attempts");
  await world.ticks(4);
  expect((await jobOf("third-time")).notifications).toMatchObject([{ state: "delivered", attempts: 3, status: 200 }]);
});

it("keeps the answer when the process dies between the delivery and its confirmation", async () => {
  const { table } = world.services;
  const save = table.save.bind(table);
  await fails("crash");
  let isDown = true;
  table.save = (stored) =>
    isDown && stored.kind === "job" && stored.record.notifications.some(({ state }) => state === "delivered")
      ? Promise.reject(new Error("the process died"))
      : save(stored);
  await world.tick();
  expect((await jobOf("crash")).notifications).toMatchObject([{ state: "pending" }]);
  isDown = false;
  await world.ticks(2);
  expect(world.sink.messages).toHaveLength(1);
  expect((await jobOf("crash")).notifications).toMatchObject([{ state: "delivered", attempts: 1, answer: "ok" }]);
});

it("says why a notification expired, and forgets that when it is delivered again", async () => {
  world.sink.answer((_, _payload, channel) => (channel === "projects" ? { status: 404, body: "no_service" } : undefined));
  await fails("too-late", { channels: ["projects"] });
  await world.tick();
  world.clock.advance(15 * 86_400_000);
  await world.ticks(2);
  const copy = { channel: "operators", state: "delivered", answer: "ok" };
  expect((await jobOf("too-late")).notifications).toMatchObject([{ state: "expired", answer: "no_service" }, copy]);
  const { body } = await world.request("POST", "/jobs/too-late/redeliver");
  expect(body.notifications).toMatchObject([{ state: "pending" }, copy]);
  expect(body.notifications[0]).not.toHaveProperty("answer");
});

it("names the keys that registered and stopped a job, and the request that started tracking", async () => {
  world.cloud.answer("ours", { status: "running" });
  const headers = { "x-correlation-id": "deploy-4711" };
  await world.request("POST", "/jobs", { body: { jobId: "ours" }, headers });
  const label = (await jobOf("ours")).transitions[0].by;
  expect(label).toBeTruthy();
  expect(await jobOf("ours")).toMatchObject({ registeredBy: label, correlationId: "deploy-4711" });
  expect(await jobOf("ours")).not.toHaveProperty("stoppedBy");
  const { body } = await world.request("DELETE", "/jobs/ours");
  expect(body).toMatchObject({ registeredBy: label, stoppedBy: label });
  const [listed] = (await world.request("GET", "/jobs?state=stopped")).body.jobs;
  expect(listed).toMatchObject({ registeredBy: label, stoppedBy: label, correlationId: "deploy-4711" });
});
