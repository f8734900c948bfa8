import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const delivered = () => world.sink.messages.map(({ channel, payload }) => `${channel}: ${(payload as { text: string }).text}`);

it("sends a backlog as one roll-up that names every job, failures first, and confirms each job", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `pile-${index}`);
  for (const [index, name] of names.entries()) {
    world.cloud.answer(name, { status: index === 7 ? "failed" : "success", fail_reason: index === 7 ? "sold out" : "" });
    await world.register(name);
  }
  await world.tick();
  expect(world.sink.messages.length).toBeLessThanOrEqual(2);
  const all = world.sink.messages.map(({ rendered }) => rendered).join("\n");
  for (const name of names) expect(all).toContain(name);
  expect(all).toContain("sold out");
  const jobs = await Promise.all(names.map((name) => world.request("GET", `/jobs/${name}`)));
  expect(jobs.map(({ body }) => body.notifications[0]?.state)).toEqual(Array(9).fill("delivered"));
});

it("notifies every channel of a job, each with its own delivery", async () => {
  world.cloud.answer("both", { status: "success" });
  await world.register("both", { channels: ["general", "projects"] });
  await world.tick();
  expect(
    delivered()
      .map((line) => line.split(":")[0])
      .sort(),
  ).toEqual(["general", "projects"]);
});

it("keeps a notification pending that could not be sent, and sends it under the same id when Slack is back", async () => {
  world.sink.answer((post) => (post <= 3 ? { status: 503, body: "busy" } : undefined));
  world.cloud.answer("later", { status: "success" });
  const { body } = await world.register("later");
  await world.tick();
  expect(world.sink.messages.length + world.sink.posts.length).toBeGreaterThan(2);
  await world.ticks(2);
  expect(delivered()).toHaveLength(1);
  expect(JSON.stringify(world.sink.messages[0]?.payload)).toContain(body.notifications[0].id);
  expect(JSON.stringify(world.sink.messages[0]?.payload)).not.toContain("may repeat");
});

it("row 31: backs off only for the channel that Slack throttles", async () => {
  world.sink.answer((_, __, channel) =>
    channel === "general" && world.sink.posts.length < 2
      ? { status: 429, body: "rate_limited", headers: { "retry-after": "30" } }
      : undefined,
  );
  world.cloud.answer("busy", { status: "success" });
  await world.register("busy", { channels: ["general", "projects"] });
  await world.ticks(2);
  const [projects, general] = ["projects", "general"].map((name) =>
    world.sink.messages.find(({ channel }) => channel === name),
  );
  expect((general?.at ?? 0) - (projects?.at ?? 0)).toBeGreaterThanOrEqual(29_000);
  expect(delivered()).toHaveLength(2);
});

it("row 36: sends plain text if Slack rejects the layout, and notifies the operators", async () => {
  world.sink.answer((_, payload) =>
    JSON.stringify(payload).includes("attachments") ? { status: 400, body: "invalid_blocks" } : undefined,
  );
  world.cloud.answer("plain", { status: "failed", error_code: "X.1", fail_reason: "no space" });
  await world.register("plain");
  await world.ticks(2);
  expect(delivered().find((line) => line.startsWith("general"))).toContain("no space");
  expect(delivered().find((line) => line.startsWith("operators"))).toContain("invalid_blocks");
});

it("suspends a dead channel, keeps its notifications, and notifies the operators once", async () => {
  world.sink.answer((_, __, channel) => (channel === "general" ? { status: 404, body: "no_service" } : undefined));
  for (const name of ["first", "second"]) {
    world.cloud.answer(name, { status: "success" });
    await world.register(name);
    await world.ticks(2);
  }
  expect(delivered()).toHaveLength(1);
  expect(delivered()[0]).toMatch(/^operators: .*general.*no_service/);
  expect(world.sink.posts.filter(({ channel }) => channel === "general")).toHaveLength(1);
  const { body } = await world.request("GET", "/jobs/second");
  expect(body.notifications[0].state).toBe("pending");
});

it("resumes a suspended channel after a delivered test message, and sends what it kept", async () => {
  world.sink.answer((_, __, channel) => (channel === "general" ? { status: 404, body: "channel_not_found" } : undefined));
  world.cloud.answer("kept", { status: "success" });
  await world.register("kept");
  await world.ticks(2);
  expect((await world.request("GET", "/channels")).body.channels[0]).toMatchObject({
    name: "general",
    state: "suspended",
    reason: "channel_not_found",
  });
  const refused = await world.request("POST", "/channels/general/test");
  expect(refused).toMatchObject({ status: 200, body: { outcome: "dead", reason: "channel_not_found" } });
  world.sink.answer(undefined);
  expect(await world.request("POST", "/channels/general/test")).toMatchObject({ status: 200, body: { outcome: "delivered" } });
  await world.tick();
  expect(delivered().filter((line) => line.startsWith("general: "))).toHaveLength(2);
  expect(delivered().filter((line) => line.startsWith("operators: "))).toHaveLength(2);
  expect(delivered().filter((line) => /^operators: Channel "general" is active again/.test(line))).toHaveLength(1);
  const { body } = await world.request("GET", "/jobs/kept");
  expect(body.notifications[0].state).toBe("delivered");
  expect((await world.request("GET", "/channels")).body.channels).toEqual([
    { name: "general", kind: "slack", state: "open", lastTest: { at: expect.any(String), outcome: "delivered", answer: "ok" } },
    { name: "projects", kind: "slack", state: "open" },
  ]);
});

it("does not test a channel that the team may not use", async () => {
  const answer = await world.request("POST", "/channels/operators/test");
  expect(answer).toMatchObject({ status: 404, body: { type: "not-found" } });
  expect(world.sink.posts).toEqual([]);
});
