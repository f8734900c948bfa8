import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTable } from "../../../lib/adapters/dynamodb/table.ts";
import { NOW } from "../../jobs.ts";
import { startTableProxy } from "../../table-proxy.ts";
import { KEEP_MS, startTestTable, type TestTable } from "../../test-table.ts";

let world: TestTable;
beforeAll(async () => {
  world = await startTestTable();
});
afterAll(() => world.close());

it("adds concurrent requests of many instances once each, whatever value they last knew", async () => {
  const instances = Array.from({ length: 12 }, () => world.open(() => NOW));
  await instances[0]?.consumeRateLimit("busy", 1_000, 0);
  const bookings = instances.map((table, index) => table.consumeRateLimit("busy", 1_000, index % 2 ? 0 : NOW + 1_000));
  const answers = (await Promise.all(bookings)).sort((one, other) => one - other);
  expect(answers).toEqual(Array.from({ length: 12 }, (_, index) => NOW + 1_000 * (index + 2)));
});

it.each([
  { name: "all requests are paid off", clock: NOW - 9_000 },
  { name: "a wrong clock wrote the limit days ahead", clock: NOW + 7 * 86_400_000 },
])("starts from zero if $name, whatever value the caller last knew", async ({ clock }) => {
  const table = world.open(() => NOW);
  for (const lastKnown of [0, NOW - 1, NOW + 5_000, clock + 2_000]) {
    const team = `team-${clock - lastKnown}`;
    await world.open(() => clock).consumeRateLimit(team, 2_000, 0);
    expect(await table.consumeRateLimit(team, 3_000, lastKnown)).toBe(NOW + 3_000);
  }
});

it("counts twice, and does not fail, if an answer is lost and the SDK retries", async () => {
  let lost = 0;
  const proxy = await startTableProxy(world, () => (lost++ === 0 ? "lose" : "answer"));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: proxy.url, region: "eu-central-1", credentials });
  const table = createTable({ name: world.name, keepMs: KEEP_MS }, () => NOW, client);
  expect(await table.consumeRateLimit("lost", 2_000, 0)).toBe(NOW + 4_000);
  client.destroy();
  await proxy.close();
});
