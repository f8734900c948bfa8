import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInventories } from "../../lib/discovery/context.ts";
import { readWatches } from "../../lib/discovery/watches.ts";
import type { ListedOperation, ListedResource } from "../../lib/domain/discovery/listing.ts";
import type { Seen } from "../../lib/domain/job/job.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { jobsOf, type Project, projectOf, watchShares } from "./project.ts";

const A = "854cf6e2-0000-4000-8000-00000000000a";
const B = "854cf6e2-0000-4000-8000-00000000000b";

let world: World;
let project: Project;
const start = async (settings: Record<string, string> = {}) => {
  world = await startWorld(settings);
  project = projectOf(world);
};
beforeEach(() => start());
afterEach(() => world.close());

const watch = (options: Parameters<typeof watchShares>[1] = {}, team = "storage") => watchShares(world, options, team);
const jobs = (team = "storage") => jobsOf(world, team);
const ended = () =>
  world.logged.filter((line) => line.includes('"message":"transition"') || line.includes('"message":"discovered"'));

it("finds an operation again whose inventory was not saved, and its job", async () => {
  project.add(A);
  await watch();
  await world.tick();
  const { table } = world.services;
  const { savePart } = table;
  Object.assign(table, { savePart: () => Promise.reject(new Error("the process died")) });
  project.change(A, { sub_status: "221", size: "600.00" });
  await world.ticks(2);
  Object.assign(table, { savePart });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 success`]);
  project.change(A, { size: "700.00" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 success`, `${A}.extend.2 success`]);
});

it("reports an end once if the clocks of those who saw it differ by an hour", async () => {
  const ahead = (minutes: number) => world.clock.set(NOW + 3_600_000 + minutes * 60_000);
  project.add(A);
  await watch();
  ahead(1);
  await world.tick();
  project.change(A, { sub_status: "121" });
  ahead(2);
  await world.tick();
  world.clock.set(NOW + 3 * 60_000);
  project.change(A, { sub_status: "221", size: "600.00" });
  const { body } = await world.request("POST", `/jobs/${A}.extend.1/refresh?source=sfs-turbo-share`);
  expect(body.state).toBe("success");
  ahead(4);
  await world.tick();
  expect(await jobs()).toEqual([`${A}.extend.1 success`]);
});

it("finds what happened after a first list that a clock a day ahead dated", async () => {
  const entry = (id: string, createdAt: number, state: "running" | "success"): ListedResource => ({
    ...{ id, name: id, createdAt, target: "vault" },
    creation: { operation: "backup", seen: { kind: "seen", state, jobType: "backup", beginTime: createdAt, subJobs: [] } },
  });
  const since: number[] = [];
  let entries: ListedResource[] = [];
  project.listAnswer = (_, request) => {
    since.push(request.since);
    return { kind: "listed", resources: entries.filter(({ createdAt = 0 }) => createdAt >= request.since) };
  };
  await watch({ source: "cbr-log" });
  world.clock.set(NOW + 86_400_000);
  await world.tick();
  world.clock.set(NOW + 20 * 60_000);
  entries = [entry("backup-1", NOW + 60_000, "success")];
  await world.tick();
  expect(since.at(-1)).toBeLessThanOrEqual(NOW + 60_000);
  expect(await jobs()).toEqual(["backup-1 success"]);
});

it("continues with the inventory of another process", async () => {
  project.add(A);
  await watch();
  await world.tick();
  for (const size of ["600.00", "700.00", "800.00"]) {
    Object.assign(world.services, { inventories: createInventories() });
    project.change(A, { sub_status: "221", size });
    await world.ticks(2);
  }
  expect(await jobs()).toEqual([1, 2, 3].map((n) => `${A}.extend.${n} success`));
});

it("notices a stale inventory in memory, and reads it again", async () => {
  project.add(A);
  await watch();
  await world.tick();
  const stale = world.services.inventories;
  Object.assign(world.services, { inventories: { ...createInventories(), process: stale.process } });
  project.change(A, { sub_status: "121" });
  await world.tick();
  Object.assign(world.services, { inventories: stale });
  project.change(A, { sub_status: "221" });
  await world.ticks(3);
  expect(await jobs()).toEqual([`${A}.extend.1 success`]);
  project.change(A, { sub_status: "321" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 success`, `${A}.extend.2 failed`]);
});

it("tracks what is in motion for a team that begins to watch later", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  await watch({ channels: ["projects"] }, "hpc");
  await world.tick();
  expect(await jobs("hpc")).toEqual([`${A}.extend.1 running`]);
  project.change(A, { sub_status: "321" });
  await world.ticks(2);
  expect([await jobs(), await jobs("hpc")]).toEqual([[`${A}.extend.1 failed`], [`${A}.extend.1 failed`]]);
});

it("reports every operation that ended while the poller slept for a day", async () => {
  project.add(A);
  await watch();
  await world.tick();
  world.clock.advance(86_400_000);
  project.change(A, { sub_status: "321" });
  project.add(B);
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 failed`, `${B}.create.1 success`]);
});

it("lets operations wait while the team has too many open jobs, says so, and still reports their ends", async () => {
  await world.close();
  await start({ MAX_OPEN_JOBS: "1" });
  project.add(A);
  project.add(B);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  project.change(B, { sub_status: "132" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 running`]);
  const [state] = await readWatches({ table: world.services.table, pollSegments: 1 }, "storage");
  expect(state?.watch.waiting).toBe(1);
  project.change(B, { sub_status: "332" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 running`, `${B}.change-security-group.1 failed`]);
  const [later] = await readWatches({ table: world.services.table, pollSegments: 1 }, "storage");
  expect(later?.watch.waiting).toBeUndefined();
});

describe("a log of operations", () => {
  let log: ListedResource[];
  const entry = (id: string, state: "running" | "success" | "failed", more: Partial<ListedResource> = {}): ListedResource => ({
    ...{ id, name: "data-01", createdAt: world.clock.now(), target: A },
    creation: { operation: "backup", seen: { kind: "seen", state, jobType: "backup", subJobs: [] } },
    ...more,
  });
  beforeEach(async () => {
    log = [];
    project.listAnswer = (listing, { source, since }) =>
      source === "cbr-log" ? { ...listing, resources: log.filter(({ createdAt = 0 }) => createdAt >= since) } : listing;
    const { cloud } = world.services;
    world.services.cloud = {
      poll: async (job, timeoutMs) =>
        log.find(({ id }) => id === job.jobId)?.creation?.seen ?? (await cloud.poll(job, timeoutMs)),
    };
    await watch({ source: "cbr-log" });
    log.push(entry("old", "success", { createdAt: NOW - 60_000 }));
    await world.tick();
  });

  it("becomes jobs from one list to the next, each once", async () => {
    log.push(entry("one", "running"), entry("two", "failed"));
    await world.tick();
    expect(await jobs()).toEqual(["one running", "two failed"]);
    log = log.map((one) => (one.id === "one" ? entry("one", "success", { createdAt: one.createdAt ?? 0 }) : one));
    await world.ticks(30);
    expect(await jobs()).toEqual(["one success", "two failed"]);
    expect(ended().filter((line) => line.includes('"one"'))).toHaveLength(2);
  });

  it("reports 500 backups at once, each once", async () => {
    log.push(...Array.from({ length: 500 }, (_, n) => entry(`backup-${n}`, n % 10 === 0 ? "failed" : "success")));
    await world.ticks(4);
    const all = await jobs();
    expect(all).toHaveLength(500);
    expect(all.filter((job) => job.endsWith("failed"))).toHaveLength(50);
  });

  it("reports the restore of a share and its creation as one action", async () => {
    await watch();
    await world.tick();
    const seen: Seen = { kind: "seen", state: "success", jobType: "restore", subJobs: [] };
    const restore: ListedOperation = { operation: "restore", seen };
    project.add(B);
    log.push(entry("log-1", "success", { creation: restore, target: B }));
    await world.ticks(3);
    expect(await jobs()).toHaveLength(1);
  });
});

it("does not discover a stopped operation again for another watch of the team", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  await world.request("DELETE", `/jobs/${A}.extend.1?projectId=${PROJECT}`);
  await world.ticks(3);
  await watch({ operations: ["extend"] });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 stopped`]);
});

it("keeps the channels of a watch that is added again without channels, and replaces them otherwise", async () => {
  await watch({ channels: ["projects"] });
  const again = await watch();
  expect(again).toMatchObject({ kind: "known", watch: { channels: ["projects"] } });
  expect(await watch({ channels: ["general"] })).toMatchObject({ kind: "known", watch: { channels: ["general"] } });
});

it("a list that works does not hide from the operators that jobs cannot be polled", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  world.services.cloud = { poll: async () => ({ kind: "unreachable", cause: "unavailable", reason: "503" }) };
  await world.ticks(8);
  const notices = world.sink.messages.filter(({ channel }) => channel === "operators");
  expect(notices.map(({ payload }) => JSON.stringify(payload))).toEqual([expect.stringContaining("Unreachable")]);
});

it("begins a watch with a list that lacks known shares, since it was compared", async () => {
  for (const id of [A, B]) project.add(id);
  await watch({}, "hpc");
  await world.tick();
  project.goneAnswer = { kind: "missing", reason: "404 SFS.TURBO.0002", onlyIf: "any-seen", isGone: true };
  for (const id of [A, B]) project.shares.delete(id);
  await watch();
  await world.tick();
  project.add(B.replace("b", "c"));
  await world.ticks(2);
  expect(await jobs()).toEqual([`${B.replace("b", "c")}.create.1 success`]);
});

it("holds back no other team while the job of one cannot be saved", async () => {
  for (const id of [A, B]) project.add(id);
  await watch({ operations: ["extend"] }, "hpc");
  await world.tick();
  const { table } = world.services;
  const { save } = table;
  Object.assign(table, {
    save: (stored: Parameters<typeof save>[0]) =>
      stored.kind === "job" && stored.record.team === "hpc" ? Promise.resolve(undefined) : save(stored),
  });
  project.change(A, { sub_status: "221" });
  await world.ticks(7);
  await watch();
  await world.ticks(2);
  project.change(B, { sub_status: "321" });
  await world.ticks(2);
  expect(await jobs()).toContain(`${B}.extend.1 failed`);
});
