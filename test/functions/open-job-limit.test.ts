import { afterEach, beforeEach, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { createServices } from "../../lib/services.ts";
import { commandLineOf } from "../cases/command-line.ts";
import { KEYS, SIGNING_SECRET } from "../pages/site.ts";
import { visit } from "../pages/visit.ts";
import { addKey, KEY, startWorld, type World } from "../world.ts";

const OTHER_KEY = "sfsjw_key-of-another-team";
const TOO_MANY = { status: 422, body: { type: "too-many-open-jobs" } };

let world: World;
beforeEach(async () => {
  world = await startWorld({ SIGNING_SECRET, MAX_OPEN_JOBS: "3", POLL_SEGMENTS: "1" });
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, OTHER_KEY, "quiet");
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
});
afterEach(() => world.close());

const registerAll = (...ids: string[]) => Promise.all(ids.map((id) => world.register(id)));

/** Registers the maximum of open jobs, and lets a sweep count them. */
async function fill(): Promise<void> {
  await registerAll("a", "b", "c");
  await world.tick();
}

it("rejects a registration beyond the limit before it polls the cloud, with advice", async () => {
  await fill();
  const refused = await world.register("d");
  expect(refused).toMatchObject(TOO_MANY);
  expect(refused.body.detail).toMatch(/has 3 open jobs, and MAX_OPEN_JOBS allows 3.*Stop jobs.*ask the operators/);
  expect(world.cloud.pollCount("d")).toBe(0);
  expect((await world.request("GET", "/jobs/d")).status).toBe(404);
  expect(await world.request("POST", "/jobs?dryRun=true", { body: { jobId: "d" } })).toMatchObject(TOO_MANY);
  expect(await world.register("d", { verify: false })).toMatchObject(TOO_MANY);
});

it("counts registrations since the last sweep", async () => {
  const answers = [];
  for (const id of ["a", "b", "c", "d", "e"]) answers.push(await world.register(id));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 422, 422]);
  await world.tick();
  expect(await world.register("f")).toMatchObject(TOO_MANY);
});

it("counts no job twice, and no ended jobs, dry runs or rejected registrations", async () => {
  await registerAll("a", "b");
  for (const id of ["x", "y", "z"]) await world.request("POST", "/jobs?dryRun=true", { body: { jobId: id } });
  world.cloud.answer("ended", { status: "success" });
  world.cloud.answer("typo", () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "none" } }));
  expect((await world.register("ended")).status).toBe(201);
  expect((await world.register("typo")).status).toBe(404);
  await world.ticks(2);
  expect((await world.register("c")).status).toBe(201);
  expect(await world.register("d")).toMatchObject(TOO_MANY);
});

it("accepts registrations again once a sweep has counted fewer jobs", async () => {
  await fill();
  await world.request("DELETE", "/jobs/a");
  expect(await world.register("d")).toMatchObject(TOO_MANY);
  await world.tick();
  expect((await world.register("d")).status).toBe(201);
});

it("always changes options of an open job, but resumes a stopped job only within the limit", async () => {
  await registerAll("stopped", "b", "c");
  await world.request("DELETE", "/jobs/stopped");
  await world.tick();
  await world.register("d");
  await world.tick();
  expect(await world.register("b", { title: "new" })).toMatchObject({ status: 200, body: { title: "new" } });
  const { headers } = await world.request("GET", "/jobs/stopped");
  expect(await world.register("stopped", { title: "again" })).toMatchObject(TOO_MANY);
  expect(await world.request("GET", "/jobs/stopped")).toMatchObject({
    headers: { etag: headers.etag },
    body: { state: "stopped" },
  });
  await world.request("DELETE", "/jobs/d");
  await world.tick();
  expect(await world.register("stopped")).toMatchObject({ status: 200, body: { state: "registered" } });
  expect(await world.register("e")).toMatchObject(TOO_MANY);
});

it("does not use up the next sequence number of an operation", async () => {
  await fill();
  const share = { source: "sfs-turbo-share", shareId: "8f9bd2a4-30bd-4ab9-9ce6-1d5b3f1c4a11", operation: "extend" };
  expect(await world.request("POST", "/jobs", { body: share })).toMatchObject(TOO_MANY);
});

it("rejects single jobs of a batch", async () => {
  await registerAll("a", "b");
  await world.tick();
  const jobs = ["a", "c", "b"].map((jobId) => ({ jobId }));
  const { body } = await world.request("POST", "/jobs/batch", { body: { jobs } });
  expect(body.results.map(({ status }: { status: number }) => status)).toEqual([200, 201, 200]);
  await world.tick();
  const more = await world.request("POST", "/jobs/batch", { body: { jobs: [{ jobId: "d" }, { jobId: "a" }] } });
  expect(more.body.results).toMatchObject([{ status: 422, problem: { type: "too-many-open-jobs" } }, { status: 200 }]);
});

it("shows the error on the page", async () => {
  await fill();
  const page = await visit(world, "POST", "/register", { jobId: "d" });
  expect(page.status).toBe(422);
  expect(await page.text()).toContain("Nothing was registered. Your team has 3 open jobs");
});

it("limits each team separately", async () => {
  await fill();
  const other = await world.request("POST", "/jobs", { body: { jobId: "d" }, key: OTHER_KEY });
  expect(other.status).toBe(201);
});

it("adds up the segments of the poller", async () => {
  const { config, clock, log, metrics } = world.services;
  const table = world.table.open(clock.now);
  const services = createServices(
    { ...config, poll: { ...config.poll, segments: 2 } },
    {
      clock,
      log,
      metrics,
      table: {
        ...table,
        readSegments: async (segmentCount) => [2, 1].map((count, segment) => segmentState(segment, segmentCount, count)),
      },
    },
  );
  const answer = await createApi(services).request("/jobs", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ jobId: "d" }),
  });
  expect(answer.status).toBe(422);
});

it("reads the poller's state once in 5 s, and applies no limit if it cannot be read", async () => {
  const { config, clock, log, metrics } = world.services;
  const table = world.table.open(clock.now);
  let reads = 0;
  const failing = async () => {
    reads++;
    throw new Error("no");
  };
  const services = createServices(config, { clock, log, metrics, table: { ...table, readSegments: failing } });
  const api = createApi(services);
  const register = (jobId: string) =>
    api.request("/jobs", {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ jobId }),
    });
  for (let n = 0; n < 5; n++) expect((await register(`job-${n}`)).status).toBe(201);
  expect(reads).toBe(1);
  world.clock.advance(5_000);
  expect((await register("later")).status).toBe(201);
  expect(reads).toBe(2);
});

function segmentState(segment: number, segmentCount: number, storage: number) {
  const empty = { backlog: {}, open: {}, backOff: {}, seen: {}, failing: {}, lists: {} };
  return { segment, segmentCount, leaseUntil: 0, windowEnd: world.clock.now(), openJobs: { storage }, ...empty };
}

it("is reported by the command line", async () => {
  await fill();
  const { jobwatch } = await commandLineOf(world);
  const { exit, err } = await jobwatch(["add", "d"]);
  expect([exit, err]).toEqual([65, expect.stringContaining("Your team has 3 open jobs, and MAX_OPEN_JOBS allows 3.")]);
});
