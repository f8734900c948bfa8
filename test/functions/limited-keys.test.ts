import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addKey, KEY, startWorld, type World } from "../world.ts";

// A key that is limited to the channel `projects`, beside a key of the same team without limits.

const LIMITED = "sfsjw_limited-to-projects";
const BOTH = "sfsjw_limited-to-projects-and-general";
const OPERATOR = "sfsjw_operator-limited-to-projects";
const SHARED = ["general", "projects"];

let world: World;
let jobs = 0;
let jobId: string;

beforeAll(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, LIMITED, "storage", { channels: ["projects"] });
  await addKey(world.table, BOTH, "storage", { channels: SHARED });
  await addKey(world.table, OPERATOR, "storage", { channels: ["projects"], operator: true });
});
afterAll(() => world.close());
beforeEach(() => {
  jobId = `job-${++jobs}`;
});

const request = (method: string, path: string, key: string, body?: unknown) =>
  world.request(method, path, { key, ...(body !== undefined && { body }) });
const register = (channels: string[], more = {}) => request("POST", "/jobs", KEY, { jobId, channels, ...more });
const found = async () => (await request("GET", `/jobs/${jobId}`, KEY)).body;
const until = () => new Date(world.clock.now() + 3_600_000).toISOString();

interface Change {
  name: string;
  send: (key: string) => ReturnType<typeof request>;
}

const CHANGES: Change[] = [
  { name: "stop it", send: (key) => request("DELETE", `/jobs/${jobId}`, key) },
  { name: "silence it", send: (key) => request("PATCH", `/jobs/${jobId}`, key, { silence: { until: until() } }) },
  { name: "remove a channel", send: (key) => request("PATCH", `/jobs/${jobId}`, key, { channels: ["projects"] }) },
  { name: "silence it by notifyOn", send: (key) => request("PATCH", `/jobs/${jobId}`, key, { notifyOn: [] }) },
  { name: "change its title", send: (key) => request("PATCH", `/jobs/${jobId}`, key, { title: "mine" }) },
  {
    name: "change labels beside a channel",
    send: (key) => request("PATCH", `/jobs/${jobId}`, key, { labels: { a: "b" }, channels: [...SHARED] }),
  },
  { name: "change its deadline", send: (key) => request("PATCH", `/jobs/${jobId}`, key, { expectedMinutes: 1 }) },
  {
    name: "change its runbook",
    send: (key) => request("PATCH", `/jobs/${jobId}`, key, { runbookUrl: "https://evil.example" }),
  },
  { name: "register it with other options", send: (key) => request("POST", "/jobs", key, { jobId, notifyOn: [] }) },
  {
    name: "try to register it with other options",
    send: (key) => request("POST", "/jobs?dryRun=true", key, { jobId, title: "mine" }),
  },
];

describe("a key that is limited to channels, on a job that also notifies others", () => {
  it.each(CHANGES)("may not $name, and gets advice", async ({ send }) => {
    await register(["general"]);
    const before = await found();
    for (const key of [LIMITED, OPERATOR])
      expect(await send(key)).toMatchObject({
        status: 403,
        body: {
          type: "forbidden",
          detail: expect.stringMatching(/limited to the channels projects, .* general\. Use a key for all/),
        },
      });
    expect(await found()).toEqual(before);
  });

  it.each(CHANGES)("may $name with a key for all of its channels", async ({ send }) => {
    await register(SHARED);
    expect([200, 201]).toContain((await send(BOTH)).status);
  });

  it("may not register it again in a batch with other options: only that job is rejected", async () => {
    await register(["general"]);
    const batch = {
      jobs: [
        { jobId, notifyOn: [] },
        { jobId: `${jobId}-own`, title: "mine" },
      ],
    };
    const { body } = await request("POST", "/jobs/batch", LIMITED, batch);
    expect(body.results).toMatchObject([{ status: 403, problem: { type: "forbidden" } }, { status: 201 }]);
    expect(await found()).not.toHaveProperty("notifyOn");
  });

  it("may not resume tracking after it was stopped", async () => {
    await register(["general"]);
    await request("DELETE", `/jobs/${jobId}`, KEY);
    expect((await request("POST", "/jobs", LIMITED, { jobId })).status).toBe(403);
    expect((await found()).state).toBe("stopped");
  });

  it("may add and remove its own channel, check the job, and register it without changes", async () => {
    await register(["general"], { title: "theirs" });
    expect((await request("POST", "/jobs", LIMITED, { jobId, channels: ["projects"] })).body.channels).toEqual(SHARED);
    expect((await request("POST", "/jobs", LIMITED, { jobId, title: "theirs" })).status).toBe(200);
    expect((await request("PATCH", `/jobs/${jobId}`, LIMITED, { channels: ["general"] })).body.channels).toEqual(["general"]);
    expect((await request("PATCH", `/jobs/${jobId}`, LIMITED, { channels: SHARED })).body.channels).toEqual(SHARED);
    expect((await request("POST", `/jobs/${jobId}/refresh`, LIMITED)).status).toBe(200);
  });

  it("may not add other channels", async () => {
    await register(["projects"]);
    for (const body of [{ channels: ["projects", "general"] }, { channels: ["projects", "operators"] }])
      expect(await request("PATCH", `/jobs/${jobId}`, LIMITED, body)).toMatchObject({ status: 422 });
    expect((await found()).channels).toEqual(["projects"]);
  });
});

it("may do everything with a job that notifies only its own channels", async () => {
  await register(["projects"]);
  expect((await request("PATCH", `/jobs/${jobId}`, LIMITED, { title: "mine", silence: { until: until() } })).status).toBe(200);
  expect((await request("DELETE", `/jobs/${jobId}`, LIMITED)).body.state).toBe("stopped");
  expect((await request("POST", "/jobs", LIMITED, { jobId })).body.transitions.at(-1)).toMatchObject({ kind: "registered" });
});

it("redelivers to its own channels only", async () => {
  const stopped = await startWorld({ KEEP_DAYS: "90" });
  try {
    await addKey(stopped.table, LIMITED, "storage", { channels: ["projects"] });
    await stopped.register("a", { channels: SHARED, verify: false });
    const { record, ...job } = await readJob(stopped);
    const notifications = SHARED.map((channel) => ({ id: `id-${channel}`, n: 1, channel, state: "expired" as const, at: 0 }));
    await stopped.services.table.save({ ...job, record: { ...record, notifications } });
    const redeliver = (query: string) => stopped.request("POST", `/jobs/a/redeliver${query}`, { key: LIMITED });
    const states = (body: { notifications: { channel: string; state: string }[] }) =>
      body.notifications.map(({ state }) => state);
    const refused = await redeliver("?channel=general");
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining("Use a key for general.") } });
    expect(states((await redeliver("")).body)).toEqual(["expired", "pending"]);
    expect(states((await redeliver("?channel=projects")).body)).toEqual(["expired", "pending"]);
    expect(states((await stopped.request("POST", "/jobs/a/redeliver")).body)).toEqual(["pending", "pending"]);
  } finally {
    await stopped.close();
  }
});

async function readJob({ services }: World) {
  const [job] = ((await services.table.listJobs("storage", { limit: 1 })) as { jobs: never[] }).jobs;
  if (!job) throw new Error("no job");
  return { kind: "job" as const, record: job as import("../../lib/domain/job/job.ts").Job };
}
