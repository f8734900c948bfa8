import { expect, it } from "vitest";
import { startWorld } from "../world.ts";

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
