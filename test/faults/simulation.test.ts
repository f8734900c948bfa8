import { availableParallelism } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Mode, runCampaign, sizeOf, type Totals } from "./simulation/campaign.ts";
import { createWorkerPool, type WorkerPool } from "./simulation/worker-pool.ts";

let workers: WorkerPool;
beforeAll(() => {
  workers = createWorkerPool(availableParallelism());
});
afterAll(() => workers.terminate());

/** Each breach includes the command that replays it. */
function expectNoBreach({ breaches }: Totals): void {
  expect(breaches.map(({ rerun, says }) => `npm run faults -- ${rerun}: ${says.join("; ")}`)).toEqual([]);
}

async function all(mode: Mode): Promise<Totals> {
  return await workers.run({ mode, first: 0, count: (await sizeOf(mode)) ?? 0 });
}

it("row 40: loses nothing at any single crash point", async () => {
  const totals = await all("crash points");
  expectNoBreach(totals);
  expect(totals.schedules).toBeGreaterThan(200);
  expect(totals.covered).toBeGreaterThan(0);
});

it("loses nothing at a sample of the pairs of crash points (npm run faults tries all)", async () => {
  const total = (await sizeOf("pairs of crash points")) ?? 0;
  const sampled = await Promise.all(
    [0.25, 0.5, 0.75].map((share) => runCampaign("pairs of crash points", Math.floor(total * share), 3)),
  );
  for (const totals of sampled) {
    expectNoBreach(totals);
    expect(totals.schedules).toBeGreaterThan(100);
  }
});

it.each([338_342, 15_965, 232_894, 245_300])("keeps every promise in schedule %d, which once found a bug", async (first) => {
  expectNoBreach(await workers.run({ mode: "random", first, count: 1 }));
});

it("loses, invents, reorders and repeats nothing without a cause in 200 fixed schedules (.ci/run tries 20,000)", async () => {
  const totals = await workers.run({ mode: "random", first: 1, count: 200 });
  expectNoBreach(totals);
  expect(totals.kills).toBeGreaterThan(50);
  expect(totals.covered).toBeGreaterThan(2);
}, 300_000);

it("reports the breaches of 50 new schedules without failing", async () => {
  const first = Date.now() % 2 ** 40;
  const { schedules, breaches } = await workers.run({ mode: "random", first, count: 50 });
  expect(schedules).toBe(50);
  process.stdout.write(`new seeds ${first} to ${first + 49}: ${breaches.length} breaches\n`);
  for (const { rerun, says } of breaches) process.stdout.write(`${says.join("; ")}: npm run faults -- ${rerun}\n`);
});

it("row 43: repeats nothing in 100 schedules of overlapping, duplicate and late ticks without faults (.ci/run tries 2,000)", async () => {
  const totals = await workers.run({ mode: "calm", first: 1, count: 100 });
  expectNoBreach(totals);
  expect(totals).toMatchObject({ covered: 0, uncovered: 0, kills: 0 });
});

it("reports each operation of watched projects once and none falsely in 150 fixed schedules (.ci/run tries 220)", async () => {
  const totals = await workers.run({ mode: "lists", first: 1, count: 150 });
  expectNoBreach(totals);
  expect(totals.posts).toBeGreaterThan(500);
  expect(totals.kills).toBeGreaterThan(50);
}, 300_000);

it("keeps every promise with the real handlers and adapters", async () => {
  const totals = await workers.run({ mode: "through adapters", first: 1, count: 10 });
  expectNoBreach(totals);
  expect(totals.posts).toBeGreaterThan(20);
}, 180_000);
