import { afterAll, beforeAll, expect, it } from "vitest";
import { OTHER_SERVICES } from "../../infra/local/other-services.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const post = (body: object) => world.request("POST", "/jobs", { body });

/** Returns the messages since the last call. */
let read = 0;
function delivered(): string[] {
  const latest = world.sink.messages.slice(read).map(({ payload }) => String((payload as { text?: unknown }).text));
  read += latest.length;
  return latest;
}

async function transitions(jobId: string): Promise<string[]> {
  const { body } = await world.request("GET", `/jobs/${jobId}`);
  return body.transitions.map(({ state }: { state: string }) => state);
}

it("reports a share that is created, extended twice, once with a failure, and deleted", async () => {
  const shareId = world.cloud.shares.create();
  const reference = { source: "sfs-turbo-share", shareId };
  const created = await post({ ...reference, operation: "create", title: "data-01" });
  expect(created).toMatchObject({
    status: 201,
    headers: { location: `/jobs/${shareId}.create.1` },
    body: { jobId: `${shareId}.create.1`, state: "running", jobType: "create_share" },
  });
  await world.tick();
  expect(delivered()).toEqual(['Creating share "data-01" finished']);

  world.cloud.shares.operate(shareId, "extend");
  await post({ ...reference, operation: "extend", title: "data-01" });
  await world.tick();
  expect(delivered()).toEqual(['Extending share "data-01" from 500 GB to 600 GB finished']);

  // The status is still 221, from the first extension.
  const again = await post({ ...reference, operation: "extend", title: "data-01" });
  expect(again).toMatchObject({ status: 201, body: { jobId: `${shareId}.extend.2`, state: "waiting" } });
  expect(await post({ ...reference, operation: "extend" })).toMatchObject({
    status: 200,
    body: { jobId: `${shareId}.extend.2` },
  });
  await world.tick();
  expect(delivered()).toEqual([]);
  world.cloud.shares.operate(shareId, "extend", { fails: true });
  await world.tick();
  expect(delivered()).toEqual(['Extending share "data-01" failed. The share itself is still available.']);
  expect(await transitions(`${shareId}.extend.2`)).toEqual(["registered", "waiting", "running", "failed"]);

  world.cloud.shares.operate(shareId, "delete");
  await post({ ...reference, operation: "delete", title: "data-01" });
  await world.tick();
  expect(delivered()).toEqual(['Deleting share "data-01" finished']);
  const stopped = await world.request("DELETE", `/jobs/${shareId}.delete.1`);
  expect(stopped).toMatchObject({ status: 200, body: { state: "success" } });
});

it("reports a task and a job of every other service", async () => {
  const shareId = world.cloud.shares.create();
  const taskId = world.cloud.startJob("succeeds");
  const task = await post({
    source: "sfs-turbo-task",
    share_id: shareId.toUpperCase(),
    task_id: taskId,
    feature: "hpc-cache",
    title: "task",
  });
  expect(task).toMatchObject({ status: 201, body: { jobId: `${shareId}.hpc-cache.${taskId}`, jobType: "hpc_cache_export" } });
  for (const source of Object.keys(OTHER_SERVICES)) {
    const jobId = world.cloud.startJob(source === "cbr-log" ? "succeeds" : "fails-in-a-sub-job", { source });
    const answer = await post({ source, jobId, title: source });
    expect(answer).toMatchObject({ status: 201, headers: { location: `/jobs/${jobId}?source=${source}` }, body: { source } });
    expect(await world.request("GET", answer.headers.location ?? "")).toMatchObject({ status: 200, body: { jobId, source } });
  }
  await world.ticks(2);
  const rendered = world.sink.messages.map((message) => message.rendered.replaceAll(/\s+/g, " ")).join("\n");
  for (const source of Object.keys(OTHER_SERVICES)) {
    // In a message of its own or in a roll-up.
    const [word, title, ran] = source === "cbr-log" ? ["finished", "Backup", 15] : ["failed", "Create HPC share", 22];
    expect(rendered).toMatch(new RegExp(`${title} "${source}"( ${word})? after ${ran} s`));
  }
  expect(rendered).toContain('HPC cache export "task"');
  delivered();
});

it("suggests the sources that know an id if the given one does not", async () => {
  const ecs = world.cloud.startJob("slow", { source: "ecs-job" });
  const refused = await post({ jobId: ecs });
  expect(refused).toMatchObject({ status: 404, body: { type: "unknown-job", foundAs: ["ecs-job"] } });
  expect(refused.body.detail).toContain('The id exists in another source: send "source": "ecs-job".');
  const share = await post({ jobId: world.cloud.shares.create() });
  expect(share.body.detail).toContain('The id exists in another source: send "source": "sfs-turbo-share".');
});

it("does not search other sources for an id of the wrong form, without verification, or beyond the team's rate limit", async () => {
  const polls = () => world.cloud.pollCount();
  let before = polls();
  await post({ jobId: "typo" });
  expect(polls() - before).toBe(2);
  before = polls();
  const unknown = await post({ jobId: "ff80808288a8c5f20188ab0d8c6a0b1c" });
  expect(unknown.body.detail).toContain("Check the ids");
  expect(polls() - before).toBe(2 + 6);
  before = polls();
  expect(await post({ jobId: "ff80808288a8c5f20188ab0d8c6a0b1d", verify: false })).toMatchObject({ status: 201 });
  expect(polls() - before).toBe(2);
  const poor = await startWorld({ REQUESTS_PER_MINUTE: "6" });
  try {
    await poor.register("typo");
    await poor.register("ff80808288a8c5f20188ab0d8c6a0b1c");
    expect(poor.cloud.pollCount()).toBe(2 + 2);
  } finally {
    await poor.close();
  }
});
