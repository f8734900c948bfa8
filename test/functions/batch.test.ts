import { afterEach, beforeEach, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { NOW } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const batch = (jobs: unknown[], headers = {}) => world.request("POST", "/jobs/batch", { body: { jobs }, headers });

it("returns one result per job in the same order, and a bad job does not affect the others", async () => {
  world.cloud.startJob("succeeds", { jobId: "good" });
  world.cloud.answer("away", () => ({ status: 503, body: "" }));
  const { status, body } = await batch([
    { jobId: "good", title: "first" },
    { jobId: "never-known" },
    { jobId: "..", title: "" },
    "not a job",
    { job_id: "away" },
    { jobId: "good2", channels: ["nowhere"] },
    { jobId: "later", verify: false },
  ]);
  expect(status).toBe(207);
  const { results } = body;
  expect(results.map((result: { status: number }) => result.status)).toEqual([201, 404, 422, 422, 202, 422, 201]);
  expect(results[0].job).toMatchObject({ jobId: "good", title: "first", state: "waiting" });
  expect(results[1].problem).toMatchObject({ type: "unknown-job", status: 404 });
  expect(results[2].problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/jobs/2/jobId",
    "/jobs/2/title",
  ]);
  expect(results[3].problem.errors).toMatchObject([{ pointer: "/jobs/3" }]);
  expect(results[5].problem.errors).toMatchObject([{ pointer: "/jobs/5/channels/0" }]);
  expect((await world.request("GET", "/jobs")).body.jobs).toHaveLength(3);
});

it("makes one job of a duplicate, with the last options", async () => {
  // The cloud knows the job a moment later, so the first registration takes longer.
  const unknown = { status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } };
  world.cloud.answer("twice", (poll) => (poll === 1 ? unknown : { status: 200, body: { job_id: "twice", status: "running" } }));
  const { body } = await batch([
    { jobId: "twice", title: "one", channels: ["general"] },
    { jobId: "twice", title: "two", channels: ["projects"] },
  ]);
  expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 200]);
  expect((await world.request("GET", "/jobs")).body.jobs).toHaveLength(1);
  expect((await world.request("GET", "/jobs/twice")).body).toMatchObject({
    ...{ title: "two", channels: ["general", "projects"] },
    transitions: [{ n: 1 }, { n: 2 }, { kind: "changed" }],
  });
});

it("ends before the gateway's timeout: 25 jobs that take 3 s each take 6 s", async () => {
  world.cloud.answer("*", () => ({ status: 404, body: { errCode: "SFS.TURBO.0001", errMsg: "no such job" } }));
  const ids = Array.from({ length: 25 }, (_, index) => ({ jobId: `job-${index}` }));
  const { body } = await batch(ids);
  expect(body.results.map((result: { status: number }) => result.status)).toEqual(ids.map(() => 404));
  expect(world.clock.now() - NOW).toBeLessThan(7_000);
});

it("starts no registration after 7 s, and answers the others with 503", async () => {
  const { cloud, clock } = world.services;
  const slow: typeof cloud = {
    ...cloud,
    poll: async () => {
      await clock.sleep(8_000);
      return { kind: "unreachable", cause: "unavailable", reason: "slow" };
    },
  };
  const api = createApi({ ...world.services, cloud: slow });
  const answer = await api.request("/jobs/batch", {
    method: "POST",
    headers: { authorization: "Bearer sfsjw_test-key-of-team-storage", "content-type": "application/json" },
    body: JSON.stringify({ jobs: Array.from({ length: 25 }, (_, index) => ({ jobId: `job-${index}` })) }),
  });
  const { results } = (await answer.json()) as { results: { status: number }[] };
  expect(new Set(results.slice(0, 13).map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(results.slice(13).map(({ status }) => status))).toEqual(new Set([503]));
});

it.each([
  { name: "no jobs", jobs: [], pointer: "/jobs" },
  { name: "more than 25 jobs", jobs: Array.from({ length: 26 }, () => ({ jobId: "a" })), pointer: "/jobs" },
])("rejects the whole batch for $name", async ({ jobs, pointer }) => {
  expect(await batch(jobs)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
});

it("accepts 128 KB, on this route only", async () => {
  const jobs = Array.from({ length: 25 }, (_, index) => ({ jobId: `a${index}`, title: "x".repeat(120), labels: manyLabels() }));
  expect(JSON.stringify(jobs).length).toBeGreaterThan(32 * 1024);
  expect((await batch(jobs)).status).toBe(207);
  const padded = `${JSON.stringify({ jobs: [{ jobId: "a" }] })}${" ".repeat(128 * 1024)}`;
  expect(await world.request("POST", "/jobs/batch", { raw: padded })).toMatchObject({
    status: 413,
    body: { type: "body-too-large" },
  });
  expect((await world.request("POST", "/jobs", { raw: padded.slice(0, 17_000) })).status).toBe(413);
});

it("counts each job as one request of the team", async () => {
  const poor = await startWorld({ REQUESTS_PER_MINUTE: "120" });
  poor.cloud.answer("*", { status: "running" });
  const jobs = Array.from({ length: 20 }, () => ({ jobId: "a" }));
  expect((await poor.request("POST", "/jobs/batch", { body: { jobs } })).status).toBe(207);
  expect((await poor.request("POST", "/jobs/batch", { body: { jobs } })).status).toBe(207);
  expect((await poor.request("GET", "/jobs")).status).toBe(429);
  await poor.close();
});

it("accepts a batch with more jobs than the burst, if the team has sent nothing else", async () => {
  const poor = await startWorld({ REQUESTS_PER_MINUTE: "6" });
  const jobs = Array.from({ length: 25 }, () => ({ jobId: "a" }));
  expect((await poor.request("POST", "/jobs/batch", { body: { jobs } })).status).toBe(207);
  const refused = await poor.request("POST", "/jobs/batch", { body: { jobs } });
  expect(refused).toMatchObject({ status: 429, body: { type: "too-many-requests" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(200);
  await poor.close();
});

function manyLabels(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`label-${index}`, "y".repeat(120)]));
}
