import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { jobKey } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
  await world.register("odd");
  await world.register("good");
});
afterEach(() => world.close());

const DAMAGED = "{odd";
const Key = { pk: { S: jobPk(jobKey("odd")) } };
const itemOf = async () => (await world.table.client.send(new GetItemCommand({ TableName: world.table.name, Key }))).Item ?? {};
const write = (record: string) =>
  world.table.client.send(
    new UpdateItemCommand({
      TableName: world.table.name,
      Key,
      UpdateExpression: "SET #record = :record",
      ExpressionAttributeNames: { "#record": "record" },
      ExpressionAttributeValues: { ":record": { S: record } },
    }),
  );

it("sets a damaged record aside, keeps it, and goes on with all others", async () => {
  await write(DAMAGED);
  world.cloud.answer("*", { status: "failed", error_code: "SFS.0001", fail_reason: "quota" });
  await world.ticks(3);
  const item = await itemOf();
  expect({ record: item.record?.S, open: item.open, entry: item.entry }).toEqual({ record: DAMAGED });
  const polls = world.cloud.pollCount("odd");
  await world.ticks(3);
  expect(world.cloud.pollCount("odd")).toBe(polls);
  expect(world.sink.messages).toHaveLength(1);
  expect((await world.request("GET", "/jobs")).body.jobs.map(({ jobId }: { jobId: string }) => jobId)).toEqual(["good"]);
});

it("says so to every request for the job, and changes nothing", async () => {
  await write(DAMAGED);
  const requests = [
    ["GET", "/jobs/odd"],
    ["GET", "/jobs/odd/transitions"],
    ["PATCH", "/jobs/odd", { title: "new" }],
    ["POST", "/jobs/odd/refresh"],
    ["POST", "/jobs/odd/redeliver"],
    ["DELETE", "/jobs/odd"],
    ["POST", "/jobs", { jobId: "odd" }],
    ["POST", "/jobs", { jobId: "odd", verify: false }],
    ["POST", "/jobs?dryRun=true", { jobId: "odd" }],
  ] as const;
  for (const [method, path, body] of requests)
    expect(await world.request(method, path, { body }), `${method} ${path}`).toMatchObject({
      status: 409,
      body: { type: "unreadable-record" },
    });
  const batch = await world.request("POST", "/jobs/batch", { body: { jobs: [{ jobId: "odd" }, { jobId: "good" }] } });
  expect(batch.body.results.map(({ status }: { status: number }) => status)).toEqual([409, 200]);
  expect((await itemOf()).record?.S).toBe(DAMAGED);
});

it("tracks the job again once its record is repaired and a request has touched it", async () => {
  const sound = (await itemOf()).record?.S ?? "";
  await write(DAMAGED);
  await world.ticks(2);
  expect((await world.request("GET", "/jobs/odd")).status).toBe(409);
  await write(sound);
  expect(await world.request("PATCH", "/jobs/odd", { body: {} })).toMatchObject({ status: 200, body: { state: "running" } });
  world.cloud.answer("odd", { status: "success" });
  await world.ticks(2);
  expect((await world.request("GET", "/jobs/odd")).body.state).toBe("success");
  expect(await itemOf()).not.toHaveProperty("unreadable");
});
