import { type AttributeValue, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { packRecord } from "../../lib/adapters/dynamodb/items.ts";
import { encodeOpenEntry } from "../../lib/adapters/dynamodb/open-item-codec.ts";
import { channelPk, jobPk, reachabilityPk } from "../../lib/domain/table-keys.ts";
import { jobKey, NOW, PROJECT, registered, seen } from "../jobs.ts";
import { INTERNAL_ERROR } from "../table-proxy.ts";
import { KEEP_MS } from "../test-table.ts";
import { startTableWorld, type TableWorld } from "./table-world.ts";

let world: TableWorld;
beforeEach(async () => {
  world = await startTableWorld();
});
afterEach(() => world.close());

type Item = Record<string, AttributeValue>;
type Fields = Record<string, unknown>;

async function put(pk: string, attributes: Record<string, AttributeValue | undefined>): Promise<void> {
  const given = Object.entries({ version: { N: "1" }, ...attributes }).flatMap(([name, value]) =>
    value ? [[name, value]] : [],
  );
  await world.table.client.send(
    new PutItemCommand({ TableName: world.table.name, Item: { ...Object.fromEntries(given), pk: { S: pk } } }),
  );
}

async function itemOf(pk: string): Promise<Item> {
  const { Item = {} } = await world.table.client.send(
    new GetItemCommand({ TableName: world.table.name, Key: { pk: { S: pk } } }),
  );
  return Item;
}

const recordOf = (item: Record<string, AttributeValue | undefined>): Fields => JSON.parse(item.record?.S ?? "");

/** Writes a job as another version would have: this version's item, with a changed record and attributes. */
async function putJob(
  jobId: string,
  change: (record: Fields) => Fields,
  attributes: Item = {},
  state: "running" | "failed" = "running",
) {
  const record = registered(jobId, seen(state), { channels: ["general"] });
  const packed = packRecord({ kind: "job", record }, KEEP_MS);
  await put(jobPk(record), { ...packed, ...attributes, record: { S: JSON.stringify(change(recordOf(packed))) } });
}

const touched = (pk: string) => world.calls.filter((call) => call.pk === pk).length;
const jobView = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body;
const without =
  (...names: string[]) =>
  (record: Fields) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

it.each<{ name: string; change: (record: Fields) => Fields; attributes?: Item }>([
  { name: "an unknown attribute", change: (record) => record, attributes: { shard: { S: "7" } } },
  { name: "an unknown field", change: (record) => ({ ...record, owner: { name: "ops" } }) },
  { name: "a different layout of its index entry", change: (record) => record, attributes: { entry: { S: "2;then;more" } } },
  { name: "an empty index entry", change: (record) => record, attributes: { entry: { S: "" } } },
  { name: "a missing field: trackedSince", change: without("trackedSince") },
  { name: "a missing field: subJobs", change: without("subJobs") },
  { name: "a missing field: notifications", change: without("notifications") },
  { name: "a missing field: fingerprint", change: without("fingerprint") },
])(
  "row 47: a job that another version wrote with $name is shown, polled and delivered once",
  async ({ change, attributes }) => {
    await putJob("foreign", change, attributes);
    expect(await world.request("GET", "/jobs/foreign")).toMatchObject({ status: 200, body: { state: "running" } });
    expect((await world.request("GET", "/jobs")).body.jobs).toMatchObject([{ jobId: "foreign" }]);
    world.cloud.answer("foreign", (poll) => json(200, { status: poll < 3 ? "running" : "failed", job_type: `type-${poll}` }));
    await world.ticks(3);
    expect(world.delivered("foreign")).toHaveLength(1);
    expect(await jobView("foreign")).toMatchObject({ state: "failed", notifications: [{ state: "delivered" }] });
  },
);

it("row 47: additional data of a newer version stays unchanged when this version polls, delivers and confirms the job", async () => {
  await putJob("foreign", (record) => ({ ...record, owner: { name: "ops" } }), { shard: { S: "7" } });
  world.cloud.answer("foreign", { status: "failed" });
  await world.ticks(3);
  expect(world.delivered("foreign")).toHaveLength(1);
  const item = await itemOf(jobPk(jobKey("foreign")));
  expect(item.shard).toEqual({ S: "7" });
  expect(recordOf(item).owner).toEqual({ name: "ops" });
});

it("row 47: a notification of a newer version's kind is delivered as plain text, and suspends no channel", async () => {
  const paused = (record: Fields) => ({
    ...record,
    transitions: [...(record.transitions as unknown[]), [NOW, "paused", "paused", "by its owner"]],
    notifications: [["abcdefghijk", 3, "general", "pending", NOW]],
  });
  const tracking = { registeredAt: NOW, trackedSince: NOW };
  const entry = encodeOpenEntry({ pk: jobPk(jobKey("foreign")), tracking, pending: { channels: ["general"], since: NOW } });
  await putJob("foreign", paused, { entry: { S: entry } });
  world.cloud.answer("foreign", { status: "running" });
  await world.registerFailing("neighbour");
  await world.ticks(3);
  expect(world.delivered("neighbour")).toHaveLength(1);
  expect(world.delivered("foreign")).toHaveLength(1);
  expect(world.delivered("foreign")[0]).toContain("by its owner");
  expect(world.delivered("foreign")[0]).not.toContain("undefined");
  const { channels } = (await world.request("GET", "/channels")).body;
  expect(channels).toContainEqual({ name: "general", kind: "slack", state: "open" });
});

it("row 47: channel, reachability and poller state items of other versions are accepted", async () => {
  const text = (record: Fields) => ({ record: { S: JSON.stringify(record) } });
  const message = { id: "abcdefghijk", notifications: [], leaseUntil: 0, attempt: 1, deliveredAt: NOW };
  await put(channelPk("general"), { ...text({ message, theme: "dark" }), shard: { S: "7" } });
  await put(reachabilityPk({ projectId: PROJECT, service: "sfs-turbo" }), {
    ...text({ unreachable: { since: NOW - 1_000, cause: "unavailable", reason: "503", polledAt: NOW - 1_000 } }),
  });
  await put("segment#0of1", { ...text({ windowEnd: NOW - 60_000, speed: 3 }), until: { N: "0" } });
  await world.registerFailing("neighbour");
  await world.ticks(3);
  expect(world.delivered("neighbour")).toHaveLength(1);
  expect(await world.request("GET", "/health")).toMatchObject({ status: 200 });
  const channel = await itemOf(channelPk("general"));
  expect(channel.shard).toEqual({ S: "7" });
  expect(recordOf(channel).theme).toBe("dark");
});

it("row 47: an unreadable item delays neither the jobs, the list nor the channel of others", async () => {
  await putJob("unreadable", (record) => record, {}, "failed");
  const broken = await itemOf(jobPk(jobKey("unreadable")));
  await put(jobPk(jobKey("unreadable")), { ...broken, record: { S: "{cut" } });
  await world.registerFailing("neighbour");
  await world.ticks(3);
  expect(world.delivered("neighbour")).toHaveLength(1);
  expect((await world.request("GET", "/jobs")).body.jobs).toMatchObject([{ jobId: "neighbour" }]);
});

it.each([
  { name: "a channel", pk: channelPk("general") },
  { name: "a service", pk: reachabilityPk({ projectId: PROJECT, service: "sfs-turbo" }) },
  { name: "a poller segment", pk: "segment#0of1" },
])("row 47: an unreadable item of $name delays no other channel, and causes no storm of calls", async ({ pk }) => {
  await put(pk, { record: { S: "{cut" } });
  let polls = 0;
  world.cloud.answer("silent", () => json(++polls < 3 ? 503 : 200, { status: polls < 3 ? "" : "failed" }));
  await world.register("silent", { verify: false });
  await world.registerFailing("neighbour", { channels: ["projects"] });
  world.faults.refuse = (asked) => (asked.pk === pk && touched(pk) > 600 ? INTERNAL_ERROR : undefined);
  for (let tick = 0; tick < 3; tick++) await world.tickAnyway();
  expect(world.delivered("neighbour")).toHaveLength(1);
  expect(touched(pk)).toBeLessThan(500);
  expect(await world.request("GET", "/health")).toMatchObject({ status: 200 });
});
