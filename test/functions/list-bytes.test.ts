import { afterAll, beforeAll, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import type { Job } from "../../lib/domain/job/job.ts";
import { MAX_CHANNELS } from "../../lib/domain/job/rules.ts";
import { type Capacity, countCapacity } from "../bench/capacity.ts";
import { fullest, LONG } from "../fullest-job.ts";
import { NOW, registered, seen } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";

// Lambda limits a response to 6 MB. Every job here is as large as the cloud and its team can make it.

const JOBS = 100;
const MAX_BYTES = 4 * 2 ** 20;

let world: World;
let take: () => Capacity;

beforeAll(async () => {
  world = await startWorld();
  const channels = Array.from({ length: MAX_CHANNELS }, (_, index) => `${index}`.padEnd(63, "c"));
  for (const name of channels) world.services.config.slackWebhooks[name] = `${world.sink.url}/services/T1/B1/${name}`;
  const { job, now } = fullest("large", channels, world.services.config.rules);
  await writeJobs(
    world.table,
    Array.from({ length: JOBS }, (_, index) => ({ ...job, jobId: `large-${index}` })),
  );
  world.clock.advance(now - NOW);
  world.cloud.answer("*", () => json(200, { status: "running", fail_reason: LONG }));
  take = countCapacity(world);
}, 120_000);
afterAll(() => world.close());

const bytesOf = (body: unknown) => Buffer.byteLength(JSON.stringify(body));
const unitsRead = () => Object.values(take().reads).reduce((sum, units) => sum + units, 0);

it("the jobs have the intended size", async () => {
  const { body } = await world.request("GET", "/jobs/large-3");
  expect(bytesOf(body)).toBeGreaterThan(220_000);
  expect(body.subJobs).toHaveLength(50);
});

it.each(["", "&state=open", "&type=share", "&label=label-0lllllllllllllllllllllllll"])(
  "a list of 100 jobs stays under 4 MB, reads little more, and returns each job once: ?limit=100%s",
  async (query) => {
    const found: string[] = [];
    let cursor = "";
    let pages = 0;
    do {
      take();
      const { status, body } = await world.request("GET", `/jobs?limit=100${query}${cursor}`);
      expect(status).toBe(200);
      expect(bytesOf(body)).toBeLessThan(MAX_BYTES);
      expect(unitsRead()).toBeLessThan(2_100);
      for (const job of body.jobs) {
        expect(job).toMatchObject({ subJobCount: 150, failReason: expect.any(String) });
        for (const name of ["subJobs", "transitions", "notifications"]) expect(job).not.toHaveProperty(name);
      }
      found.push(...body.jobs.map(({ jobId }: { jobId: string }) => jobId));
      cursor = body.next === undefined ? "" : `&cursor=${body.next}`;
      pages++;
    } while (cursor !== "");
    expect(pages).toBeGreaterThan(2);
    expect(new Set(found).size).toBe(JOBS);
    expect(found).toHaveLength(JOBS);
  },
  60_000,
);

it("the response to a batch of 25 jobs stays under 4 MB, and so does its repeat by Idempotency-Key", async () => {
  const body = { jobs: Array.from({ length: 25 }, (_, index) => ({ jobId: `large-${index}` })) };
  const headers = { "idempotency-key": "large" };
  const first = await world.request("POST", "/jobs/batch", { body, headers });
  expect(first.status).toBe(207);
  expect(first.body.results.map(({ status }: { status: number }) => status)).toEqual(Array(25).fill(200));
  expect(first.body.results[0].job).toMatchObject({ jobId: "large-0", subJobCount: expect.any(Number) });
  expect(bytesOf(first.body)).toBeGreaterThan(200_000);
  expect(bytesOf(first.body)).toBeLessThan(MAX_BYTES);
  const again = await world.request("POST", "/jobs/batch", { body, headers });
  expect(again.body).toEqual(first.body);
}, 60_000);

it("the history is paged, oldest first, from any transition", async () => {
  const transitions: Job["transitions"] = Array.from({ length: 205 }, (_, index) => ({
    ...{ n: index + 1, at: world.clock.now(), kind: "status", state: "running", reason: LONG.slice(0, 300) },
  }));
  await writeJobs(world.table, [{ ...registered("long", seen("running"), { channels: ["general"] }), transitions }]);
  const whole = (await world.request("GET", "/jobs/long")).body.transitions;
  const found: unknown[] = [];
  let cursor = "";
  do {
    const { body } = await world.request("GET", `/jobs/long/transitions?limit=100${cursor}`);
    expect(body.transitions.length).toBeLessThanOrEqual(100);
    found.push(...body.transitions);
    cursor = body.next === undefined ? "" : `&cursor=${body.next}`;
  } while (cursor !== "");
  expect(found).toEqual(whole);
  expect(found).toHaveLength(205);
  const page = async (query: string) => (await world.request("GET", `/jobs/long/transitions${query}`)).body;
  expect((await page("")).transitions).toHaveLength(20);
  expect((await page("?cursor=203")).transitions.map(({ n }: { n: number }) => n)).toEqual([204, 205]);
  expect(await page("?cursor=205")).toEqual({ transitions: [] });
  expect(await page("?cursor=999999")).toEqual({ transitions: [] });
});

it.each(["cursor=x", "cursor=-1", "cursor=1.5", "cursor=", "limit=0", "limit=101", "state=open"])(
  "rejects /transitions?%s",
  async (query) => {
    expect((await world.request("GET", `/jobs/large-1/transitions?${query}`, { isWrong: true })).status).toBe(422);
  },
);

it("returns 404 for the history of a job that the team has not registered", async () => {
  expect((await world.request("GET", "/jobs/nobodys/transitions")).body).toMatchObject({ type: "unknown-job", status: 404 });
});
