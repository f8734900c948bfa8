import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Listening } from "../../../infra/local/listen.ts";
import { createTable } from "../../../lib/adapters/dynamodb/table.ts";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { Table } from "../../../lib/table-ports.ts";
import { NOW, RULES, registered, seen } from "../../jobs.ts";
import { type Call, type Fate, startTableProxy } from "../../table-proxy.ts";
import { KEEP_MS, startTestTable, type TestTable } from "../../test-table.ts";

let world: TestTable;
let proxy: Listening;
let table: Table;
let decide: (call: Call) => Fate = () => "answer";

beforeAll(async () => {
  world = await startTestTable();
  proxy = await startTableProxy(world, (call) => decide(call));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: proxy.url, region: "eu-central-1", credentials });
  table = createTable({ name: world.name, keepMs: KEEP_MS }, () => NOW, client);
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});

it("recognises its own write if the answer was lost and the retry was rejected", async () => {
  const created = await table.save({ kind: "job", record: registered("lost-answer", seen("waiting")) });
  if (!created) throw new Error("not created");
  const statuses: number[] = [];
  decide = ({ operation, status }) => {
    if (operation === "UpdateItem") statuses.push(status);
    return operation === "UpdateItem" && statuses.length === 1 ? "lose" : "answer";
  };
  const saved = await table.save({ kind: "job", record: observe(created.record, seen("running"), NOW + 1, RULES).job });
  expect(statuses).toEqual([200, 400]);
  expect(saved?.record).toMatchObject({ state: "running", version: 2 });
});

it("reports an overtaken save if another writer was first", async () => {
  const created = await table.save({ kind: "job", record: registered("overtaken", seen("waiting")) });
  if (!created) throw new Error("not created");
  const other = world.open(() => NOW);
  const one = observe(created.record, seen("running"), NOW + 1, RULES).job;
  await other.save({ kind: "job", record: observe(created.record, seen("success"), NOW + 1, RULES).job });
  decide = () => "answer";
  expect(await table.save({ kind: "job", record: one })).toBeUndefined();
  expect((await table.read(jobPk(one)))?.record).toMatchObject({ state: "success" });
});
