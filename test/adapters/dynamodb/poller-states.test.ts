import { afterAll, beforeAll, expect, it } from "vitest";
import type { Table } from "../../../lib/table-ports.ts";
import { NOW } from "../../jobs.ts";
import { startTestTable, type TestTable } from "../../test-table.ts";

let world: TestTable;
let table: Table;

beforeAll(async () => {
  world = await startTestTable();
  table = world.open(() => NOW);
});
afterAll(() => world.close());

it("gives the lease of a segment to one of many ticks", async () => {
  const ticks = Array.from({ length: 10 }, (_, index) => table.takeSegment(0, 1, `tick-${index}`, NOW, NOW + 70_000));
  expect((await Promise.all(ticks)).filter((state) => state !== undefined)).toHaveLength(1);
});

it("gives an expired lease to the next tick, and rejects the late close of the first", async () => {
  const first = await table.takeSegment(1, 2, "first", NOW, NOW + 70_000);
  expect(await table.takeSegment(1, 2, "second", NOW + 69_999, NOW + 140_000)).toBeUndefined();
  const second = await table.takeSegment(1, 2, "second", NOW + 70_000, NOW + 140_000);
  expect(second).toMatchObject({ owner: "second", windowEnd: 0 });
  if (!first || !second) throw new Error("no lease");
  expect(await table.closeSegment({ ...first, windowEnd: 1 })).toBe(false);
  expect(await table.closeSegment({ ...second, windowEnd: NOW, finishedAt: NOW, openJobs: { storage: 3 } })).toBe(true);
  expect(await table.takeSegment(1, 2, "third", NOW + 70_001, NOW + 150_000)).toMatchObject({
    windowEnd: NOW,
    openJobs: { storage: 3 },
  });
});

it("takes its own lease again if the first answer was lost", async () => {
  expect(await table.takeSegment(0, 3, "same", NOW, NOW + 70_000)).toBeDefined();
  expect(await table.takeSegment(0, 3, "same", NOW, NOW + 70_000)).toBeDefined();
});

it("returns the segments that exist", async () => {
  expect(await table.readSegments(5)).toEqual([]);
  const state = await table.takeSegment(0, 5, "one", NOW, NOW + 70_000);
  if (state) await table.closeSegment({ ...state, finishedAt: NOW });
  expect(await table.readSegments(5)).toMatchObject([{ segment: 0, finishedAt: NOW, leaseUntil: 0 }]);
});
