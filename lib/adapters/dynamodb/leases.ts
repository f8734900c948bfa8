import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CLOCK_DIFFERENCE_MS, isTooFarAhead, LONGEST_DELAY_MS } from "../../domain/stored-times.ts";
import type { Lease } from "../../table-ports.ts";
import type { Item } from "./items.ts";
import { getItem, update } from "./update.ts";

/** Returns undefined if the lease is free. */
export async function readLease(client: DynamoDBClient, table: string, pk: string, now: number): Promise<Lease | undefined> {
  const item = await getItem(client, table, pk);
  const until = Number(item?.until?.N ?? 0);
  if (!item || until <= now || isTooFarAhead(Number(item.writtenAt?.N ?? 0), now)) return undefined;
  return { pk, owner: item.owner?.S ?? "", until, ...(item.note?.S !== undefined && { note: item.note.S }) };
}

/** Returns false if another owner has the lease. */
export async function takeLease(client: DynamoDBClient, table: string, lease: Lease, now: number): Promise<boolean> {
  return (await takeIfFree(client, table, lease, now, shortLived(lease))) !== undefined;
}

/** Returns false if the lease has expired and another owner has taken it. */
export async function renewLease(client: DynamoDBClient, table: string, lease: Lease, now: number): Promise<boolean> {
  const attributes = { ...attributesOf(lease, now), ...shortLived(lease) };
  return (await update(client, table, lease.pk, attributes, { expression: "#owner = :owner", names: {} })) !== undefined;
}

/**
 * Returns the item; undefined if another owner has the lease. Each owner is new, so a retry after a lost answer finds its own lease.
 * A lease written in the future was written by a wrong clock and counts as expired. Its end is no proof, since leases differ in length.
 */
export async function takeIfFree(
  client: DynamoDBClient,
  table: string,
  lease: Lease,
  now: number,
  more: Record<string, AttributeValue | undefined> = {},
): Promise<Item | undefined> {
  const expression = "attribute_not_exists(#until) OR #until <= :now OR #writtenAt > :ahead OR #owner = :owner";
  const ahead = { N: String(now + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS) };
  const condition = { expression, names: {}, values: { ":now": { N: String(now) }, ":ahead": ahead } };
  return (await update(client, table, lease.pk, { ...attributesOf(lease, now), ...more }, condition, "ALL_NEW"))?.Attributes;
}

function attributesOf({ owner, until }: Lease, now: number): Record<string, AttributeValue> {
  return { owner: { S: owner }, until: { N: String(until) }, writtenAt: { N: String(now) } };
}

/** The table deletes the item after the lease. */
function shortLived({ until, note }: Lease): Record<string, AttributeValue | undefined> {
  return { expiresAt: { N: String(Math.ceil(until / 1000)) }, note: note === undefined ? undefined : { S: note } };
}
