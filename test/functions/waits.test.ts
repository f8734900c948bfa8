import { afterEach, beforeEach, expect, it } from "vitest";
import { waitForJob } from "../../lib/jobs/wait-for-job.ts";
import { PROJECT } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
  await world.register("a");
});
afterEach(() => world.close());

const get = (headers: Record<string, string> = {}) => world.request("GET", "/jobs/a", { headers });

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const began = world.clock.now();
  const result = await work();
  return { result, seconds: (world.clock.now() - began) / 1_000 };
}

/** Runs `work` after this many seconds of virtual time. */
async function later(seconds: number, work: () => Promise<unknown>): Promise<void> {
  await world.clock.sleep(seconds * 1_000);
  await work();
}

const end = async () => {
  world.cloud.answer("a", { status: "success" });
  await world.request("POST", "/jobs/a/refresh");
};

it("returns 304 without a body while the job is unchanged", async () => {
  const { etag = "" } = (await get()).headers;
  for (const tags of [etag, `W/${etag}`, `"0", ${etag}`, "*"]) {
    const same = await get({ "if-none-match": tags });
    expect(same).toMatchObject({ status: 304, body: "", headers: { etag } });
  }
  await world.request("PATCH", "/jobs/a", { body: { title: "new" } });
  expect(await get({ "if-none-match": etag })).toMatchObject({ status: 200, body: { title: "new" } });
});

it("waits until the job has ended, and responds within a second", async () => {
  const [{ result, seconds }] = await Promise.all([timed(() => get({ prefer: "wait=20" })), later(7, end)]);
  expect(result).toMatchObject({ status: 200, body: { state: "success" }, headers: { "preference-applied": "wait=20" } });
  expect(seconds).toBeGreaterThanOrEqual(7);
  expect(seconds).toBeLessThanOrEqual(8);
});

it("waits until the job differs from If-None-Match, whether it has ended or not", async () => {
  const { etag = "" } = (await get()).headers;
  const change = () => world.request("PATCH", "/jobs/a", { body: { title: "new" } });
  const wait = () => get({ prefer: "respond-async, wait=20", "if-none-match": etag });
  const [{ result, seconds }] = await Promise.all([timed(wait), later(3, change)]);
  expect(result).toMatchObject({ status: 200, body: { title: "new", state: "running" } });
  expect(seconds).toBeLessThanOrEqual(4);
  expect((await timed(wait)).seconds).toBe(0);
});

it.each([
  { name: "200 and the job", headers: {}, status: 200 },
  { name: "304 with If-None-Match", headers: { "if-none-match": '"1"' }, status: 304 },
])("ends a wait without changes after its time with $name", async ({ headers, status }) => {
  const { result, seconds } = await timed(() => get({ prefer: "wait=5", ...headers }));
  expect(result).toMatchObject({ status, headers: { "preference-applied": "wait=5" } });
  expect(seconds).toBe(5);
});

it.each([
  { name: "more than 25 s", prefer: "wait=600", seconds: 25, applied: "wait=25" },
  { name: "none", prefer: "wait=0", seconds: 0, applied: "wait=0" },
  { name: "half a second", prefer: "wait=0.5", seconds: 0, applied: undefined },
  { name: "less than nothing", prefer: "wait=-1", seconds: 0, applied: undefined },
  { name: "something else", prefer: "return=minimal", seconds: 0, applied: undefined },
])("handles a wait of $name", async ({ prefer, seconds: most, applied }) => {
  const { result, seconds } = await timed(() => get({ prefer }));
  expect(result.status).toBe(200);
  expect(seconds).toBe(most);
  expect(result.headers["preference-applied"]).toBe(applied);
});

it("reads little while it waits, and writes only its permit", async () => {
  let eventualReads = 0;
  const { table } = world.services;
  const readEventuallyConsistent: typeof table.readEventuallyConsistent = (pk) => {
    eventualReads += 1;
    return table.readEventuallyConsistent(pk);
  };
  const pk = `job#storage#sfs-turbo-job#${PROJECT}#a`;
  await waitForJob(
    { ...world.services, table: { ...table, readEventuallyConsistent } },
    { pk, team: "storage", waitMs: 25_000 },
    () => false,
  );
  expect(eventualReads).toBeLessThanOrEqual(43);
  expect((await get()).headers.etag).toBe('"1"');
});

it("allows three waits per team over all instances; a fourth returns immediately, and permits are released", async () => {
  const waits = await Promise.all([1, 2, 3, 4].map(() => timed(() => get({ prefer: "wait=10" }))));
  const applied = waits.filter(({ result }) => result.headers["preference-applied"]);
  expect(applied).toHaveLength(3);
  expect(waits.every(({ result }) => result.status === 200)).toBe(true);
  const again = await Promise.all([1, 2, 3].map(() => get({ prefer: "wait=10" })));
  expect(again.every(({ headers }) => headers["preference-applied"] === "wait=10")).toBe(true);
});

it("releases the permits of waits that died", async () => {
  const { table, clock } = world.services;
  for (const permit of [0, 1, 2])
    await table.takeLease({ pk: `limit#storage#wait#${permit}`, owner: "dead", until: clock.now() + 30_000 });
  expect((await get({ prefer: "wait=5" })).headers["preference-applied"]).toBeUndefined();
  world.clock.advance(30_000);
  expect((await get({ prefer: "wait=5" })).headers["preference-applied"]).toBe("wait=5");
});
