import { type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Channel } from "../../domain/channel/channel.ts";
import { parseObject } from "../../domain/json.ts";
import { type Item, isExpired } from "./items.ts";
import { pagesOf } from "./pages.ts";
import { type Condition, getItem, unlessConditionFails } from "./update.ts";

// Only for `npm run export` and `npm run import`. Items are copied as stored.

/** Items that belong to this deployment or are short-lived: poller states, downtime, rate limits, idempotency, the doctor's. */
const NOT_EXPORTED = /^(segment|service|limit|idempotency|doctor)#/;

/** Yields all exported items, page by page. Each item is strongly consistent, but not all together: the poller may be running. */
export async function* exportItems(client: DynamoDBClient, table: string, now: number): AsyncGenerator<Item[]> {
  const pages = pagesOf((from) => client.send(new ScanCommand({ TableName: table, ConsistentRead: true, ...from })));
  for await (const { Items = [] } of pages) yield Items.filter((item) => isExported(item, now)).map(withoutLease);
}

export function isExported(item: Item, now: number): boolean {
  const pk = item.pk?.S ?? "";
  return /^[a-z]+#./.test(pk) && !NOT_EXPORTED.test(pk) && !isExpired(item, now);
}

/** Writes an item unless the table has it in the same or a newer version. Returns false if nothing was written. */
export async function importItem(client: DynamoDBClient, table: string, item: Item): Promise<boolean> {
  const { expression, names, values } = onlyNewer(item);
  const command = new PutItemCommand({
    TableName: table,
    Item: item,
    ConditionExpression: expression,
    ...(values && { ExpressionAttributeNames: names, ExpressionAttributeValues: values }),
  });
  return (await unlessConditionFails(client.send(command))) !== undefined;
}

/** Returns whether importItem would write the item now. */
export async function wouldImport(client: DynamoDBClient, table: string, item: Item): Promise<boolean> {
  const stored = await getItem(client, table, item.pk?.S ?? "");
  return stored === undefined || (item.version !== undefined && versionOf(stored) < versionOf(item));
}

/** API keys have no version. An existing key is kept, since it may have been revoked. */
function onlyNewer({ version }: Item): Condition {
  const absent = "attribute_not_exists(pk)";
  if (version === undefined) return { expression: absent, names: {} };
  return { expression: `${absent} OR #version < :version`, names: { "#version": "version" }, values: { ":version": version } };
}

function versionOf({ version }: Item): number {
  return Number(version?.N ?? 0);
}

/**
 * Removes the time of the next send from a channel. Keeps its message, since that may have been delivered. Its lease is exported as
 * expired: 1 instead of 0, because 0 means that nothing was sent.
 */
function withoutLease(item: Item): Item {
  if (!item.pk?.S?.startsWith("channel#")) return item;
  const channel = parseObject(item.record?.S ?? "") as Partial<Channel> | undefined;
  if (!channel) return item;
  const { nextSendAt: _, message, ...kept } = channel;
  const expired = message && { message: { ...message, leaseUntil: Math.min(message.leaseUntil, 1) } };
  return { ...item, record: { S: JSON.stringify({ ...kept, ...expired }) } };
}
