import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { startWorld, type World } from "../world.ts";

const MINUTE = 60_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

interface Run {
  jobType?: string;
  beginTime: number;
  endTime: number;
}

function cloudTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** Registers a job that the cloud runs between these times. */
async function run(jobId: string, { jobType = "migrate_data", beginTime, endTime }: Run): Promise<void> {
  const running = { job_id: jobId, job_type: jobType, status: "running", begin_time: cloudTime(beginTime) };
  const ended = { ...running, status: "success", end_time: cloudTime(endTime) };
  world.cloud.answer(jobId, (_, now) => json(200, now < endTime ? running : ended));
  expect((await world.register(jobId)).status).toBe(201);
}

/** Tracks `count` jobs to their end after 20 minutes and up to 19 seconds. */
async function learnFrom(count: number): Promise<void> {
  const endTime = world.clock.now() + 10_000;
  for (let index = 0; index < count; index++) {
    await run(`known-${index}`, { beginTime: endTime - 20 * MINUTE - index * 1_000, endTime });
  }
  await world.tick();
  // The cached durations expire.
  world.clock.advance(5 * MINUTE);
}

async function viewOf(jobId: string) {
  return (await world.request("GET", `/jobs/${jobId}`)).body;
}

/** Milliseconds from the end to the transition that records it. */
async function delayOf(jobId: string): Promise<number> {
  const { endTime, transitions } = await viewOf(jobId);
  return Date.parse(transitions.at(-1).at) - Date.parse(endTime);
}

it("detects the end of a job sooner once 20 of its type have finished", async () => {
  await learnFrom(20);
  await world.tick();
  const beginTime = world.clock.now();
  const endTime = beginTime + 20 * MINUTE + 8_000;
  const [learned, unseen] = [[1, 2, 3].map((n) => `learned-${n}`), [1, 2, 3].map((n) => `unseen-${n}`)];
  for (const jobId of learned) await run(jobId, { beginTime, endTime });
  for (const jobId of unseen) await run(jobId, { beginTime, endTime, jobType: "never_seen" });
  await world.tick();
  world.clock.advance(17 * MINUTE);
  await world.ticks(4);
  const sum = async (ids: string[]) => (await Promise.all(ids.map(delayOf))).reduce((total, ms) => total + ms, 0);
  expect(await sum(learned)).toBeLessThanOrEqual(3 * 10_000);
  expect(await sum(learned)).toBeLessThan((await sum(unseen)) / 2);
});

it("reports a job as late by its typical duration if the team expects longer, and says so at its end", async () => {
  await learnFrom(10);
  const beginTime = world.clock.now();
  await run("slow", { beginTime, endTime: beginTime + 40 * MINUTE });
  await world.request("POST", "/jobs", { body: { jobId: "slow", expectedMinutes: 35 } });
  world.clock.advance(29 * MINUTE);
  await world.tick();
  expect((await viewOf("slow")).transitions.map(({ kind }: { kind: string }) => kind)).not.toContain("late");
  await world.ticks(2);
  const { transitions } = await viewOf("slow");
  const late = transitions.find(({ kind }: { kind: string }) => kind === "late");
  // 1.5 times 20 minutes and 18 or 19 seconds.
  expect((Date.parse(late.at) - beginTime) / MINUTE).toBeGreaterThan(30);
  expect((Date.parse(late.at) - beginTime) / MINUTE).toBeLessThan(31.5);
  world.clock.advance(9 * MINUTE);
  await world.ticks(2);
  const delivered = world.sink.messages
    .filter(({ channel }) => channel === "general")
    .map(({ payload }) => String((payload as { text?: unknown }).text))
    .slice(-2);
  expect(delivered[0]).toMatch(/late|longer/i);
  expect(delivered[1]).toMatch(/finished late after 40 min/);
});

it("reports a job as late by the expected duration if that is shorter than the typical one", async () => {
  await learnFrom(10);
  const beginTime = world.clock.now();
  await run("slow", { beginTime, endTime: beginTime + 40 * MINUTE });
  await world.request("POST", "/jobs", { body: { jobId: "slow", expectedMinutes: 7 } });
  world.clock.advance(6 * MINUTE);
  await world.ticks(3);
  const late = (await viewOf("slow")).transitions.find(({ kind }: { kind: string }) => kind === "late");
  expect((Date.parse(late.at) - beginTime) / MINUTE).toBeGreaterThanOrEqual(7);
  expect((Date.parse(late.at) - beginTime) / MINUTE).toBeLessThan(8.5);
  const delivered = world.sink.messages.filter(({ channel }) => channel === "general").map(({ rendered }) => rendered);
  expect(delivered.at(-1)).toContain("expected 7 min");
});

it("shows the expected end of a job of a known type from its registration on", async () => {
  await learnFrom(10);
  const beginTime = world.clock.now() - 5 * MINUTE;
  await run("next", { beginTime, endTime: world.clock.now() + 5_000 });
  const at = (seconds: number) => new Date(beginTime + 20 * MINUTE + seconds * 1_000).toISOString();
  expect((await viewOf("next")).expectedEnd).toEqual({ at: at(4), from: at(0), to: at(8) });
  await world.tick();
  expect(await viewOf("next")).toMatchObject({ state: "success" });
  expect(await viewOf("next")).not.toHaveProperty("expectedEnd");
});

it("counts a job once per team that tracks it, however often it is polled", async () => {
  const endTime = world.clock.now() + 10_000;
  await run("shared", { beginTime: endTime - MINUTE, endTime });
  const table = world.table.open(world.clock.now);
  const found = await table.read("job#storage#sfs-turbo-job#0123456789abcdef0123456789abcdef#shared");
  if (found?.kind !== "job") throw new Error("no job");
  await table.save({ ...found, record: { ...found.record, team: "other", version: 0 } });
  await world.ticks(2);
  expect([...world.cloud.polls].length).toBeGreaterThan(2);
  for (const team of ["storage", "other"]) {
    const { durations } = await table.readDurations({ team, source: "sfs-turbo-job", jobType: "migrate_data" });
    expect([...durations.values()]).toEqual([MINUTE]);
  }
});
