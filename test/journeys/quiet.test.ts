import { afterEach, expect, it } from "vitest";
import { countCalls } from "../count-calls.ts";
import { startWorld, type World } from "../world.ts";
import { deliveredToTeams, registerEnded } from "./ended-jobs.ts";

// 08:00 in Berlin is 07:00 UTC; the tests start five minutes earlier.
const MORNING = Date.parse("2026-11-24T07:00:00Z");
const QUIET = { from: "18:00", to: "08:00", timeZone: "Europe/Berlin" };
const MINUTE = 60_000;

let world: World;
afterEach(() => world.close());

async function startNight(quiet: object = QUIET): Promise<void> {
  const channels = { general: { quiet, notifyOn: ["started", "succeeded", "failed"] } };
  world = await startWorld({ CHANNELS: JSON.stringify(channels) }, MORNING - 5 * MINUTE);
}

const delivered = () => deliveredToTeams(world);
const toMorning = async () => {
  world.clock.advance(MORNING - world.clock.now() + 1_000);
  await world.tick();
};

const finish = (jobId: string, answer?: Record<string, string>, more?: object) => registerEnded(world, jobId, answer, more);

it("holds successes during quiet hours without reading them again, and sends them afterwards as one roll-up", async () => {
  await startNight();
  for (const jobId of ["first", "second", "third"]) await finish(jobId);
  await world.tick();
  const calls = countCalls(world);
  await world.tick();
  expect(Object.fromEntries(calls)).toEqual({ UpdateItemCommand: 2, ScanCommand: 1 });
  expect(delivered()).toEqual([]);
  expect((await world.request("GET", "/health")).body).toMatchObject({ status: "ok", oldestPendingNotificationSeconds: 0 });
  expect((await world.request("GET", "/jobs/first")).body.notifications).toEqual([
    expect.objectContaining({ state: "pending" }),
  ]);
  await toMorning();
  // The engine of the table decides which of the three is first.
  const rollUp = /^general: During quiet hours, SFS Turbo job "(first|second|third)" finished, and 2 more jobs finished$/;
  expect(delivered()).toEqual([expect.stringMatching(rollUp)]);
  expect((await world.request("GET", "/jobs/first")).body.notifications).toEqual([
    expect.objectContaining({ state: "delivered" }),
  ]);
});

it("sends a failure at once, after the held notifications of the same job, and nothing else", async () => {
  await startNight();
  await finish("good");
  world.cloud.answer("bad", { status: "running" });
  await world.register("bad");
  await world.tick();
  expect(delivered()).toEqual([]);
  world.cloud.answer("bad", { status: "failed", fail_reason: "sold out" });
  await world.tick();
  expect(delivered()).toEqual([expect.stringMatching(/^general: .*"bad" failed: sold out/)]);
  const lines = world.sink.messages[0]?.rendered.split("\n").filter((line) => line.includes('"bad"')) ?? [];
  expect(lines.map((line) => line.trim().split(" ", 1)[0])).toEqual(["SFS", "Running", "Failed"]);
  expect(world.sink.messages[0]?.rendered).not.toContain('"good"');
});

it("holds nothing in another channel of the same job", async () => {
  await startNight();
  await finish("both", { status: "success" }, { channels: ["general", "projects"] });
  await world.tick();
  expect(delivered()).toEqual(['projects: SFS Turbo job "both" finished']);
  await toMorning();
  expect(delivered()).toHaveLength(2);
});

it("counts the delay of held notifications from the end of quiet hours, so that a short outage of Slack raises no alarm", async () => {
  await startNight();
  await finish("held");
  await world.tick();
  world.sink.answer(() => ({ status: 503, body: "busy" }));
  await toMorning();
  const { body } = await world.request("GET", "/health");
  expect(body.oldestPendingNotificationSeconds).toBeGreaterThan(0);
  expect(body.oldestPendingNotificationSeconds).toBeLessThan(120);
});

it("sends held notifications at once if the quiet hours are removed", async () => {
  await startNight();
  await finish("held");
  await world.tick();
  delete world.services.config.channels.general?.quiet;
  await world.tick();
  expect(delivered()).toEqual(['general: SFS Turbo job "held" finished']);
});
