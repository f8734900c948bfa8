import { afterEach, beforeEach, expect, it } from "vitest";
import { Inventory } from "../../lib/discovery/inventory.ts";
import type { Known } from "../../lib/domain/discovery/inventory.ts";
import type { InventoryPart, InventoryPlace, InventoryStore, Table } from "../../lib/table-ports.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { startTestTable, type TestTable } from "../test-table.ts";

const PLACE = { source: "sfs-turbo-share", projectId: PROJECT, inventory: NOW } as const;
const known = (more: Known = {}): Known => ({ name: "data-01", values: { extend: "500.00" }, found: {}, ...more });
const ids = (count: number) =>
  Array.from({ length: count }, (_, n) => `854cf6e2-0000-4000-8000-${String(n).padStart(12, "0")}`);

let testTable: TestTable;
let table: Table;
beforeEach(async () => {
  testTable = await startTestTable();
  table = testTable.open(() => NOW);
});
afterEach(() => testTable.close());

const load = (store: InventoryStore = table) => Inventory.load(store, PLACE);
const contentOf = async () => new Map((await load()).entries());

it("keeps every field of an entry", async () => {
  const all = new Map<string, Known>([
    ["a", known({ tags: { team: "hpc" }, isBeingCreated: true, startedAt: NOW, found: { create: 1 } })],
    ["b", known({ change: { operation: "change-security-group", progress: "failed" }, found: { extend: 12 } })],
    ["c", known({ vanished: { at: NOW, withOthers: true } })],
    ["d", known({ vanished: { at: NOW }, change: { operation: "extend", progress: "running" } })],
    ["e", { values: {}, found: {} }],
  ]);
  expect(await (await load()).save(all)).toBe(true);
  expect(await contentOf()).toEqual(all);
});

it("stores parts of 10 KB at most, and writes only the part that changes", async () => {
  const sizes = new Map<number, number>();
  testTable.client.middlewareStack.add(
    (next) => (args) => {
      const { ExpressionAttributeValues: values } = args.input as {
        ExpressionAttributeValues?: Record<string, { S?: string }>;
      };
      sizes.set(sizes.size, Buffer.byteLength(values?.[":record"]?.S ?? ""));
      return next(args);
    },
    { step: "initialize", name: "measureParts" },
  );
  const inventory = await load();
  sizes.clear();
  await inventory.save(new Map(ids(1_200).map((id) => [id, known()])));
  expect(Math.max(...sizes.values())).toBeLessThanOrEqual(10_240);
  sizes.clear();
  await inventory.save(new Map([[ids(1_200)[700] ?? "", known({ change: { operation: "extend", progress: "running" } })]]));
  expect(sizes.size).toBe(1);
  expect((await contentOf()).size).toBe(1_200);
});

it("moves entries to a new part when they grow, and loses none", async () => {
  const inventory = await load();
  await inventory.save(new Map(ids(60).map((id) => [id, known()])));
  const grown = new Map(ids(60).map((id) => [id, known({ name: "x".repeat(250) })]));
  await inventory.save(grown);
  expect(await contentOf()).toEqual(grown);
});

it("refuses to overwrite what another process saved", async () => {
  const [one, other] = [await load(), await load()];
  expect(await one.save(new Map([["a", known()]]))).toBe(true);
  expect(await other.save(new Map([["b", known()]]))).toBe(false);
  expect([...(await contentOf()).keys()]).toEqual(["a"]);
});

it("loses no entry if it dies between any two writes", async () => {
  const before = new Map(ids(150).map((id) => [id, known()]));
  const grown = new Map(ids(150).map((id) => [id, known({ name: "x".repeat(250) })]));
  const added = new Map(
    ids(400)
      .slice(300)
      .map((id) => [id, known()]),
  );
  for (let diesAfter = 0; diesAfter < 12; diesAfter++) {
    const store = memoryStore();
    await (await load(store)).save(before);
    store.dieAfter(diesAfter);
    await (await load(store)).save(new Map([...grown, ...added])).catch(() => undefined);
    store.dieAfter(Number.POSITIVE_INFINITY);
    const content = new Map((await load(store)).entries());
    for (const id of before.keys()) expect(content.has(id)).toBe(true);
    expect(await (await load(store)).save(new Map([...grown, ...added]))).toBe(true);
    expect(new Map((await load(store)).entries())).toEqual(new Map([...grown, ...added]));
  }
});

it("drops entries that a log no longer shows with the next write of their part", async () => {
  const inventory = await load();
  await inventory.save(new Map(ids(3).map((id) => [id, known()])));
  const [one = "", other = "", third = ""] = ids(3);
  await inventory.save(new Map(), new Set([one]));
  expect((await contentOf()).size).toBe(3);
  await inventory.save(new Map([[third, known({ name: "new" })]]), new Set([one]));
  expect([...(await contentOf()).keys()]).toEqual([other, third]);
});

function memoryStore(): InventoryStore & { dieAfter(writes: number): void } {
  const parts = new Map<number, InventoryPart>();
  let left = Number.POSITIVE_INFINITY;
  return {
    dieAfter: (writes) => {
      left = writes;
    },
    readPart: async ({ index }: InventoryPlace) => {
      const part = parts.get(index);
      return part && { known: new Map(part.known), version: part.version };
    },
    savePart: async ({ index }, { known: entries, version }) => {
      if (left-- <= 0) throw new Error("the process died");
      if ((parts.get(index)?.version ?? 0) !== version) return false;
      parts.set(index, { known: new Map(entries), version: version + 1 });
      return true;
    },
  };
}
