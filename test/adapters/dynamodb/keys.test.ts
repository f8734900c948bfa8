import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKey, listKeys, revokeKey } from "../../../lib/adapters/dynamodb/api-keys.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { NOW, PROJECT } from "../../jobs.ts";
import { startTestTable, type TestTable } from "../../test-table.ts";

const KEY: ApiKey = { hash: "a".repeat(64), team: "storage", label: "ci", createdAt: NOW };

let world: TestTable;
beforeAll(async () => {
  world = await startTestTable();
});
afterAll(() => world.close());

async function stored(hash: string, attributes: Record<string, AttributeValue>): Promise<ApiKey | undefined> {
  const Item = { pk: { S: `key#${hash}` }, ...attributes };
  await world.client.send(new PutItemCommand({ TableName: world.name, Item }));
  return await world.open(() => NOW).readKey(hash);
}

it("returns a key as created, with its limits in their order", async () => {
  const limits = { channels: ["projects", "general"], projects: [PROJECT], expiresAt: NOW + 60_000 };
  const key: ApiKey = { ...KEY, ...limits, readOnly: true, operator: true };
  await createKey(world.client, world.name, key);
  expect(await world.open(() => NOW).readKey(KEY.hash)).toEqual(key);
  expect(await listKeys(world.client, world.name)).toEqual([key]);
  expect(await world.open(() => NOW + 60_000).readKey(KEY.hash)).toBeUndefined();
});

it("keeps the first time of a revocation, and does not revoke a missing key", async () => {
  await createKey(world.client, world.name, { ...KEY, hash: "b".repeat(64) });
  await revokeKey(world.client, world.name, "b".repeat(64), NOW);
  await revokeKey(world.client, world.name, "b".repeat(64), NOW + 5);
  expect((await world.open(() => NOW).readKey("b".repeat(64)))?.revokedAt).toBe(NOW);
  await expect(revokeKey(world.client, world.name, "c".repeat(64), NOW)).rejects.toThrow();
  expect(await world.open(() => NOW).readKey("c".repeat(64))).toBeUndefined();
});

it("does not treat an unreadable limit as none, and ignores a key without a team", async () => {
  const team = { S: "storage" };
  expect(await stored("1".repeat(64), { team, channels: { SS: ["general"] }, projects: { S: "all" } })).toMatchObject({
    channels: [],
    projects: [],
  });
  expect(await stored("2".repeat(64), { team, revokedAt: { S: "yesterday" } })).toHaveProperty("revokedAt");
  expect(await stored("3".repeat(64), { label: { S: "nobody's" } })).toBeUndefined();
});
