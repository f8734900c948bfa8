import { observationOfShare } from "../../../lib/adapters/cloud/sources/sfs-turbo/share-details.ts";
import { addWatch } from "../../../lib/discovery/watches.ts";
import { compareResource, type Known } from "../../../lib/domain/discovery/inventory.ts";
import type { ListedResource } from "../../../lib/domain/discovery/listing.ts";
import type { Seen } from "../../../lib/domain/job/job.ts";
import { NOW } from "../../jobs.ts";
import { startWorld } from "../../world.ts";
import { countCapacity } from "../capacity.ts";
import { median } from "../in-turn.ts";
import { listCost } from "../prices.ts";
import type { Row } from "../row.ts";

const SHARES = 5_000;
const CHANGED = 50;
const ROUNDS = 15;
const FIRST = { newSince: Number.POSITIVE_INFINITY, tagNames: new Set<string>() };
const LATER = { newSince: NOW, tagNames: new Set<string>() };

/** Compares a list with the inventory of the list before. */
export async function compareShares(): Promise<Row[]> {
  const before = new Map(shares().map((share) => [share.id, compareResource(undefined, share, FIRST).known] as const));
  const list = shares(CHANGED);
  globalThis.gc?.();
  const times = Array.from({ length: ROUNDS }, () => compareAll(before, list));
  const ms = median(times.map((one) => one.ms));
  return [
    {
      name: "comparing a list",
      ours: `${ms.toFixed(1)} ms for ${SHARES.toLocaleString("en")} shares`,
      baseline: `JSON.parse of the same rows ${median(times.map((one) => one.parseMs)).toFixed(1)} ms`,
      goal: `finds ${CHANGED} changes, <= 100 ms`,
      met: ms <= 100 && times.every(({ found }) => found === CHANGED),
      note: `${CHANGED} of them changed; the inventory holds ${(bytesOf(before) / SHARES).toFixed(0)} bytes per share as JSON`,
    },
  ];
}

const PROJECTS = 10;
const SHARES_EACH = 12;
const TICKS = 5;

/** Table units of unchanged lists, and their price for 100 projects. */
export async function watchingProjects(): Promise<Row[]> {
  const ids = Array.from({ length: PROJECTS }, (_, n) => n.toString(16).padStart(32, "0"));
  const world = await startWorld({ ALLOWED_PROJECT_IDS: ids.join(","), OS_PROJECT_ID: ids[0] ?? "" });
  try {
    const take = countCapacity(world);
    await world.tick();
    take();
    await world.ticks(TICKS);
    const idle = sumOf(take());
    for (const projectId of ids) {
      for (let n = 0; n < SHARES_EACH; n++) world.cloud.shares.create({ projectId, name: `data-${n}`, at: NOW - 86_400_000 });
      await addWatch(
        world.services,
        "storage",
        { source: "sfs-turbo-share", projectId, defaultChannels: ["general"] },
        "bench",
      );
    }
    await world.ticks(2);
    take();
    await world.ticks(TICKS);
    const taken = take();
    const watched = sumOf(taken);
    const { segment = 0, ...items } = taken.writes;
    const per = (kind: "reads" | "writes") => (watched[kind] - idle[kind]) / TICKS / PROJECTS;
    const cost = listCost(100, { reads: per("reads"), writes: per("writes") });
    return [
      {
        name: "watching projects",
        ours: `$${cost.toFixed(2)} a month for 100 projects`,
        baseline: "",
        goal: "an unchanged list writes no item",
        met: sumOf({ reads: {}, writes: items }).writes === 0,
        note: `per list ${per("reads").toFixed(2)} read units, and ${per("writes").toFixed(2)} write units for its time in the state of the segment (${segment / TICKS} a tick); 0.3 s of a function of 256 MB for each list, 6 at once; beside the costs of a tick`,
      },
    ];
  } finally {
    await world.close();
  }
}

function compareAll(before: ReadonlyMap<string, Known>, list: ListedResource[]) {
  const text = JSON.stringify(list);
  const parseBegan = performance.now();
  JSON.parse(text);
  const began = performance.now();
  let found = 0;
  for (const share of list) found += compareResource(before.get(share.id), share, LATER).operations.length;
  return { found, ms: performance.now() - began, parseMs: began - parseBegan };
}

function shares(changed = 0): ListedResource[] {
  return Array.from({ length: SHARES }, (_, n) => {
    const id = `854cf6e2-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const body = { id, name: `data-${n}`, status: "200", size: "500.00", ...(n < changed && { sub_status: "121" }) };
    const seenAs = (operation: "create" | "extend") => ({
      operation,
      seen: observationOfShare(body, id, operation) as Seen,
    });
    return {
      ...{ id, name: body.name, createdAt: NOW - 86_400_000, creation: seenAs("create") },
      values: { extend: body.size, "change-security-group": `854cf6e2-1111-4000-8000-${String(n % 7).padStart(12, "0")}` },
      ...(n < changed && { change: seenAs("extend") }),
    };
  });
}

function bytesOf(known: ReadonlyMap<string, Known>): number {
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
}

function sumOf({ reads, writes }: { reads: Record<string, number>; writes: Record<string, number> }) {
  const sum = (units: Record<string, number>) => Object.values(units).reduce((one, other) => one + other, 0);
  return { reads: sum(reads), writes: sum(writes) };
}
