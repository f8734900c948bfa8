import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { NOW, registered, seen } from "../jobs.ts";
import type { Call, Fate } from "../table-proxy.ts";
import { writeJobs } from "../write-jobs.ts";
import { startTableWorld, type TableWorld } from "./table-world.ts";

let world: TableWorld;
beforeEach(async () => {
  world = await startTableWorld();
});
afterEach(() => world.close());

type Entries = { pk: { S: string } }[];

/** Replaces the entries in every response of the open index. */
function answerScans(entriesOf: (call: Call, entries: Entries) => Entries): void {
  world.faults.decide = (call): Fate => {
    if (call.operation !== "Scan") return "answer";
    const entries = entriesOf(call, (call.answer.Items ?? []) as Entries);
    return { status: 200, body: { ...call.answer, Items: entries, Count: entries.length } };
  };
}

const view = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body;

it("row 26: if the index lags by ten seconds, each job is delivered once, and no notification waits longer than that", async () => {
  const known: { at: number; entries: Entries }[] = [];
  answerScans((_, entries) => {
    const now = world.clock.now();
    known.push({ at: now, entries });
    return known.findLast(({ at }) => at <= now - 10_000)?.entries ?? [];
  });
  for (const jobId of ["late-one", "late-two", "late-three"]) await world.registerFailing(jobId);
  await world.ticks(3);
  for (const jobId of ["late-one", "late-two", "late-three"]) {
    expect(world.delivered(jobId)).toHaveLength(1);
    const { transitions, notifications } = await view(jobId);
    expect(transitions).toHaveLength(3);
    expect(Date.parse(notifications[0].at) - Date.parse(transitions[2].at)).toBeLessThanOrEqual(10_000);
  }
  expect(world.sink.messages.filter(({ rendered }) => rendered.includes("may repeat"))).toEqual([]);
});

it("row 26: a job that is missing in the index for a minute is polled and delivered when its entry appears", async () => {
  answerScans((_, entries) => (world.clock.now() < NOW + 60_000 ? [] : entries));
  await world.registerFailing("missed");
  await world.tick();
  expect(world.delivered("missed")).toEqual([]);
  await world.tick();
  expect(world.delivered("missed")).toHaveLength(1);
});

it("row 26: an index that does not change for ten ticks reopens no job and repeats no notification", async () => {
  await world.registerFailing("ended");
  world.cloud.answer("finished", { status: "success" });
  await world.register("finished");
  let frozen: Entries | undefined;
  answerScans((_, entries) => {
    frozen ??= entries;
    return frozen;
  });
  await world.ticks(2);
  expect(frozen).toHaveLength(2);
  const before = [await view("ended"), await view("finished")];
  expect(before).toMatchObject([
    { state: "failed", notifications: [{ state: "delivered" }] },
    { state: "success", notifications: [{ state: "delivered" }] },
  ]);
  world.cloud.answer("ended", { status: "running" });
  world.cloud.answer("finished", { status: "failed" });
  await world.ticks(8);
  expect(world.delivered("ended")).toHaveLength(1);
  expect(world.delivered("finished")).toHaveLength(1);
  expect([await view("ended"), await view("finished")]).toEqual(before);
});

it("row 26: an entry without an item notifies nobody and stops nothing", async () => {
  answerScans((_, entries) => {
    const [like] = entries;
    return like ? [{ ...like, pk: { S: `${like.pk.S}-gone` } }, ...entries] : [];
  });
  await world.registerFailing("present");
  await world.ticks(3);
  expect(world.sink.messages).toHaveLength(1);
  expect(await view("present-gone")).toMatchObject({ type: "unknown-job" });
});

const JOBS = 3_000;

async function seedJobs(count: number): Promise<string[]> {
  const jobIds = Array.from({ length: count }, (_, index) => `seeded-${index + 10_000}`);
  const jobs = jobIds.map((jobId) => registered(jobId, seen("running"), { channels: ["general"] }));
  await writeJobs(world.table, jobs);
  return jobIds;
}

/** Limits the entries per page, and inserts a page with a key and no entries before each page but the first. */
function cutPages(operation: "Scan" | "Query", entries: number): { pages: () => number } {
  let scans = 0;
  let wasEmpty = false;
  world.faults.refuse = ({ operation: called, request }) => {
    if (called !== operation) return undefined;
    scans++;
    request.Limit = entries;
    wasEmpty = !wasEmpty && request.ExclusiveStartKey !== undefined;
    if (!wasEmpty) return undefined;
    return { status: 200, body: { Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey: request.ExclusiveStartKey } };
  };
  return { pages: () => scans };
}

it("row 27: 3,000 open jobs on many pages, some of them empty, are all polled and delivered", async () => {
  const jobIds = await seedJobs(JOBS);
  world.cloud.answer("*", () => json(200, { status: "running" }));
  const ended = [0, 1_499, 2_999].map((index) => jobIds[index] ?? "");
  for (const jobId of ended) world.cloud.answer(jobId, { status: "success" });
  const { pages } = cutPages("Scan", 250);
  await world.ticks(4);
  expect(pages()).toBeGreaterThan(4 * 2 * (JOBS / 250));
  expect(jobIds.filter((jobId) => world.cloud.pollCount(jobId) === 0)).toEqual([]);
  for (const jobId of ended) expect(world.delivered(jobId)).toHaveLength(1);
  expect(world.sink.messages.filter(({ rendered }) => rendered.includes("may repeat"))).toEqual([]);
}, 240_000);

it("row 27: a team can list all its 1,000 open jobs over such pages, each once", async () => {
  const jobIds = await seedJobs(1_000);
  const { pages } = cutPages("Query", 40);
  const listed: string[] = [];
  let cursor = "";
  do {
    const { body } = await world.request("GET", `/jobs?state=open&limit=100${cursor}`);
    listed.push(...body.jobs.map(({ jobId }: { jobId: string }) => jobId));
    cursor = body.next === undefined ? "" : `&cursor=${body.next}`;
  } while (cursor !== "");
  expect(pages()).toBeGreaterThan(10 * 16 * 2);
  expect(listed).toHaveLength(jobIds.length);
  expect(new Set(listed)).toEqual(new Set(jobIds));
}, 180_000);
