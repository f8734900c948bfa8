import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ CHANNELS: JSON.stringify({ projects: { teams: ["backup"] } }) });
  await addKey(world.table, "sfsjw_read-only", "storage", { readOnly: true });
});
afterAll(() => world.close());

async function items(): Promise<number> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return Items.length;
}

it("row 49: makes one job of 100 concurrent registrations, with equal responses", async () => {
  const jobId = world.cloud.startJob("slow");
  const before = await items();
  const answers = await Promise.all(Array.from({ length: 100 }, () => world.register(jobId)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await items()).toBe(before + 1);
});

it("accepts ids in the cloud's spelling", async () => {
  const job_id = world.cloud.startJob("slow");
  const answer = await world.request("POST", "/jobs", { body: { job_id, project_id: PROJECT.toUpperCase() } });
  expect(answer).toMatchObject({ status: 201, body: { jobId: job_id, projectId: PROJECT, channels: ["general"] } });
});

it("polls again after a second if the cloud does not know a new job yet", async () => {
  world.cloud.answer("young", (poll) =>
    poll === 1 ? json(404, { errCode: "SFS.TURBO.0019" }) : json(200, { status: "waiting" }),
  );
  expect(await world.register("young")).toMatchObject({ status: 201, body: { state: "waiting" } });
});

it("rejects a job that the cloud does not know, unless verify is false", async () => {
  const before = await items();
  const refused = await world.register("typo");
  expect(refused).toMatchObject({ status: 404, body: { type: "unknown-job" } });
  expect(refused.body.detail).toContain("SFS.TURBO.0019");
  expect(await items()).toBe(before);
  expect(await world.register("typo", { verify: false })).toMatchObject({ status: 201, body: { state: "registered" } });
});

it("adds channels and replaces options on a repeat, and writes nothing if nothing changes", async () => {
  const jobId = world.cloud.startJob("slow");
  await world.register(jobId, { title: "one", expectedMinutes: 30 });
  const repeated = await world.register(jobId, { title: "two", channels: ["general"] });
  expect(repeated).toMatchObject({ status: 200, body: { title: "two", expectedMinutes: 30, channels: ["general"] } });
  const { headers } = await world.request("GET", `/jobs/${jobId}`);
  await world.register(jobId);
  expect((await world.request("GET", `/jobs/${jobId}`)).headers.etag).toBe(headers.etag);
});

it("stops tracking, gives a repeat the same response, and resumes on registration", async () => {
  const jobId = world.cloud.startJob("slow");
  await world.register(jobId);
  const stopped = await world.request("DELETE", `/jobs/${jobId}`);
  expect(stopped).toMatchObject({ status: 200, body: { state: "stopped", notifications: [] } });
  expect((await world.request("DELETE", `/jobs/${jobId}`)).body).toEqual(stopped.body);
  expect(await world.register(jobId)).toMatchObject({ status: 200, body: { state: "registered" } });
  await world.tick();
  expect((await world.request("GET", `/jobs/${jobId}`)).body.state).toBe("running");
});

it("rejects writes with a read-only key", async () => {
  const jobId = world.cloud.startJob("slow");
  await world.register(jobId);
  const options = { key: "sfsjw_read-only" };
  expect(await world.request("GET", `/jobs/${jobId}`, options)).toMatchObject({ status: 200 });
  expect(await world.request("DELETE", `/jobs/${jobId}`, options)).toMatchObject({ status: 403, body: { type: "forbidden" } });
  expect(await world.request("POST", "/jobs", { ...options, body: { jobId } })).toMatchObject({ status: 403 });
});

it("returns no job of another team", async () => {
  const jobId = world.cloud.startJob("slow");
  await world.register(jobId);
  await addKey(world.table, "sfsjw_backup", "backup");
  const other = { key: "sfsjw_backup" };
  const unknown = await world.request("GET", "/jobs/never-registered", other);
  for (const method of ["GET", "DELETE"]) {
    const answer = await world.request(method, `/jobs/${jobId}`, other);
    expect(answer).toMatchObject({ status: 404, body: unknown.body });
  }
  expect((await world.request("GET", "/jobs", other)).body).toEqual({ jobs: [] });
});

it("lists jobs newest first, by state, page by page", async () => {
  const open = await world.request("GET", "/jobs?state=open&limit=3");
  expect(open.body.jobs).toHaveLength(3);
  expect(open.body.next).toBeTypeOf("string");
  const second = await world.request("GET", `/jobs?state=open&limit=3&cursor=${open.body.next}`);
  expect(second.body.jobs.map((job: { jobId: string }) => job.jobId)).not.toContain(open.body.jobs[0].jobId);
  expect((await world.request("GET", "/jobs?state=lost")).body.jobs).toEqual([]);
});
