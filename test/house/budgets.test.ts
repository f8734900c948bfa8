import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newJob } from "../../lib/domain/job/registration.ts";
import { type Bundles, bundle } from "../bench/bundle.ts";
import { countCapacity } from "../bench/capacity.ts";
import { countLivesIn } from "../bench/counts.ts";
import { jobKey, NOW, RULES, registered, seen } from "../jobs.ts";
import { sampleJobs } from "../pages/sample-jobs.ts";
import { KEYS, SIGNING_SECRET } from "../pages/site.ts";
import { visit } from "../pages/visit.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";
import { type Budget, expectWithin } from "./budgets.ts";

// The numbers and their reasons are in budgets.ts.

const POLLER = "functions/poll/handler.ts";
const API = "functions/api/handler.ts";
const WITHOUT_LATENESS = { POLLS_PER_SECOND: "10000", LATE_AFTER_MINUTES: "43200" };
/** At this age each job is polled once a minute. */
const AGE_MS = 7 * 3_600_000;
const RUNNING = { status: "running", job_type: "create_share", begin_time: "2026-11-23 05:00:00" };

async function worldWith(settings: Record<string, string> = {}): Promise<World> {
  const world = await startWorld(settings);
  onTestFinished(() => world.close());
  return world;
}

describe("bundles", () => {
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundle([POLLER, API]);
  });
  afterAll(() => bundles.remove());

  test.each([
    ["pollerBundle", POLLER],
    ["apiBundle", API],
  ] as const)("%s", (budget, entry) => {
    const largest = bundles.contributors(entry).slice(0, 5);
    expectWithin(budget, bundles.bytes(entry), `The five largest: ${JSON.stringify(largest)}.`);
  });

  test.each([
    ["bundledDynamodb", "@aws-sdk/client-dynamodb"],
    ["bundledSmithy", "@smithy/core"],
  ] as const)("%s: only the needed part is bundled", (budget, name) => {
    for (const entry of [POLLER, API]) {
      const bytes = bytesOf(entry, name);
      expect(bytes, entry).toBeGreaterThan(0);
      expectWithin(budget, bytes, entry);
    }
  });

  test.each([
    ["lazyPages", "functions/api/pages"],
    ["lazyOpenapi", "docs"],
  ] as const)("%s: loaded on first use", (budget, folder) => expectWithin(budget, bytesOf(API, folder)));

  function bytesOf(entry: string, contributor: string): number {
    return bundles.contributors(entry).find(([name]) => name === contributor)?.[1] ?? 0;
  }
});

// Another engine counts the units of the indexes too.
describe.skipIf(process.env.TEST_DYNAMODB_ENDPOINT !== undefined)("units of the table", () => {
  const step = (number: number, status: string) => ({ job_id: `step-${number}`, job_type: "create_volume", status });

  test("the life of a job", async () => {
    const life = await countLivesIn(await worldWith(), 1);
    expectWithin("lifeWrites", life.job);
    expectWithin("lifeWritesBeside", life.besideSum, JSON.stringify(life.beside));
    expectWithin("lifeReads", life.jobReads);
  });

  test("each poll that shows a new sub job", async () => {
    const plain = await countLivesIn(await worldWith(), 1);
    const stages = [1, 2, 3, 4].map((last) =>
      Array.from({ length: last }, (_, n) => step(n + 1, n + 1 < last ? "success" : "running")),
    );
    const withSteps = await countLivesIn(await worldWith(), 1, [...stages, stages.at(-1) ?? []]);
    expect(withSteps.job).toBeGreaterThan(plain.job);
    expectWithin("stepWrites", (withSteps.job - plain.job) / (stages.length - 1));
    expectWithin("lifeWritesBeside", withSteps.besideSum, JSON.stringify(withSteps.beside));
  });

  test("a tick in which 100 polls show nothing new", async () => {
    const world = await worldWith(WITHOUT_LATENESS);
    world.cloud.answer("*", RUNNING);
    await writeJobs(world.table, jobsAged(100, "running"));
    await world.tick();
    const take = countCapacity(world);
    const before = world.cloud.pollCount();
    await world.tick();
    expect(world.cloud.pollCount() - before).toBe(100);
    const { writes, reads } = take();
    expectWithin("unchangedWrites", sumOf(writes), JSON.stringify(writes));
    const { ScanCommand: _, ...beside } = reads;
    expectWithin("unchangedReads", sumOf(beside), JSON.stringify(beside));
  });

  test("a sweep over 1,000 open jobs", async () => {
    const { table, clock } = await worldWith();
    await writeJobs(table, jobsAged(1_000, "running"));
    const take = countCapacity({ table });
    for await (const { entries } of table.open(clock.now).scanOpen(0, 1)) expect(entries).toHaveLength(1_000);
    expectWithin("sweepReads", take().reads.ScanCommand ?? 0);
  });

  test("a tick with nothing to do but wait for a suspended channel", async () => {
    const world = await worldWith();
    await world.tick();
    world.sink.answer((_, _payload, channel) => (channel === "general" ? { status: 404, body: "no_service" } : undefined));
    const ended = Array.from({ length: 1_000 }, (_, index) =>
      registered(idOf(index), seen("failed"), { channels: ["general"] }),
    );
    await writeJobs(world.table, ended);
    await world.ticks(2);
    expect((await world.request("GET", "/channels")).body.channels[0]).toMatchObject({ state: "suspended" });
    const take = countCapacity(world);
    await world.tick();
    const { writes, reads } = take();
    expectWithin("idleWrites", sumOf(writes), JSON.stringify(writes));
    expectWithin("idleReads", sumOf(reads), JSON.stringify(reads));
  });
});

test("the sockets of a tick", async () => {
  const world = await worldWith({ ...WITHOUT_LATENESS, POLL_CONCURRENCY: "48" });
  world.cloud.answer("*", RUNNING);
  await writeJobs(world.table, jobsAged(64, "waiting"));
  const opened = countSockets(world.cloud.url);
  await world.tick();
  expect(world.cloud.pollCount()).toBeGreaterThanOrEqual(64);
  expectWithin("cloudSockets", opened());
});

test.each([
  { path: "/", bytes: "jobListBytes", gzip: "jobListGzip", shows: "Cache for the nightly build" },
  { path: "/jobs/fails-55e2", bytes: "jobPageBytes", gzip: "jobPageGzip", shows: "The subnet has no free IP" },
] as const)("the page $path", async ({ path, bytes, gzip, shows }) => {
  const world = await worldWith({ SIGNING_SECRET });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  await writeJobs(world.table, sampleJobs());
  const page = await (await visit(world, "GET", path)).text();
  expect(page).toContain(shows);
  expectWithin(bytes satisfies Budget, Buffer.byteLength(page));
  expectWithin(gzip, gzipSync(page).byteLength);
});

/** Ids as long as the cloud's. */
function idOf(index: number): string {
  return `4e9e8c3f-7d1f-4e5a-9d2b-${String(index).padStart(12, "0")}`;
}

function jobsAged(count: number, state: "waiting" | "running") {
  const first = seen(state, { jobType: RUNNING.job_type, beginTime: NOW - AGE_MS });
  return Array.from({ length: count }, (_, index) =>
    newJob(jobKey(idOf(index)), { channels: ["general"] }, first, NOW - AGE_MS, RULES),
  );
}

function sumOf(units: Record<string, number>): number {
  return Object.values(units).reduce((sum, one) => sum + one, 0);
}

/** Counts the sockets that this process opens to a server from now on. */
function countSockets(url: string): () => number {
  const ports: (number | undefined)[] = [];
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once("connect", () => ports.push(socket.remotePort));
  };
  subscribe("net.client.socket", onSocket);
  onTestFinished(() => void unsubscribe("net.client.socket", onSocket));
  return () => ports.filter((port) => port === Number(new URL(url).port)).length;
}
