import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

const OTHER = "f".repeat(32);
const KEYS = {
  whole: "sfsjw_whole-team",
  channels: "sfsjw_projects-then-general",
  projects: "sfsjw_other-project",
  operator: "sfsjw_operator",
  narrowOperator: "sfsjw_narrow-operator",
  reader: "sfsjw_reader",
  nowhere: "sfsjw_nowhere",
};

let world: World;
beforeAll(async () => {
  world = await startWorld({ ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER}` });
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, KEYS.whole, "storage");
  await addKey(world.table, KEYS.channels, "storage", { channels: ["projects"] });
  await addKey(world.table, KEYS.projects, "storage", { projects: [OTHER] });
  await addKey(world.table, KEYS.operator, "operations", { operator: true });
  await addKey(world.table, KEYS.narrowOperator, "operations", { operator: true, channels: ["operators"] });
  await addKey(world.table, KEYS.reader, "storage", { readOnly: true, projects: [PROJECT] });
  await addKey(world.table, KEYS.nowhere, "storage", { channels: ["gone"], projects: ["0".repeat(32)] });
});
afterAll(() => world.close());

async function request(method: string, path: string, key: string, body?: Record<string, unknown>) {
  return await world.request(method, path, { key, ...(body && { body }) });
}

async function channelsSeenBy(key: string): Promise<string[]> {
  return (await request("GET", "/channels", key)).body.channels.map(({ name }: { name: string }) => name);
}

async function jobsSeenBy(key: string, query = ""): Promise<string[]> {
  const { body } = await request("GET", `/jobs${query}`, key);
  return body.jobs.map(({ jobId }: { jobId: string }) => jobId);
}

it("limits listing, testing and naming to the key's channels", async () => {
  expect(await channelsSeenBy(KEYS.whole)).toEqual(["general", "projects"]);
  expect(await channelsSeenBy(KEYS.channels)).toEqual(["projects"]);
  expect((await request("POST", "/channels/projects/test", KEYS.channels)).status).toBe(200);
  const refused = await request("POST", "/channels/general/test", KEYS.channels);
  expect(refused).toMatchObject({ status: 404, body: (await request("POST", "/channels/none/test", KEYS.channels)).body });
  const named = await request("POST", "/jobs", KEYS.channels, { jobId: "named", channels: ["projects", "general"] });
  expect(named).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channels/1" }] } });
  expect(world.sink.posts.map(({ channel }) => channel)).toEqual(["projects"]);
});

it("uses the key's first channel as default, and adds no channel outside the key's limits", async () => {
  expect((await request("POST", "/jobs", KEYS.channels, { jobId: "quiet" })).body.channels).toEqual(["projects"]);
  expect((await request("POST", "/jobs", KEYS.whole, { jobId: "loud" })).body.channels).toEqual(["general"]);
  const added = await request("POST", "/jobs", KEYS.channels, { jobId: "quiet", channels: ["general"] });
  expect(added.status).toBe(422);
  const changed = await request("PATCH", "/jobs/quiet", KEYS.channels, { channels: ["general"] });
  expect(changed).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channels/0" }] } });
  expect((await request("PATCH", "/jobs/quiet", KEYS.channels, { title: "still quiet" })).body.channels).toEqual(["projects"]);
  expect((await request("GET", "/jobs/quiet", KEYS.whole)).body.channels).toEqual(["projects"]);
});

it("reads, stops, lists and registers no job of a project outside the key's limits", async () => {
  await request("POST", "/jobs", KEYS.whole, { jobId: "here" });
  const there = await request("POST", "/jobs", KEYS.projects, { jobId: "there" });
  expect(there).toMatchObject({ status: 201, body: { projectId: OTHER } });
  expect((await request("GET", String(there.headers.location), KEYS.whole)).body.jobId).toBe("there");
  const unknown = await request("GET", "/jobs/never", KEYS.projects);
  for (const path of ["/jobs/here", `/jobs/here?projectId=${PROJECT}`, `/jobs/here?projectId=${"1".repeat(32)}`]) {
    expect(await request("GET", path, KEYS.projects)).toMatchObject({ status: 404, body: unknown.body });
    expect(await request("DELETE", path, KEYS.projects)).toMatchObject({ status: 404, body: unknown.body });
    expect(await request("PATCH", path, KEYS.projects, { title: "x" })).toMatchObject({ status: 404, body: unknown.body });
    for (const action of ["refresh", "redeliver"])
      expect(await request("POST", path.replace("here", `here/${action}`), KEYS.projects)).toMatchObject({ status: 404 });
  }
  expect((await request("GET", "/jobs/here", KEYS.whole)).body.state).toBe("running");
  const refused = await request("POST", "/jobs", KEYS.projects, { jobId: "here", projectId: PROJECT });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/projectId" }] } });
  const { body } = await request("POST", "/jobs/batch", KEYS.projects, { jobs: [{ jobId: "here", projectId: PROJECT }] });
  expect(body.results).toMatchObject([{ status: 422, problem: { errors: [{ pointer: "/jobs/0/projectId" }] } }]);
  const untracked = await request("POST", "/jobs", KEYS.projects, { jobId: "here", projectId: "1".repeat(32) });
  expect(refused.body).toEqual(untracked.body);
  for (const query of ["", "?state=open", "?limit=1", "?state=open&limit=1"])
    expect(await jobsSeenBy(KEYS.projects, query)).toEqual(["there"]);
});

it("pages only through the key's projects, and no cursor contains a job of another", async () => {
  for (let index = 0; index < 7; index++) {
    await request("POST", "/jobs", KEYS.whole, { jobId: `mixed-${index}`, projectId: index % 2 ? OTHER : PROJECT });
    world.clock.advance(1_000);
  }
  for (const state of ["", "&state=open"]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await request("GET", `/jobs?limit=2${state}${cursor && `&cursor=${cursor}`}`, KEYS.projects);
      seen.push(...body.jobs.map(({ jobId }: { jobId: string }) => jobId));
      cursor = body.next ?? "";
      expect(Buffer.from(cursor, "base64url").toString()).not.toContain(PROJECT);
    } while (cursor !== "");
    expect(seen.sort()).toEqual(["mixed-1", "mixed-3", "mixed-5", "there"]);
  }
  const { body } = await request("GET", "/jobs?limit=1", KEYS.whole);
  expect((await request("GET", `/jobs?cursor=${body.next}`, KEYS.projects)).status).toBe(422);
});

it("lets an operator's key list and test the operators' channel, within the key's limits", async () => {
  expect(await channelsSeenBy(KEYS.operator)).toEqual(["general", "projects", "operators"]);
  expect(await channelsSeenBy(KEYS.narrowOperator)).toEqual(["operators"]);
  expect((await request("POST", "/channels/operators/test", KEYS.narrowOperator)).status).toBe(200);
  expect((await request("POST", "/channels/general/test", KEYS.narrowOperator)).status).toBe(404);
  const named = await request("POST", "/jobs", KEYS.operator, { jobId: "named", channels: ["operators"] });
  expect(named).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channels/0" }] } });
});

it("lets a read-only key read within its projects, and change nothing", async () => {
  expect((await request("GET", "/jobs/here", KEYS.reader)).status).toBe(200);
  expect((await request("GET", `/jobs/there?projectId=${OTHER}`, KEYS.reader)).status).toBe(404);
  for (const [method, path] of [
    ["POST", "/jobs"],
    ["POST", "/jobs?dryRun=true"],
    ["POST", "/jobs/batch"],
    ["PATCH", "/jobs/here"],
    ["DELETE", "/jobs/here"],
    ["POST", "/jobs/here/refresh"],
    ["POST", "/jobs/here/redeliver"],
    ["POST", "/channels/general/test"],
  ] as const)
    expect(await request(method, path, KEYS.reader, { jobId: "here" })).toMatchObject({
      status: 403,
      body: { type: "forbidden" },
    });
});

it("returns nothing for a key whose channels and projects are no longer configured", async () => {
  expect(await channelsSeenBy(KEYS.nowhere)).toEqual([]);
  expect(await jobsSeenBy(KEYS.nowhere)).toEqual([]);
  expect((await request("GET", "/jobs/here", KEYS.nowhere)).status).toBe(422);
  expect((await request("POST", "/jobs", KEYS.nowhere, { jobId: "here" })).status).toBe(422);
});
