import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Durations, type JobType, typeOf, withDuration } from "../../../lib/domain/schedule/durations.ts";
import type { Table } from "../../../lib/table-ports.ts";
import { NOW } from "../../jobs.ts";
import { startTestTable, type TestTable } from "../../test-table.ts";

let store: TestTable;
let table: Table;
beforeAll(async () => {
  store = await startTestTable();
  table = store.open(() => NOW);
});
afterAll(() => store.close());

const NONE = { durations: new Map(), version: 0 };
const CREATE: JobType = { team: "storage", source: "sfs-turbo-job", jobType: "create_share" };

function durationsOf(count: number, ms = 60_000): Durations {
  let durations: Durations = new Map();
  for (let index = 0; index < count; index++) durations = withDuration(durations, `job-${index}`, ms + index * 1_000);
  return durations;
}

it("returns the saved durations in their order", async () => {
  expect(await table.readDurations(CREATE)).toEqual(NONE);
  const durations = durationsOf(12);
  expect(await table.saveDurations(CREATE, { durations, version: 0 })).toBe(true);
  const read = await table.readDurations(CREATE);
  expect([...read.durations]).toEqual([...durations]);
  expect(read.version).toBe(1);
});

it("keeps the durations of teams apart", async () => {
  const type = { ...CREATE, jobType: "shared" };
  await table.saveDurations(type, { durations: durationsOf(3), version: 0 });
  expect(await table.readDurations({ ...type, team: "hostile" })).toEqual(NONE);
});

it("rejects durations that another writer has overtaken", async () => {
  const type = { ...CREATE, jobType: "raced" };
  expect(await table.saveDurations(type, { durations: durationsOf(1), version: 0 })).toBe(true);
  expect(await table.saveDurations(type, { durations: durationsOf(2), version: 0 })).toBe(false);
  expect(await table.saveDurations(type, { durations: durationsOf(3), version: 1 })).toBe(true);
  expect((await table.readDurations(type)).durations.size).toBe(3);
});

const HOSTILE = ["a#b", "a", "a#b#c", "__proto__", "#", "\u{1f4a3}".repeat(32), "\ud800x", "job#storage#x#y#z"];

it("keeps types apart, independent of their names", async () => {
  for (const [index, jobType] of HOSTILE.entries()) {
    const type = typeOf({ team: "storage", source: "sfs-turbo-job" }, jobType) ?? CREATE;
    expect(await table.saveDurations(type, { durations: durationsOf(index + 1), version: 0 }), jobType).toBe(true);
  }
  for (const [index, jobType] of HOSTILE.entries()) {
    expect((await table.readDurations({ team: "storage", source: "sfs-turbo-job", jobType })).durations.size).toBe(index + 1);
  }
  expect(typeOf({ team: "storage", source: "sfs-turbo-job" }, "a|b|")).toEqual({
    team: "storage",
    source: "sfs-turbo-job",
    jobType: "ab",
  });
  expect(typeOf({ team: "storage", source: "sfs-turbo-job" }, "|")).toBeUndefined();
});

it("stays under 1 KB with 50 durations of weeks under the longest name", async () => {
  const type = { ...CREATE, jobType: "\u{1f4a3}".repeat(32) };
  const { version } = await table.readDurations(type);
  await table.saveDurations(type, { durations: durationsOf(50, 59 * 86_400_000), version });
  const pk = `durations#storage#sfs-turbo-job#${type.jobType}`;
  const { Item = {} } = await store.client.send(new GetItemCommand({ TableName: store.name, Key: { pk: { S: pk } } }));
  const texts = Object.entries(Item).flatMap(([name, value]) => [name, value.S ?? value.N ?? ""]);
  expect(texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)).toBeLessThan(1_024);
  expect((await table.readDurations(type)).durations.size).toBe(50);
});

it.each([
  { name: "text of another kind", record: { S: "{not: durations}" }, known: 0 },
  { name: "not a text", record: { N: "7" }, known: 0 },
  { name: "valid and invalid entries", record: { S: "a1b2c3z,xxxxxx5,,a1b2c4,a1b2c5-5,a1b2c6zzzzzz" }, known: 1 },
])("reads what is valid in $name, and saves over it", async ({ name, record, known }) => {
  const type = { ...CREATE, jobType: name };
  const pk = { S: `durations#storage#sfs-turbo-job#${name}` };
  await store.client.send(new PutItemCommand({ TableName: store.name, Item: { pk, record, version: { N: "4" } } }));
  const read = await table.readDurations(type);
  expect(read.durations.size).toBe(known);
  expect(await table.saveDurations(type, { ...read, durations: durationsOf(2) })).toBe(true);
  expect((await table.readDurations(type)).durations.size).toBe(2);
});
