import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ApiKey } from "../../domain/api-key.ts";
import { type Item, isExpired } from "./items.ts";
import { pagesOf } from "./pages.ts";
import { getItem } from "./update.ts";

/** Reads a team key. The table stores only its SHA-256. */
export async function readKey(client: DynamoDBClient, table: string, hash: string, now: number): Promise<ApiKey | undefined> {
  const item = await getItem(client, table, keyPk(hash));
  return item?.team?.S && !isExpired(item, now) ? unpackKey(item) : undefined;
}

export async function createKey(client: DynamoDBClient, table: string, key: ApiKey): Promise<void> {
  const { hash, team, label, createdAt, createdBy, readOnly, operator, channels, projects, expiresAt } = key;
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        pk: { S: keyPk(hash) },
        team: { S: team },
        label: { S: label },
        createdAt: { N: String(createdAt) },
        ...(createdBy !== undefined && { createdBy: { S: createdBy } }),
        ...(readOnly && { readOnly: { BOOL: true } }),
        ...(operator && { operator: { BOOL: true } }),
        ...(channels && { channels: packNames(channels) }),
        ...(projects && { projects: packNames(projects) }),
        ...(expiresAt !== undefined && { expiresAt: { N: String(Math.floor(expiresAt / 1000)) } }),
      },
    }),
  );
}

/** Scans the whole table. Only for the operators' command line. */
export async function listKeys(client: DynamoDBClient, table: string): Promise<ApiKey[]> {
  const scan = {
    TableName: table,
    ConsistentRead: true,
    FilterExpression: "begins_with(pk, :key)",
    ExpressionAttributeValues: { ":key": { S: keyPk("") } },
  };
  const pages = pagesOf((from) => client.send(new ScanCommand({ ...scan, ...from })));
  const keys: ApiKey[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.map(unpackKey));
  return keys;
}

/** A repeated call does not change the time and the operator. */
export async function revokeKey(client: DynamoDBClient, table: string, hash: string, at: number, by?: string): Promise<void> {
  const isNamed = by !== undefined;
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: keyPk(hash) } },
      UpdateExpression: `SET revokedAt = if_not_exists(revokedAt, :at)${isNamed ? ", revokedBy = if_not_exists(revokedBy, :by)" : ""}`,
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":at": { N: String(at) }, ...(isNamed && { ":by": { S: by } }) },
    }),
  );
}

function keyPk(hash: string): string {
  return `key#${hash}`;
}

function unpackKey(item: Item): ApiKey {
  return {
    hash: item.pk?.S?.slice(keyPk("").length) ?? "",
    team: item.team?.S ?? "",
    label: item.label?.S ?? "",
    createdAt: Number(item.createdAt?.N ?? 0),
    ...(item.readOnly?.BOOL === true && { readOnly: true }),
    ...(item.operator?.BOOL === true && { operator: true }),
    ...(item.channels && { channels: unpackNames(item.channels) }),
    ...(item.projects && { projects: unpackNames(item.projects) }),
    ...(item.expiresAt?.N !== undefined && { expiresAt: Number(item.expiresAt.N) * 1000 }),
    ...(item.createdBy?.S !== undefined && { createdBy: item.createdBy.S }),
    ...(item.revokedBy?.S !== undefined && { revokedBy: item.revokedBy.S }),
    ...(item.revokedAt && { revokedAt: Number(item.revokedAt.N ?? 0) }),
  };
}

function packNames(names: string[]): AttributeValue {
  return { L: names.map((S) => ({ S })) };
}

/** Unreadable names count as an empty list, so that a limit of a key never disappears. */
function unpackNames({ L = [] }: AttributeValue): string[] {
  return L.flatMap(({ S }) => S ?? []);
}
