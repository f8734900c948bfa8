import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ApiKey } from "../../ports.ts";
import { type Item, isExpired } from "./items.ts";
import { getItem } from "./update.ts";

/** Team keys: the table knows their SHA-256 alone. */
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

/** Reads the whole table: for the operators' command line alone. */
export async function listKeys(client: DynamoDBClient, table: string): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: "begins_with(pk, :key)",
        ExpressionAttributeValues: { ":key": { S: keyPk("") } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...(page.Items ?? []).map(unpackKey));
    start = page.LastEvaluatedKey;
  } while (start);
  return keys;
}

/** The first time and operator stay. */
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

/** Names that cannot be read are none at all: a limit of a key is never taken for its absence. */
function unpackNames({ L = [] }: AttributeValue): string[] {
  return L.flatMap(({ S }) => S ?? []);
}
