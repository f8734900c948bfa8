import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newChannel } from "../../../lib/domain/channel/channel.ts";
import { newDowntimeRecord } from "../../../lib/domain/health/downtime.ts";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { OpenEntry } from "../../../lib/domain/stored-record.ts";
import { endNotifications } from "../../../lib/domain/stored-record.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { Table } from "../../../lib/table-ports.ts";
import { jobKey, NOW, RULES, registered, seen } from "../../jobs.ts";
import { KEEP_MS, startTestTable, type TestTable } from "../../test-table.ts";

const PENDING = { id: "waits", n: 1, channel: "own", state: "pending", at: NOW } as const;

let world: TestTable;
let now = NOW;
let table: Table;

beforeAll(async () => {
  world = await startTestTable();
  table = world.open(() => now);
});
afterAll(() => world.close());

async function save(record: Job): Promise<Job> {
  const saved = await table.save({ kind: "job", record });
  if (!saved) throw new Error("overtaken");
  return saved.record;
}

async function openEntries(segment = 0, segmentCount = 1): Promise<OpenEntry[]> {
  const entries: OpenEntry[] = [];
  for await (const page of table.scanOpen(segment, segmentCount)) entries.push(...page.entries);
  return entries;
}

async function entryOf(jobId: string): Promise<OpenEntry | undefined> {
  return (await openEntries()).find(({ pk }) => pk === jobPk(jobKey(jobId)));
}

it("returns a job as saved", async () => {
  const details = {
    jobType: "extend_share",
    beginTime: NOW - 5_000,
    subJobs: [{ jobId: "s1", state: "running", errorCode: "SFS.TURBO.0030", failReason: "sold out | <b>" }],
    requestId: "r-1",
  };
  const job = {
    ...registered("whole", seen("running", details)),
    title: "Grow ✨ data-01",
    labels: { owner: "ops" },
    expectedMinutes: 40,
  };
  const saved = await save(job);
  expect(saved).toEqual({ ...job, version: 1 });
  expect(await table.read(jobPk(job))).toEqual({ kind: "job", record: saved });
});

it("saves a new job for exactly one of a hundred writers", async () => {
  const job = registered("hundred", seen("running"));
  const results = await Promise.all(Array.from({ length: 100 }, () => table.save({ kind: "job", record: job })));
  expect(results.filter((saved) => saved !== undefined)).toHaveLength(1);
});

it("rejects a save of an outdated version", async () => {
  const first = await save(registered("race", seen("waiting")));
  const one = observe(first, seen("running"), NOW + 1, RULES).job;
  const other = observe(first, seen("success"), NOW + 1, RULES).job;
  expect(await table.save({ kind: "job", record: one })).toBeDefined();
  expect(await table.save({ kind: "job", record: other })).toBeUndefined();
  expect((await table.read(jobPk(first)))?.record).toMatchObject({ state: "running", version: 2 });
});

it("keeps an ended job open until its notification is delivered, and then sets its time to live", async () => {
  const job = await save(registered("leaving", seen("success")));
  const entry = await entryOf("leaving");
  expect(entry).toEqual({ pk: jobPk(job), canWait: { channels: ["storage-ops"], since: NOW } });
  const delivered = endNotifications(job, new Set(job.notifications.map(({ id }) => id)), "delivered", NOW + 9);
  await save(delivered);
  expect(await entryOf("leaving")).toBeUndefined();
  now = NOW + KEEP_MS - 1_000;
  expect(await table.read(jobPk(job))).toBeDefined();
  now = NOW + KEEP_MS + 1_000;
  expect(await table.read(jobPk(job))).toBeUndefined();
  const again = await table.save({ kind: "job", record: registered("leaving", seen("running"), { now }) });
  expect(again?.record.version).toBe(1);
  now = NOW;
});

it("has everything that the poller needs in the open index", async () => {
  const job = await save({
    ...registered("packed", seen("running", { jobType: "create|share", beginTime: NOW - 60_000 })),
    expectedMinutes: 25,
    registeredAt: NOW - 86_400_000,
    missing: { since: NOW + 5, polls: 2, wasSeen: true, reason: "404 SFS.TURBO.0001 no such job" },
    late: { count: 3, at: NOW + 7 },
    failing: { since: NOW - 9, cause: "unavailable", reason: "500", reported: true },
  });
  const { registeredAt, trackedSince, beginTime, expectedMinutes, fingerprint, late } = job;
  const tracking = {
    ...{ registeredAt, trackedSince, jobType: "createshare", beginTime, expectedMinutes, fingerprint, late },
    missing: { since: NOW + 5, polls: 2, wasSeen: true },
    failing: { since: NOW - 9, reported: true },
    state: "running",
  };
  expect(await entryOf("packed")).toEqual({ pk: jobPk(job), tracking });
});

it("separates notifications that can wait from those that cannot", async () => {
  const job = registered("both", seen("failed"), { channels: ["one", "two"] });
  const started = { id: "started", n: 1, channel: "three", state: "pending", at: NOW + 4 } as const;
  const transitions = job.transitions.map((one) =>
    one.n === 1 ? { ...one, kind: "status" as const, state: "running" as const } : one,
  );
  const { pk } = await save({ ...job, transitions, notifications: [...job.notifications, started] }).then(() => ({
    pk: jobPk(job),
  }));
  expect(await entryOf("both")).toEqual({
    pk,
    pending: { channels: ["one", "two"], since: NOW },
    canWait: { channels: ["three"], since: NOW + 4 },
    toCopy: ["one", "two"],
  });
});

it("treats an entry of a later version as due at once", async () => {
  const { decodeOpenEntry } = await import("../../../lib/adapters/dynamodb/open-item-codec.ts");
  const pk = jobPk(jobKey("future"));
  expect(decodeOpenEntry(pk, "9|?|?")).toEqual({ pk, tracking: { registeredAt: 0, trackedSince: 0 } });
});

it("keeps attributes that a newer version wrote", async () => {
  const job = await save(registered("newer", seen("running")));
  const { UpdateItemCommand } = await import("@aws-sdk/client-dynamodb");
  const Key = { pk: { S: jobPk(job) } };
  await world.client.send(
    new UpdateItemCommand({
      TableName: world.name,
      Key,
      UpdateExpression: "SET extra = :e",
      ExpressionAttributeValues: { ":e": { S: "x" } },
    }),
  );
  await save(observe(job, seen("success"), NOW, RULES).job);
  const { Items = [] } = await world.client.send(new ScanCommand({ TableName: world.name }));
  expect(Items.find(({ pk }) => pk?.S === jobPk(job))?.extra?.S).toBe("x");
});

it("gives every open job to exactly one of the segments", async () => {
  const segments = await Promise.all([0, 1, 2].map((segment) => openEntries(segment, 3)));
  const all = segments.flat().map(({ pk }) => pk);
  expect(new Set(all).size).toBe(all.length);
  expect(all.sort()).toEqual((await openEntries()).map(({ pk }) => pk).sort());
});

it("reads a team's open jobs from its own 16 keys, and no other record", async () => {
  for (let index = 0; index < 60; index++) {
    await save(registered(`own-${index}`, seen("running"), { team: "own" }));
    await save(registered(`own-${index}`, seen("running"), { team: "own-2" }));
  }
  await table.save({ kind: "channel", record: { ...newChannel("own"), notifications: [PENDING] } });
  await table.save({ kind: "service", record: { ...newDowntimeRecord(), notifications: [PENDING] } });
  const found: OpenEntry[] = [];
  for await (const entries of table.openOf("own")) found.push(...entries);
  const own = Array.from({ length: 60 }, (_, index) => jobPk({ ...jobKey(`own-${index}`), team: "own" }));
  expect(found.map(({ pk }) => pk).sort()).toEqual(own.sort());
  const { Items = [] } = await world.client.send(new ScanCommand({ TableName: world.name, IndexName: "open" }));
  const keys = new Set(Items.map(({ open }) => open?.S ?? ""));
  expect([...keys].filter((key) => key.startsWith("own#")).sort()).toEqual(
    [..."0123456789abcdef"].map((shard) => `own#${shard}`),
  );
  // `npm run keys` rejects this name for a team.
  expect([...keys].filter((key) => !/^[a-z0-9][a-z0-9-]*#/.test(key)).every((key) => key.startsWith("_service#"))).toBe(true);
  expect(Items.filter(({ pk }) => /^(channel|service)#/.test(pk?.S ?? "")).map(({ open }) => open?.S?.split("#")[0])).toEqual([
    "_service",
    "_service",
  ]);
});

it("stays under 1 KB for a simple job until it is delivered", async () => {
  const first = seen("waiting", { jobType: "create_share" });
  const running = seen("running", { jobType: "create_share", beginTime: NOW, requestId: "0123456789abcdef0123456789abcdef" });
  let job = registered("26f6b565-7e3a-4c1d-9c1e-03f0bd975433", first);
  job = { ...job, title: "Extend data-01 to 2 TB for the nightly run", correlationId: "eb59857e-635c-4ee8-9d3f-81a210a8e016" };
  const typical = { jobs: 50, lowMs: 3_599_000, medianMs: 36_000_000, highMs: 86_399_000, p95Ms: 172_799_000 };
  job = observe(job, running, NOW + 10_000, RULES, typical).job;
  await save(
    observe(job, seen("success", { jobType: "create_share", beginTime: NOW, endTime: NOW + 50_000 }), NOW + 60_000, RULES).job,
  );
  const { Items = [] } = await world.client.send(new ScanCommand({ TableName: world.name }));
  const item = Items.find(({ pk }) => pk?.S?.endsWith("03f0bd975433")) ?? {};
  expect(await table.read(item.pk?.S ?? "")).toMatchObject({ record: { typical } });
  const bytes = Object.entries(item).reduce((sum, [name, value]) => sum + name.length + String(value.S ?? value.N).length, 0);
  expect(bytes).toBeGreaterThan(400);
  expect(bytes).toBeLessThan(1_024);
});
