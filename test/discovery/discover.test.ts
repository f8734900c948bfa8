import { afterEach, beforeEach, expect, it } from "vitest";
import { endWatch, readWatches } from "../../lib/discovery/watches.ts";
import { PROJECT } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { jobsOf, type Project, projectOf, watchShares } from "./project.ts";

const A = "854cf6e2-0000-4000-8000-00000000000a";
const B = "854cf6e2-0000-4000-8000-00000000000b";

let world: World;
let project: Project;
beforeEach(async () => {
  world = await startWorld();
  project = projectOf(world);
});
afterEach(() => world.close());

const watch = (options: Parameters<typeof watchShares>[1] = {}, team = "storage") => watchShares(world, options, team);

const texts = () => world.sink.messages.map(({ payload }) => String((payload as { text?: unknown }).text));
const jobs = (team = "storage") => jobsOf(world, team);

it("reports an extension that somebody started, from its start to its end", async () => {
  project.add(A, { name: "data-01" });
  await watch({ notifyOn: ["started", "succeeded", "failed"] });
  await world.tick();
  expect(texts()).toEqual([]);
  project.change(A, { sub_status: "121" });
  await world.tick();
  expect(await jobs()).toEqual([`${A}.extend.1 running`]);
  project.change(A, { sub_status: "221", size: "600.00" });
  await world.tick();
  expect(await jobs()).toEqual([`${A}.extend.1 success`]);
  await world.ticks(3);
  expect(texts()).toHaveLength(2);
  expect(texts()[0]).toContain("data-01");
  expect(texts()[1]).toContain("data-01");
});

it("reports operations that begin and end between two lists, and the same one only once", async () => {
  project.add(A);
  project.add(B, { sub_status: "221" });
  await watch();
  await world.tick();
  project.change(A, { sub_status: "321" });
  project.change(B, { size: "700.00" });
  await world.ticks(4);
  expect(await jobs()).toEqual([`${A}.extend.1 failed`, `${B}.extend.1 success`]);
  project.change(B, { size: "800.00" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.extend.1 failed`, `${B}.extend.1 success`, `${B}.extend.2 success`]);
});

it("takes stock with the first list: tracks what is in motion and reports nothing that ended before", async () => {
  project.add(A, { sub_status: "221" });
  project.add(B, { status: "100" });
  await watch();
  await world.tick();
  expect(await jobs()).toEqual([`${B}.create.1 running`]);
  project.change(B, { status: "200" });
  await world.ticks(2);
  expect(await jobs()).toEqual([`${B}.create.1 success`]);
});

it("reports creations that are found done, and deletions by the share's own answer", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.add(B);
  await world.tick();
  expect(await jobs()).toEqual([`${B}.create.1 success`]);
  project.shares.delete(A);
  await world.ticks(2);
  expect(await jobs()).toEqual([`${A}.delete.1 success`, `${B}.create.1 success`]);
});

it("reports no creation of an old share that an earlier list lacked", async () => {
  project.add(A, { created_at: "2020-01-01T00:00:00" });
  project.add(B, { created_at: "2020-01-01T00:00:00" });
  project.listAnswer = (listing) => ({ ...listing, resources: listing.resources.slice(0, 1) });
  await watch();
  await world.tick();
  delete project.listAnswer;
  await world.ticks(3);
  expect(await jobs()).toEqual([]);
});

it("does not take a share for deleted that a list lacks but the service still knows", async () => {
  project.add(A);
  project.add(B);
  await watch();
  await world.tick();
  project.listAnswer = (listing) => ({ ...listing, resources: listing.resources.slice(1) });
  await world.ticks(3);
  delete project.listAnswer;
  await world.ticks(2);
  expect(await jobs()).toEqual([]);
});

it("reports none of many shares that vanish at once, and says so", async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `854cf6e2-0000-4000-8000-0000000001${String(index).padStart(2, "0")}`);
  for (const id of ids) project.add(id);
  await watch();
  await world.tick();
  project.goneAnswer = { kind: "missing", reason: "404 SFS.TURBO.0002", onlyIf: "any-seen", isGone: true };
  const kept = new Map([...project.shares].slice(0, 10));
  const all = project.shares;
  project.shares = kept;
  await world.ticks(8);
  expect(await jobs()).toEqual([]);
  expect(texts()).toEqual([expect.stringContaining("20 of 30 shares vanished from the list at once")]);
  const [state] = await readWatches({ table: world.services.table, pollSegments: 1 }, "storage");
  expect(state?.watch.failing).toMatchObject({ cause: "incomplete", reported: true });
  project.shares = all;
  await world.ticks(2);
  expect(await jobs()).toEqual([]);
  expect(texts()[1]).toContain("works again");
});

it("does not discover a stopped operation again", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  await world.request("DELETE", `/jobs/${A}.extend.1?projectId=${PROJECT}`);
  await world.ticks(2);
  project.change(A, { sub_status: "221", size: "900.00" });
  await world.ticks(3);
  expect(await jobs()).toEqual([`${A}.extend.1 stopped`]);
  expect(texts()).toEqual([]);
});

it("takes an operation that the team registered itself for the same job", async () => {
  project.add(A);
  await watch();
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.request("POST", "/jobs", {
    body: {
      source: "sfs-turbo-share",
      shareId: A,
      operation: "extend",
      projectId: PROJECT,
      title: "mine",
      channels: ["general"],
    },
  });
  await world.tick();
  project.change(A, { sub_status: "221", size: "900.00" });
  await world.ticks(3);
  expect(await jobs()).toEqual([`${A}.extend.1 success`]);
  expect(texts()).toHaveLength(1);
});

it("gives each team its own job, lists the project once, and honours filters", async () => {
  project.add(A, { name: "data-01", tags: { team: "hpc" } });
  project.add(B, { name: "scratch" });
  await watch({ names: ["data-*"] });
  await watch({ operations: ["extend"], tags: { team: "hpc" } }, "hpc");
  await world.tick();
  project.change(A, { sub_status: "132" });
  project.change(B, { sub_status: "121" });
  const before = project.lists.length;
  await world.tick();
  expect(project.lists.length - before).toBe(1);
  expect(await jobs()).toEqual([`${A}.change-security-group.1 running`]);
  project.change(A, { sub_status: "121" });
  await world.tick();
  const page = await world.services.table.listJobs("hpc", { limit: 100 });
  expect(page !== "bad cursor" && page.jobs.map(({ jobId }) => jobId)).toEqual([`${A}.extend.1`]);
});

it("notifies the team when its project cannot be listed, and when it can again", async () => {
  await watch();
  project.listAnswer = () => ({ kind: "unreachable", cause: "not-permitted", reason: "403 APIGW.0305 no permission" });
  await world.tick();
  const [state] = await readWatches({ table: world.services.table, pollSegments: 1 }, "storage");
  expect(state?.watch.failing).toMatchObject({ cause: "not-permitted" });
  await world.ticks(7);
  const team = world.sink.messages.filter(({ channel }) => channel === "general");
  expect(team).toHaveLength(1);
  expect(JSON.stringify(team[0]?.payload)).toContain("sfsturbo:shares:getAllShares");
  delete project.listAnswer;
  await world.ticks(2);
  expect(world.sink.messages.filter(({ channel }) => channel === "general")).toHaveLength(2);
});

it("lists no more after the last watch has ended", async () => {
  project.add(A);
  const added = await watch();
  await world.ticks(2);
  if (added.kind === "too-many") throw new Error("too many watches");
  await endWatch(world.services, "storage", added.watch.watchId);
  const before = project.lists.length;
  await world.ticks(15);
  expect(project.lists.length).toBe(before);
  const entries = [];
  for await (const page of world.services.table.scanOpen(0, 1)) entries.push(...page.entries);
  expect(entries).toEqual([]);
});

it("writes nothing for an unchanged list, and one part of the inventory for a change", async () => {
  for (let index = 0; index < 500; index++) project.add(`854cf6e2-0000-4000-8000-${String(index).padStart(12, "0")}`);
  await watch();
  await world.ticks(2);
  const writes: string[] = [];
  world.table.client.middlewareStack.add(
    (next, context) => (args) => {
      const { Key } = args.input as { Key?: { pk?: { S?: string } } };
      if (context.commandName === "UpdateItemCommand") writes.push(String(Key?.pk?.S?.split("#")[0]));
      return next(args);
    },
    { step: "initialize", name: "countWrites" },
  );
  await world.tick();
  expect(writes).toEqual(["segment", "segment"]);
  writes.length = 0;
  project.change("854cf6e2-0000-4000-8000-000000000007", { sub_status: "121" });
  await world.tick();
  expect(writes.filter((kind) => kind === "inventory")).toHaveLength(1);
});

it("says from what size to what size a share grew, even if the extension was too short to be seen running", async () => {
  project.add(A, { name: "data-01" });
  await watch();
  await world.tick();
  project.change(A, { sub_status: "221", size: "600.00" });
  await world.ticks(2);
  project.change(A, { size: "700.00" });
  await world.ticks(2);
  expect(texts()).toEqual([
    'Extending share "data-01" from 500 GB to 600 GB finished',
    'Extending share "data-01" from 600 GB to 700 GB finished',
  ]);
});
