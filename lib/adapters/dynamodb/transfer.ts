import { type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Item, isExpired } from "./items.ts";
import { type Condition, getItem, unlessRefused } from "./update.ts";

// For the operators' `npm run export` and `npm run import` alone: whole items, as the table holds them.

/** What says something of this deployment, or for a moment only: leases and windows, our own outages, accounts of requests. */
const STAYS = /^(segment|service|limit|idempotency)#/;

/** Every item that travels, page by page. Strongly consistent an item, not over all of them: the poller may be at work. */
export async function* exportItems(client: DynamoDBClient, table: string, now: number): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    yield (page.Items ?? []).filter((item) => travels(item, now)).map(withoutLease);
    start = page.LastEvaluatedKey;
  } while (start);
}

export function travels(item: Item, now: number): boolean {
  const pk = item.pk?.S ?? "";
  return /^[a-z]+#./.test(pk) && !STAYS.test(pk) && !isExpired(item, now);
}

/** Writes an item that is not there, or is there in an older version; false where what stands there was kept. */
export async function importItem(client: DynamoDBClient, table: string, item: Item): Promise<boolean> {
  const { expression, names, values } = onlyNewer(item);
  const command = new PutItemCommand({
    TableName: table,
    Item: item,
    ConditionExpression: expression,
    ...(values && { ExpressionAttributeNames: names, ExpressionAttributeValues: values }),
  });
  return (await unlessRefused(client.send(command))) !== undefined;
}

/** Whether importItem would write it now. */
export async function wouldImport(client: DynamoDBClient, table: string, item: Item): Promise<boolean> {
  const stands = await getItem(client, table, item.pk?.S ?? "");
  return stands === undefined || (item.version !== undefined && versionOf(stands) < versionOf(item));
}

/** A key has no version: one that is there may have been revoked meanwhile, and stays as it is. */
function onlyNewer({ version }: Item): Condition {
  const absent = "attribute_not_exists(pk)";
  if (version === undefined) return { expression: absent, names: {} };
  return { expression: `${absent} OR #version < :version`, names: { "#version": "version" }, values: { ":version": version } };
}

function versionOf({ version }: Item): number {
  return Number(version?.N ?? 0);
}

/**
 * A channel's slot stays behind. Its message travels, since its members were perhaps told already; a lease that somebody
 * holds has run out by the time of the import, and says so: 0 would say that nothing was sent.
 */
function withoutLease(item: Item): Item {
  if (!item.pk?.S?.startsWith("channel#")) return item;
  try {
    const { nextSendAt: _, message, ...kept } = JSON.parse(item.record?.S ?? "{}");
    const expired = message && { message: { ...message, leaseUntil: Math.min(message.leaseUntil, 1) } };
    return { ...item, record: { S: JSON.stringify({ ...kept, ...expired }) } };
  } catch {
    return item;
  }
}
