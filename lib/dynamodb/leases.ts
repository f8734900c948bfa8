import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Lease } from "../ports.ts";
import { getItem, unlessRefused } from "./update.ts";

/** Undefined where nobody holds it. */
export async function readLease(client: DynamoDBClient, table: string, pk: string, now: number): Promise<Lease | undefined> {
  const item = await getItem(client, table, pk);
  const until = Number(item?.until?.N ?? 0);
  if (!item || until <= now) return undefined;
  return { pk, owner: item.owner?.S ?? "", until, ...(item.note?.S !== undefined && { note: item.note.S }) };
}

/** False where another owner holds it. An owner is fresh, so a repeated write after a lost answer finds its own lease. */
export function takeLease(client: DynamoDBClient, table: string, lease: Lease, now: number): Promise<boolean> {
  const condition = "attribute_not_exists(#until) OR #until <= :now OR #owner = :owner";
  return write(client, table, lease, condition, { ":now": { N: String(now) } });
}

/** False where the lease has run out and another owner has taken it. */
export function renewLease(client: DynamoDBClient, table: string, lease: Lease): Promise<boolean> {
  return write(client, table, lease, "#owner = :owner");
}

async function write(
  client: DynamoDBClient,
  table: string,
  { pk, owner, until, note }: Lease,
  condition: string,
  values: Record<string, AttributeValue> = {},
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: pk } },
    UpdateExpression: `SET #owner = :owner, #until = :until, #expiresAt = :expiresAt${note === undefined ? " REMOVE #note" : ", #note = :note"}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { "#owner": "owner", "#until": "until", "#expiresAt": "expiresAt", "#note": "note" },
    ExpressionAttributeValues: {
      ...values,
      ":owner": { S: owner },
      ":until": { N: String(until) },
      ":expiresAt": { N: String(Math.ceil(until / 1000)) },
      ...(note !== undefined && { ":note": { S: note } }),
    },
  });
  return (await unlessRefused(client.send(command))) !== undefined;
}
