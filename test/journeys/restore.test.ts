import { createHash } from "node:crypto";
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { exportItems, importItem } from "../../lib/adapters/dynamodb/transfer.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { jobsOf, projectOf, watchShares } from "../discovery/project.ts";
import { jobKey } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

// What docs/restore.md says about a table of an earlier moment: which messages come twice, and what is missing.

const NOW = Date.now();
const HOUR = 3_600_000;
const OLD_KEY = "sfsjw_revoked-after-the-copy";
const NEW_KEY = "sfsjw_created-after-the-copy";
const JOBS = ["fails-later", "stopped-later", "registered-later"];

type Items = Parameters<typeof importItem>[2][];

let before: World;
let restored: World;
let copy: Items;

/** A copy is made while two jobs run. Within the next hour one fails, one is stopped, a third is registered, and keys change. */
beforeEach(async () => {
  [before, restored] = await Promise.all([startWorld({}, NOW), startWorld({}, NOW + HOUR)]);
  await addKey(before.table, OLD_KEY, "storage");
  for (const jobId of JOBS) before.cloud.answer(jobId, { status: "running" });
  for (const jobId of JOBS.slice(0, 2)) await before.register(jobId);
  await before.tick();
  copy = await itemsOf(before);

  await before.request("DELETE", "/jobs/stopped-later");
  fail(before);
  await before.register("registered-later");
  await before.tick();
  await addKey(before.table, NEW_KEY, "storage");
  await revokeKey(before.table.client, before.table.name, createHash("sha256").update(OLD_KEY).digest("hex"), NOW);

  for (const item of copy) await importItem(restored.table.client, restored.table.name, item);
  fail(restored);
});
afterEach(async () => void (await Promise.all([before.close(), restored.close()])));

function fail({ cloud }: World): void {
  for (const jobId of JOBS) cloud.answer(jobId, { status: "failed", fail_reason: "no space" });
}

async function itemsOf({ table }: World): Promise<Items> {
  const pages: Items[] = [];
  for await (const page of exportItems(table.client, table.name, NOW)) pages.push(page);
  return pages.flat();
}

const delivered = ({ sink }: World) => sink.messages.map(({ rendered }) => rendered).join("\n");
const notificationOf = async (world: World) => {
  const { body } = await world.request("GET", "/jobs/fails-later");
  return body.notifications.at(-1);
};

it("delivers an end again that was delivered after the copy, with the same id and without a warning", async () => {
  expect(delivered(before)).toContain("no space");
  await restored.tick();
  expect(delivered(restored)).toContain("no space");
  expect(delivered(restored)).not.toMatch(/may\s+repeat/);
  const [first, second] = [await notificationOf(before), await notificationOf(restored)];
  expect([first.state, second.state]).toEqual(["delivered", "delivered"]);
  expect(second.id).toBe(first.id);
});

it("does not know a job that was registered after the copy, until it is registered again", async () => {
  expect((await restored.request("GET", "/jobs/registered-later")).status).toBe(404);
  expect((await restored.register("registered-later")).body.state).toBe("failed");
  await restored.tick();
  expect(delivered(restored)).toContain("registered-later");
});

it("tracks a job again that was stopped after the copy", async () => {
  await restored.tick();
  expect((await before.request("GET", "/jobs/stopped-later")).body.state).toBe("stopped");
  expect((await restored.request("GET", "/jobs/stopped-later")).body.state).toBe("failed");
});

it("finds operations in a watched project that began or ended after the copy", async () => {
  const [source, target] = [projectOf(before), projectOf(restored)];
  for (const { add } of [source, target]) for (const id of ["ended", "runs"]) add(id);
  await watchShares(before);
  await before.ticks(2);
  copy = await itemsOf(before);

  for (const { change } of [source, target]) {
    change("ended", { sub_status: "221", size: "600.00" });
    change("runs", { sub_status: "121" });
  }
  await before.ticks(2);
  expect(await jobsOf(before)).toEqual(expect.arrayContaining(["ended.extend.1 success", "runs.extend.1 running"]));
  for (const item of copy) await importItem(restored.table.client, restored.table.name, item);
  await restored.ticks(2);
  expect(await jobsOf(restored)).toEqual(expect.arrayContaining(["ended.extend.1 success", "runs.extend.1 running"]));
  expect(delivered(restored)).toContain("share ende");
});

it("accepts a key that was revoked after the copy, and rejects one that was created after it", async () => {
  const statuses = async (key: string) => [
    (await before.request("GET", "/jobs", { key })).status,
    (await restored.request("GET", "/jobs", { key })).status,
  ];
  expect(await statuses(OLD_KEY)).toEqual([401, 200]);
  expect(await statuses(NEW_KEY)).toEqual([200, 401]);
});

it("repairs a single damaged item only after the item was deleted", async () => {
  const { client, name: TableName } = restored.table;
  const Key = { pk: { S: jobPk(jobKey("fails-later")) } };
  const record = async () => (await client.send(new GetItemCommand({ TableName, Key }))).Item?.record?.S;
  const intact = await record();
  const damage = { UpdateExpression: "SET #record = :text", ExpressionAttributeNames: { "#record": "record" } };
  await client.send(
    new UpdateItemCommand({ TableName, Key, ...damage, ExpressionAttributeValues: { ":text": { S: "not JSON" } } }),
  );
  for (const item of copy) await importItem(client, TableName, item);
  expect(await record()).toBe("not JSON");

  await client.send(new DeleteItemCommand({ TableName, Key }));
  for (const item of copy) await importItem(client, TableName, item);
  expect(await record()).toBe(intact);
});
