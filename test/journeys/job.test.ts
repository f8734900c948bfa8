import { afterEach, beforeEach, expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { json } from "../../infra/local/answer.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

function texts(): string[] {
  return world.sink.messages.map(({ payload }) => String((payload as { text?: unknown }).text));
}

function rendered(): string[] {
  return world.sink.messages.map((message) => message.rendered);
}

/** The id of the first message, which is the name of a block. */
function notificationId(): string {
  return /"notification (\w{11})"/.exec(JSON.stringify(world.sink.messages[0]?.payload))?.[1] ?? "none";
}

it("reports a success once, and nothing in later ticks", async () => {
  const jobId = world.cloud.startJob("succeeds");
  const answer = await world.register(jobId, { title: "data-01" });
  expect(answer).toMatchObject({ status: 201, headers: { location: `/jobs/${jobId}` }, body: { jobId, state: "waiting" } });
  await world.tick();
  expect(texts()).toEqual(['Create share "data-01" finished after 15 s']);
  await world.ticks(2);
  expect(texts()).toHaveLength(1);
  const { body } = await world.request("GET", `/jobs/${jobId}`);
  expect(body).toMatchObject({ state: "success", notifications: [{ channel: "general", state: "delivered" }] });
  expect(body.transitions.map(({ n, state }: { n: number; state: string }) => `${n} ${state}`)).toEqual([
    "1 registered",
    "2 waiting",
    "3 running",
    "4 success",
  ]);
});

it("shows code, reason and failed sub job of a failure", async () => {
  const jobId = world.cloud.startJob("fails-in-a-sub-job");
  await world.register(jobId, { title: "scratch-7", labels: { owner: "hpc" }, runbookUrl: "https://wiki.example.com/sfs" });
  await world.ticks(2);
  expect(rendered()).toEqual([
    `  Create HPC share "scratch-7" failed after 22 s at Change security group: The subnet has no free IP
  address left (SFS.TURBO.0029)
┃ Failed ❌  Waited 3 s
┃ What to do: The subnet has no free address. Release addresses, or choose a larger subnet, then try
┃ again.
┃ Job error: A subtask failed (SFS.TURBO.0038)
┃ Runbook (https://wiki.example.com/sfs)
┃ Started        today at 12:00 UTC
┃ Ended          today at 12:00 UTC
┃ Registered by  storage
┃ Labels         owner=hpc
┃ job ${jobId}`,
  ]);
  const { body } = await world.request("GET", `/jobs/${jobId}`);
  expect(body).toMatchObject({ requestId: expect.stringMatching(/^\w{32}$/), notifications: [{ id: notificationId() }] });
});

it("reports a job as lost once, after it was missing for LOST_AFTER_MINUTES", async () => {
  const jobId = world.cloud.startJob("vanishes");
  await world.register(jobId);
  await world.ticks(15);
  expect(texts()).toEqual([]);
  await world.ticks(2);
  expect(texts()).toHaveLength(1);
  expect(texts()[0]).toMatch(/lost|no longer knows/i);
  await world.ticks(3);
  expect(texts()).toHaveLength(1);
  expect((await world.request("GET", `/jobs/${jobId}`)).body.state).toBe("lost");
});

it("does not report a job as lost after a single 404", async () => {
  await world.register(world.cloud.startJob("stray-404"), { title: "steady" });
  await world.ticks(20);
  expect(texts()).toEqual(['Create share "steady" finished after 38 s']);
});

it("reports a job that had finished before it was registered", async () => {
  const answer = await world.register(world.cloud.startJob("already-finished"), { title: "ldap" });
  expect(answer).toMatchObject({ status: 201, body: { state: "success" } });
  await world.tick();
  expect(texts()).toHaveLength(1);
  expect(JSON.stringify(world.sink.messages[0]?.payload)).toContain("already finished");
});

it("registers while the cloud is down, and reports the end when it is back", async () => {
  let down = true;
  world.cloud.answer("patient", () => (down ? json(503, {}) : json(200, { status: "success", job_id: "patient" })));
  expect(await world.register("patient")).toMatchObject({
    status: 202,
    headers: { location: "/jobs/patient" },
    body: { state: "registered" },
  });
  await world.ticks(2);
  expect(texts()).toEqual([]);
  down = false;
  await world.tick();
  expect(texts()).toHaveLength(1);
});

it("notifies operators of a service that is unreachable for five minutes, and when it recovers", async () => {
  world.cloud.answer("one", { status: "running", job_id: "one" });
  await world.register("one");
  world.cloud.answer("one", () => json(403, { error_code: "APIGW.0302", error_msg: "The IAM user is not allowed." }));
  await world.ticks(4);
  expect(texts()).toEqual([]);
  await world.ticks(3);
  expect(world.sink.messages.map(({ channel }) => channel)).toEqual(["operators"]);
  world.cloud.answer("one", { status: "success", job_id: "one" });
  await world.ticks(2);
  expect(world.sink.messages.map(({ channel }) => channel).sort()).toEqual(["general", "operators", "operators"]);
  expect(texts().some((text) => /can be polled again/i.test(text))).toBe(true);
});

it("releases its lease if the table fails during a tick, so that the next tick catches up", async () => {
  const jobId = world.cloud.startJob("succeeds");
  await world.register(jobId, { title: "patient" });
  const { table } = world.services;
  const broken = {
    ...table,
    // biome-ignore lint/correctness/useYield: it fails before it yields
    async *scanOpen() {
      throw new Error("throttled");
    },
  };
  const failing = createTickHandler({ ...world.services, table: broken });
  const context = { awsRequestId: "failing", functionName: "poll", getRemainingTimeInMillis: () => 58_000 };
  await expect(failing({ segment: 0 }, context)).rejects.toThrow("throttled");
  world.clock.advance(60_000);
  await world.tick();
  expect(texts()).toEqual(['Create share "patient" finished after 15 s']);
});
