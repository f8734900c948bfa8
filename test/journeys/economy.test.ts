import { afterEach, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job/job.ts";
import type { StoredRecord } from "../../lib/domain/stored-record.ts";
import { NOW, registered, seen } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
afterEach(() => world.close());

/** Counts the calls to the table by command and kind of item. */
function countCalls(): Map<string, number> {
  const calls = new Map<string, number>();
  world.table.client.middlewareStack.add(
    (next, context) => (args) => {
      const { Key } = args.input as { Key?: { pk?: { S?: string } } };
      const name = `${context.commandName} ${Key?.pk?.S?.split("#")[0] ?? ""}`.trim();
      calls.set(name, (calls.get(name) ?? 0) + 1);
      return next(args);
    },
    { step: "initialize", name: "countCalls" },
  );
  return calls;
}

it("writes nothing for 500 unchanged jobs", async () => {
  world = await startWorld({ POLLS_PER_SECOND: "1000" });
  const answer = { status: "running", job_type: "create_share", begin_time: "2026-11-23 11:59:00" };
  const first = seen("running", { jobType: "create_share", beginTime: NOW - 60_000 });
  const table = world.table.open(world.clock.now);
  await world.tick();
  for (let index = 0; index < 500; index++) {
    const record: Job = registered(`job-${index}`, first, { channels: ["general"] });
    await table.save({ kind: "job", record } satisfies StoredRecord);
    world.cloud.answer(`job-${index}`, answer);
  }
  const calls = countCalls();
  await world.tick();
  expect(world.cloud.pollCount()).toBeGreaterThanOrEqual(2_000);
  expect(calls.get("UpdateItemCommand job")).toBeUndefined();
  expect(calls.get("GetItemCommand job")).toBeUndefined();
  expect(calls.get("UpdateItemCommand segment")).toBe(2);
  expect([...calls.keys()].filter((name) => name.startsWith("Update"))).toEqual(["UpdateItemCommand segment"]);
});

it("only takes the lease and scans an empty index if there is nothing to do", async () => {
  world = await startWorld();
  await world.tick();
  const calls = countCalls();
  await world.tick();
  expect(Object.fromEntries(calls)).toEqual({ "UpdateItemCommand segment": 2, ScanCommand: 1 });
});

it("polls every job in turn if a project has more jobs than its poll budget", async () => {
  world = await startWorld({ POLLS_PER_SECOND: "1" });
  const table = world.table.open(world.clock.now);
  for (let index = 0; index < 150; index++) {
    await table.save({ kind: "job", record: registered(`job-${index}`, seen("running")) } satisfies StoredRecord);
    world.cloud.answer(`job-${index}`, { status: "running" });
  }
  await world.ticks(10);
  const polls = Map.groupBy(world.cloud.polls, ({ jobId }) => jobId);
  expect(polls.size).toBe(150);
  expect(Math.min(...[...polls.values()].map(({ length }) => length))).toBeGreaterThanOrEqual(2);
});
