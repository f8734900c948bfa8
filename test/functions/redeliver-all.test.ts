import { afterEach, beforeEach, expect, it } from "vitest";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

const OTHER_PROJECT = "f".repeat(32);
const OF_PROJECTS = "sfsjw_channel-projects";
const OF_OTHER_PROJECT = "sfsjw_other-project";
const OF_OTHERS = "sfsjw_of-others";
const READER = "sfsjw_reader";

let world: World;
beforeEach(async () => {
  world = await startWorld({ ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER_PROJECT}` });
  await addKey(world.table, OF_PROJECTS, "storage", { channels: ["projects"] });
  await addKey(world.table, OF_OTHER_PROJECT, "storage", { projects: [OTHER_PROJECT] });
  await addKey(world.table, OF_OTHERS, "others");
  await addKey(world.table, READER, "storage", { readOnly: true });
});
afterEach(() => world.close());

const redeliver = (body: Record<string, unknown> = {}, key?: string) =>
  world.request("POST", "/redeliver", { body: { since: "2026-11-23T00:00:00Z", ...body }, ...(key && { key }) });
const statesOf = async (id: string) =>
  (await world.request("GET", `/jobs/${id}`)).body.notifications.map(({ state }: { state: string }) => state);

/** Both channels are dead for so long that the notifications of all jobs expire. */
async function expire(jobs: number, more: Record<string, unknown> = {}): Promise<void> {
  world.cloud.answer("*", { status: "success" });
  world.sink.answer(() => ({ status: 404, body: "no_service" }));
  for (let job = 0; job < jobs; job++) await world.register(`job-${job}`, { channels: ["general", "projects"], ...more });
  await world.tick();
  world.clock.advance(15 * 86_400_000);
  await world.ticks(3);
  world.sink.answer(undefined);
}

it("delivers everything that expired since a time, in parts, each once", async () => {
  await expire(30);
  const first = await redeliver();
  expect(first).toMatchObject({ status: 200, body: { jobs: 25, notifications: 50 } });
  const second = await redeliver({ cursor: first.body.next });
  expect(second.body).toEqual({ jobs: 5, notifications: 10 });
  expect((await redeliver()).body).toEqual({ jobs: 0, notifications: 0 });
  for (const name of ["general", "projects"]) await world.request("POST", `/channels/${name}/test`);
  await world.ticks(3);
  expect(await statesOf("job-29")).toEqual(["delivered", "delivered"]);
  expect(await statesOf("job-0")).toEqual(["delivered", "delivered"]);
});

it("leaves what expired before, other channels and other teams alone", async () => {
  await expire(1);
  expect((await redeliver({ since: new Date(world.clock.now()).toISOString() })).body).toEqual({ jobs: 0, notifications: 0 });
  expect((await redeliver({}, OF_OTHERS)).body).toEqual({ jobs: 0, notifications: 0 });
  expect((await redeliver({}, OF_OTHER_PROJECT)).body).toEqual({ jobs: 0, notifications: 0 });
  expect((await redeliver({}, OF_PROJECTS)).body).toEqual({ jobs: 1, notifications: 1 });
  expect(await statesOf("job-0")).toEqual(["expired", "pending"]);
  expect((await redeliver({ channel: "general" })).body).toEqual({ jobs: 1, notifications: 1 });
});

it("rejects what it cannot do", async () => {
  expect((await redeliver({}, READER)).status).toBe(403);
  expect((await redeliver({ channel: "general" }, OF_PROJECTS)).status).toBe(403);
  const pointerOf = async (body: Record<string, unknown>) => (await redeliver(body)).body.errors[0].pointer;
  expect(await pointerOf({ channel: "nowhere" })).toBe("/channel");
  expect(await pointerOf({ since: "2026-11-23T12:00:01Z" })).toBe("/since");
  expect(await pointerOf({ since: "yesterday" })).toBe("/since");
  expect(await pointerOf({ cursor: "abc" })).toBe("/cursor");
});
