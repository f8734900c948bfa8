import { afterEach, beforeEach, expect, it } from "vitest";
import { type EventSink, startEventSink } from "../../infra/local/event-sink.ts";
import { addWatch } from "../../lib/discovery/watches.ts";
import { hashFraction } from "../../lib/domain/hash.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";

// An hour of a large project: "the console" starts operations at random, and nobody registers any of them.

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const SHARES = 1_200;
const OPERATIONS = 100;
const MINUTES = 60;
const KINDS = ["extend", "failing extend", "change-security-group", "create", "delete"] as const;

let events: EventSink;
let world: World;
let now = () => NOW;
beforeEach(async () => {
  events = await startEventSink({ port: 0, now: () => now(), secret: SECRET });
  const webhook = { pipeline: { url: `${events.url}/webhooks/pipeline`, secrets: [SECRET] } };
  world = await startWorld({ WEBHOOKS: JSON.stringify(webhook) });
  now = world.clock.now;
});
afterEach(async () => {
  await Promise.all([world.close(), events.close()]);
});

interface Operation {
  at: number;
  start(): void;
}

/** Plans operations of every kind at random times, each on a share of its own. `expected` is what must be reported. */
function planOperations(ids: string[], expected: string[]): Operation[] {
  const random = (what: string) => hashFraction(`project-hour ${what}`);
  const operations = Array.from({ length: OPERATIONS }, (_, n) => {
    const kind = KINDS[n % KINDS.length] ?? "extend";
    const id = ids[n * 7] ?? "";
    const seconds = Math.round(65 + 240 * random(`seconds ${n}`));
    // None begins before the first list, and all end within the hour.
    const at = NOW + 70_000 + random(`start ${n}`) * (MINUTES * 60_000 - 490_000);
    const { shares } = world.cloud;
    const start = () => {
      if (kind === "create") expected.push(`${shares.create({ name: `new-${n}`, seconds })} create success`);
      else if (kind === "failing extend") shares.operate(id, "extend", { seconds, fails: true });
      else shares.operate(id, kind, { seconds });
      if (kind === "failing extend") expected.push(`${id} extend failed`);
      else if (kind !== "create") expected.push(`${id} ${kind} success`);
    };
    return { at, start };
  });
  return operations.sort((one, other) => one.at - other.at);
}

/** Starts the operations while the time between two ticks passes. */
function startInTime(operations: Operation[]): void {
  const { advance, now } = world.clock;
  world.clock.advance = (ms) => {
    const until = now() + ms;
    for (let next = operations[0]; next && next.at <= until; next = operations[0]) {
      advance(Math.max(next.at - now(), 0));
      operations.shift()?.start();
    }
    advance(until - now());
  };
}

it("reports each of 100 operations on 1,200 shares once, with one list a minute", async () => {
  const month = 30 * 86_400_000;
  const ids = Array.from({ length: SHARES }, (_, n) => world.cloud.shares.create({ name: `data-${n}`, at: NOW - month }));
  await addWatch(
    world.services,
    "storage",
    { source: "sfs-turbo-share", projectId: PROJECT, defaultChannels: ["pipeline"] },
    "test",
  );
  const writes = new Map<string, number>();
  const count = (name: string) => void writes.set(name, (writes.get(name) ?? 0) + 1);
  const { savePart, save } = world.services.table;
  Object.assign(world.services.table, {
    savePart: (...part: Parameters<typeof savePart>) => {
      count("inventory");
      return savePart(...part);
    },
    save: (stored: Parameters<typeof save>[0]) => {
      count(stored.kind);
      return save(stored);
    },
  });
  const requests: string[] = [];
  const { list } = world.services.lists;
  world.services.lists.list = (request, timeoutMs) => {
    requests.push("list");
    const onRequest = () => {
      requests.push("request");
      request.onRequest?.();
    };
    return list({ ...request, onRequest }, timeoutMs);
  };
  await world.tick();
  const stocked = writes.get("inventory") ?? 0;
  const expected: string[] = [];
  startInTime(planOperations(ids, expected));
  await world.ticks(MINUTES - 1);
  const reported = events.events.map(({ event }) => {
    const { job, transition } = (event as { data: { job: { jobId: string }; transition: { state: string } } }).data;
    const [id, operation] = job.jobId.split(".");
    return `${id} ${operation} ${transition.state}`;
  });
  expect(reported.toSorted()).toEqual(expected.toSorted());
  expect(reported).toHaveLength(OPERATIONS);
  expect(requests.filter((one) => one === "list")).toHaveLength(MINUTES);
  expect(requests.filter((one) => one === "request")).toHaveLength(2 * MINUTES);
  // A change is an operation that began, ended or both; changes of one list in one part share a write.
  expect((writes.get("inventory") ?? 0) - stocked).toBeLessThanOrEqual(2 * OPERATIONS);
}, 240_000);
