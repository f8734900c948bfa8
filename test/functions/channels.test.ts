import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

it("shows whether a channel is open, backing off or suspended", async () => {
  const world = await startWorld();
  world.cloud.answer("*", { status: "success" });
  const answers = {
    general: { status: 429, body: "", headers: { "retry-after": "120" } },
    projects: { status: 404, body: "no_service" },
  };
  world.sink.answer((_, _payload, channel) => answers[channel as keyof typeof answers]);
  const states = async () => (await world.request("GET", "/channels")).body.channels;
  expect(await states()).toEqual([
    { name: "general", kind: "slack", state: "open" },
    { name: "projects", kind: "slack", state: "open" },
  ]);
  await world.register("a", { channels: ["general", "projects"] });
  const began = world.clock.now();
  await world.tick();
  const [general, projects] = await states();
  expect(general).toMatchObject({ name: "general", state: "backing-off" });
  expect(Date.parse(general.nextSendAt)).toBeGreaterThanOrEqual(began + 120_000);
  expect(projects).toMatchObject({ name: "projects", state: "suspended", reason: expect.stringContaining("no_service") });
  world.clock.advance(120_000);
  expect((await states())[0]).toEqual({ name: "general", kind: "slack", state: "open" });
  await world.close();
});

describe("a test message", () => {
  const test = (world: World, channel = "general") => world.request("POST", `/channels/${channel}/test`);
  const gaps = (world: World) => world.sink.posts.slice(1).map(({ at }, index) => at - (world.sink.posts[index]?.at ?? 0));
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it("of several at once waits a second after the previous one, or gets 429 with Retry-After", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => test(world)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    const rejected = answers.find(({ status }) => status === 429);
    expect(rejected?.headers["retry-after"]).toMatch(/^[1-3]$/);
    expect(rejected?.body.detail).toMatch(/was not sent. Try again in \d s\.$/);
    expect(world.sink.posts).toHaveLength(3);
    for (const gap of gaps(world)) expect(gap).toBeGreaterThanOrEqual(1_000);
  });

  it("keeps the distance to a notification before it, and to one after it", async () => {
    // It keeps the tick running.
    world.cloud.answer("open", { status: "running" });
    await world.register("open");
    world.cloud.answer("first", { status: "success" });
    await world.register("first");
    const tick = world.tick();
    await new Promise<void>((resolve) => world.sink.answer(() => void resolve()));
    world.cloud.answer("second", { status: "success" });
    await Promise.all([test(world), world.register("second"), tick]);
    await Promise.all([test(world), world.tick()]);
    const texts = world.sink.posts.map(({ payload }) => JSON.stringify(payload));
    expect(texts.slice(0, 2)).toEqual([expect.stringContaining("first"), expect.stringContaining("Test message")]);
    expect(texts.filter((text) => text.includes("Test message"))).toHaveLength(2);
    expect(texts.filter((text) => text.includes("second"))).toHaveLength(1);
    expect(gaps(world)[0]).toBeLessThan(3_000);
    for (const gap of gaps(world)) expect(gap).toBeGreaterThanOrEqual(1_000);
  });

  it("is not sent before the end of the pause that Slack asked for", async () => {
    world.sink.answer([{ status: 429, body: "", headers: { "retry-after": "120" } }]);
    expect((await test(world)).body).toEqual({ outcome: "throttled" });
    expect(await test(world)).toMatchObject({ status: 429, headers: { "retry-after": "120" } });
    expect((await test(world, "projects")).status).toBe(200);
    world.clock.advance(120_000);
    expect((await test(world)).body).toEqual({ outcome: "delivered" });
    expect(world.sink.posts.map(({ channel }) => channel)).toEqual(["general", "projects", "general"]);
  });

  it("is shown with its result and Slack's answer by GET /channels", async () => {
    const general = async () => (await world.request("GET", "/channels")).body.channels[0];
    world.sink.answer([{ status: 404, body: "no_service" }]);
    const at = new Date(world.clock.now()).toISOString();
    await test(world);
    expect(await general()).toMatchObject({ state: "suspended", lastTest: { at, outcome: "dead", answer: "no_service" } });
    world.clock.advance(5_000);
    await test(world);
    const later = new Date(world.clock.now()).toISOString();
    expect(await general()).toEqual({
      ...{ name: "general", kind: "slack", state: "open" },
      lastTest: { at: later, outcome: "delivered", answer: "ok" },
    });
  });
});
