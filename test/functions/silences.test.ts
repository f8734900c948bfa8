import { afterEach, beforeEach, expect, it } from "vitest";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

const READER = "sfsjw_reader";
const OF_CHANNELS = "sfsjw_channel-projects";
const OF_PROJECT = "sfsjw_of-project";
const OF_OTHERS = "sfsjw_of-others";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await addKey(world.table, READER, "storage", { readOnly: true });
  await addKey(world.table, OF_CHANNELS, "storage", { channels: ["projects"] });
  await addKey(world.table, OF_PROJECT, "storage", { projects: [PROJECT] });
  await addKey(world.table, OF_OTHERS, "others");
});
afterEach(() => world.close());

const inMinutes = (minutes: number) => new Date(world.clock.now() + minutes * 60_000).toISOString();
const silence = (body: Record<string, unknown>, key?: string) =>
  world.request("POST", "/silences", { body: { until: inMinutes(60), ...body }, ...(key && { key }) });
const list = async (key?: string) => (await world.request("GET", "/silences", { ...(key && { key }) })).body.silences;
const headings = () => world.sink.messages.map(({ rendered }) => rendered.split("\n")[0] ?? "");
const DEV = { labels: { env: "dev" } };
const failsWith = (error_code: string) => ({ status: "failed", error_code, fail_reason: "no quota" });

it("suppresses what can wait, of each job with the labels, and delivers failures", async () => {
  world.cloud.answer("*", { status: "running" });
  for (const id of ["dev-ok", "dev-bad"]) await world.register(id, DEV);
  await world.register("prod-ok", { labels: { env: "prod" } });
  const { status, body } = await silence({ ...DEV, reason: "load test" });
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { ...DEV, until: inMinutes(60), by: "test", reason: "load test" },
  });
  expect(await list()).toEqual([body]);
  world.cloud.answer("*", { status: "success" });
  world.cloud.answer("dev-bad", failsWith("SFS.0001"));
  await world.register("dev-new", DEV);
  await world.ticks(2);
  expect(headings().join()).toMatch(/dev-bad/);
  expect(headings().join()).toMatch(/prod-ok/);
  expect(headings().join()).not.toMatch(/dev-ok|dev-new/);
  expect((await world.request("GET", "/jobs/dev-ok")).body).toMatchObject({ state: "success", notifications: [] });
});

it("suppresses failures with an error code, of the job or of a sub job, and no others", async () => {
  await silence({ errorCode: "SFS.0001" });
  world.cloud.answer("*", { status: "running" });
  for (const id of ["known", "by-step", "other", "refreshed"]) await world.register(id);
  const step = { job_id: "s", job_type: "create_volume", status: "failed", error_code: "SFS.0001" };
  for (const id of ["known", "refreshed"]) world.cloud.answer(id, failsWith("SFS.0001"));
  world.cloud.answer("by-step", { ...failsWith("SFS.0009"), sub_jobs: [step] });
  world.cloud.answer("other", failsWith("SFS.0002"));
  expect((await world.request("POST", "/jobs/refreshed/refresh")).body).toMatchObject({ state: "failed", notifications: [] });
  await world.register("at-once", {});
  world.cloud.answer("at-once", failsWith("SFS.0001"));
  await world.ticks(2);
  expect(headings()).toEqual([expect.stringContaining("other")]);
});

it("ends at its time, or when it is deleted", async () => {
  world.cloud.answer("*", { status: "running" });
  const { body } = await silence(DEV);
  await silence({ labels: { env: "test" }, until: inMinutes(3) });
  await world.register("a", DEV);
  await world.register("b", { labels: { env: "test" } });
  await world.ticks(4);
  expect(await list()).toEqual([body]);
  expect((await world.request("DELETE", `/silences/${body.silenceId}`)).body).toEqual(body);
  expect((await world.request("DELETE", `/silences/${body.silenceId}`)).status).toBe(404);
  expect(await list()).toEqual([]);
  world.cloud.answer("*", { status: "success" });
  await world.ticks(2);
  expect(world.sink.messages.map(({ rendered }) => rendered).join()).toMatch(/a.*b/s);
});

it("is silenced for a channel that is added after the end", async () => {
  world.cloud.answer("a", { status: "success" });
  await world.register("a", { ...DEV, channels: ["general"] });
  await silence(DEV);
  await world.request("PATCH", "/jobs/a", { body: { channels: ["general", "projects"] } });
  await world.register("a", { channels: ["operators", "projects"] }).catch(() => undefined);
  await world.ticks(2);
  expect(world.sink.messages.map(({ channel }) => channel)).toEqual(["general"]);
});

it("belongs to one team, and only to keys for all of its jobs", async () => {
  const { body } = await silence(DEV);
  expect(await list(OF_OTHERS)).toEqual([]);
  expect((await world.request("DELETE", `/silences/${body.silenceId}`, { key: OF_OTHERS })).status).toBe(404);
  for (const key of [READER, OF_CHANNELS, OF_PROJECT]) {
    expect(await list(key)).toEqual([body]);
    expect((await silence(DEV, key)).status).toBe(403);
    expect((await world.request("DELETE", `/silences/${body.silenceId}`, { key })).status).toBe(403);
  }
  world.cloud.answer("theirs", { status: "success" });
  await world.request("POST", "/jobs", { body: { jobId: "theirs", ...DEV }, key: OF_OTHERS });
  await world.tick();
  expect(world.sink.messages).toHaveLength(1);
});

it("rejects what matches everything, what lasts too long, and the 21st", async () => {
  const pointerOf = async (body: Record<string, unknown>) => (await silence(body)).body.errors[0].pointer;
  expect(await pointerOf({})).toBe("/labels");
  expect(await pointerOf({ labels: {} })).toBe("/labels");
  expect(await pointerOf({ errorCode: "a b" })).toBe("/errorCode");
  expect(await pointerOf({ ...DEV, until: "2026-12-24T12:00:00Z" })).toBe("/until");
  for (let nth = 0; nth < 20; nth++) expect((await silence({ labels: { nth: String(nth) } })).status).toBe(201);
  expect(await silence(DEV)).toMatchObject({ status: 422, body: { type: "too-many-silences" } });
  await world.ticks(61);
  expect((await silence(DEV)).status).toBe(201);
});
