import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import type { Job } from "../../lib/domain/job/job.ts";
import { MAX_CHANNELS } from "../../lib/domain/job/rules.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { fullest, LARGEST_OPTIONS, LONG, wordy } from "../fullest-job.ts";
import { jobKey, NOW, PROJECT, registered, seen } from "../jobs.ts";
import { startTableWorld, type TableWorld } from "./table-world.ts";

let world: TableWorld;
beforeEach(async () => {
  world = await startTableWorld();
});
afterEach(() => world.close());

/** The 400 KB limit of an item. */
const LIMITS = 300 * 1024;
const view = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body;
const itemOf = async (jobId: string) => {
  const Key = { pk: { S: jobPk(jobKey(jobId)) } };
  return (await world.table.client.send(new GetItemCommand({ TableName: world.table.name, Key }))).Item ?? {};
};
const bytesOf = (item: Awaited<ReturnType<typeof itemOf>>) =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + (value.S ?? value.N)), 0);

async function save(record: Job): Promise<void> {
  expect(await world.services.table.save({ kind: "job", record })).toBeDefined();
}

it("row 28: a job at every limit stays well below the item limit, ends, and is delivered to every channel", async () => {
  const channels = Array.from({ length: MAX_CHANNELS }, (_, index) => `${index}`.padEnd(63, "c"));
  for (const name of channels) world.services.config.slackWebhooks[name] = `${world.sink.url}/services/T1/B1/${name}`;
  const { job: full, now } = fullest("fullest", channels, world.services.config.rules);
  world.clock.advance(now - NOW);
  await save(full);
  let polls = 0;
  const subJobs = wordy(2).subJobs.map(({ jobId, jobType, state, failReason }) => {
    return { job_id: jobId, job_type: jobType, status: state, fail_reason: failReason?.padEnd(2_000, "容") };
  });
  world.cloud.answer("fullest", () =>
    json(200, { status: ++polls > 1 ? "failed" : "running", fail_reason: LONG, sub_jobs: subJobs }),
  );
  await world.ticks(4);
  expect(bytesOf(await itemOf("fullest"))).toBeLessThan(LIMITS);
  const job = await view("fullest");
  expect(job.state).toBe("failed");
  expect(job.notifications.filter(({ state }: { state: string }) => state !== "delivered")).toEqual([]);
  for (const name of channels) expect(world.sink.messages.filter(({ channel }) => channel === name)).toHaveLength(1);
}, 180_000);

it("row 28: the largest accepted registration is stored completely; a larger one is rejected with 413 or 422", async () => {
  world.cloud.answer("large", { status: "running" });
  expect(await world.register("large", LARGEST_OPTIONS)).toMatchObject({ status: 201 });
  expect(await view("large")).toMatchObject(LARGEST_OPTIONS);
  expect(await world.register("large", { title: LONG.slice(0, 121) })).toMatchObject({ status: 422 });
  expect(await world.register("large", { title: LONG.repeat(2) })).toMatchObject({ status: 413 });
});

it("row 28: a job that is stopped and registered many times is finally rejected with 422, and its last tracking is complete", async () => {
  world.cloud.answer("restless", { status: "running" });
  await world.register("restless");
  let answer = { status: 200 };
  let registrations = 0;
  while (answer.status === 200 && registrations++ < 2_000) {
    expect(await world.request("DELETE", "/jobs/restless")).toMatchObject({ status: 200 });
    answer = await world.register("restless");
  }
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ detail: expect.stringContaining("history is full") }] } });
  expect(registrations).toBeGreaterThan(50);
  expect((await view("restless")).state).toBe("stopped");
  expect(bytesOf(await itemOf("restless"))).toBeLessThan(LIMITS / 10);
  await world.ticks(2);
  expect(world.sink.posts).toEqual([]);
}, 180_000);

/** Expires items as the table still returns them, up to two days after their time to live. */
async function letExpire(jobId: string, more: Record<string, { S: string }> = {}): Promise<void> {
  const attributes = Object.entries({ expiresAt: { N: String(NOW / 1_000 - 60) }, ...more });
  await world.table.client.send(
    new UpdateItemCommand({
      TableName: world.table.name,
      Key: { pk: { S: jobPk(jobKey(jobId)) } },
      UpdateExpression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
    }),
  );
}

it("row 29: an expired job is neither shown, listed nor stopped, and registering it creates a new one", async () => {
  await save(registered("expired", seen("failed"), { channels: [] }));
  await letExpire("expired");
  expect(await world.request("GET", "/jobs/expired")).toMatchObject({ status: 404 });
  expect(await world.request("DELETE", "/jobs/expired")).toMatchObject({ status: 404 });
  expect((await world.request("GET", "/jobs")).body).toEqual({ jobs: [] });
  expect((await world.request("GET", "/jobs?state=failed")).body).toEqual({ jobs: [] });
  world.cloud.answer("expired", { status: "running" });
  expect(await world.register("expired")).toMatchObject({
    status: 201,
    body: { state: "running", transitions: [{ n: 1 }, { n: 2 }] },
  });
  world.cloud.answer("expired", { status: "success" });
  await world.ticks(2);
  expect(world.delivered("expired")).toHaveLength(1);
});

it("row 29: an expired entry of the open index notifies nobody, and stops no other", async () => {
  await save(registered("expired-pending", seen("failed"), { channels: ["general"] }));
  await save(registered("expired-open", seen("running"), { channels: ["general"] }));
  await letExpire("expired-pending");
  await letExpire("expired-open");
  world.cloud.answer("expired-open", { status: "failed" });
  await world.registerFailing("living");
  await world.ticks(2);
  expect(world.sink.messages).toHaveLength(1);
  expect(world.delivered("living")).toHaveLength(1);
  expect((await world.request("GET", "/jobs?state=open")).body).toEqual({ jobs: [] });
  expect(await world.request("GET", `/jobs/expired-open?projectId=${PROJECT}`)).toMatchObject({ status: 404 });
});
