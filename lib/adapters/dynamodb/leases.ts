import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { CLOCK_DIFFERENCE_MS, isTooFarAhead, LONGEST_DELAY_MS } from "../../domain/stored-times.ts";
import type { Lease } from "../../table-ports.ts";
import { getItem, unlessConditionFails } from "./update.ts";

/** Returns undefined if the lease is free. */
export async function readLease(client: DynamoDBClient, table: string, pk: string, now: number): Promise<Lease | undefined> {
  const item = await getItem(client, table, pk);
  const until = Number(item?.until?.N ?? 0);
  if (!item || until <= now || isTooFarAhead(Number(item.writtenAt?.N ?? 0), now)) return undefined;
  return { pk, owner: item.owner?.S ?? "", until, ...(item.note?.S !== undefined && { note: item.note.S }) };
}

/**
 * Returns false if another owner has the lease. Each owner is new, so a retry after a lost answer finds its own lease.
 * A lease written in the future was written by a wrong clock and counts as expired. Its end is no proof, since leases differ in length.
 */
export function takeLease(client: DynamoDBClient, table: string, lease: Lease, now: number): Promise<boolean> {
  const condition = "attribute_not_exists(#until) OR #until <= :now OR #writtenAt > :ahead OR #owner = :owner";
  const ahead = { N: String(now + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS) };
  return write(client, table, lease, now, condition, { ":now": { N: String(now) }, ":ahead": ahead });
}

/** Returns false if the lease has expired and another owner has taken it. */
export function renewLease(client: DynamoDBClient, table: string, lease: Lease, now: number): Promise<boolean> {
  return write(client, table, lease, now, "#owner = :owner");
}

async function write(
  client: DynamoDBClient,
  table: string,
  { pk, owner, until, note }: Lease,
  now: number,
  condition: string,
  values: Record<string, AttributeValue> = {},
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: pk } },
    UpdateExpression: `SET #owner = :owner, #until = :until, #expiresAt = :expiresAt, #writtenAt = :writtenAt${note === undefined ? " REMOVE #note" : ", #note = :note"}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: {
      ...{ "#owner": "owner", "#until": "until", "#expiresAt": "expiresAt", "#writtenAt": "writtenAt" },
      "#note": "note",
    },
    ExpressionAttributeValues: {
      ...values,
      ":owner": { S: owner },
      ":until": { N: String(until) },
      ":expiresAt": { N: String(Math.ceil(until / 1000)) },
      ":writtenAt": { N: String(now) },
      ...(note !== undefined && { ":note": { S: note } }),
    },
  });
  return (await unlessConditionFails(client.send(command))) !== undefined;
}
