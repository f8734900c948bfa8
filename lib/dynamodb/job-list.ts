import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { hasEnded, type Job } from "../job/job.ts";
import type { Subject } from "../job/subject.ts";
import type { JobPage } from "../ports.ts";
import { type Item, isExpired, openHash } from "./items.ts";

export interface ListOptions {
  limit: number;
  cursor?: string;
  states?: Job["state"][];
}

interface KeyPage {
  keys: string[];
  next?: string;
}

/** Keys come from an index that may lag behind; the jobs themselves are read from the table. */
export async function listJobs(
  client: DynamoDBClient,
  table: string,
  team: string,
  now: number,
  options: ListOptions,
  unpack: (item: Item) => Subject | undefined,
): Promise<JobPage | "bad cursor"> {
  const openOnly = options.states?.every((state) => !hasEnded({ state })) === true;
  const after = options.cursor === undefined ? undefined : decodeCursor(options.cursor, team);
  if (after === "bad cursor") return after;
  const { keys, next } = await (openOnly ? openKeys : teamKeys)(client, table, team, options.limit, after);
  const jobs = (await readAll(client, table, keys))
    .filter((item) => !isExpired(item, now))
    .map(unpack)
    .flatMap((subject) => (subject?.kind === "job" ? [subject.record] : []))
    .filter(({ state }) => options.states?.includes(state) ?? true)
    .sort((one, other) => other.registeredAt - one.registeredAt);
  return { jobs, ...(next !== undefined && { next }) };
}

async function teamKeys(client: DynamoDBClient, table: string, team: string, limit: number, after?: Cursor): Promise<KeyPage> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: "byTeam",
      KeyConditionExpression: "#team = :team",
      ExpressionAttributeNames: { "#team": "team" },
      ExpressionAttributeValues: { ":team": { S: team } },
      ScanIndexForward: false,
      Limit: limit,
      ...(after && {
        ExclusiveStartKey: { pk: { S: after.pk }, team: { S: team }, registeredAt: { N: String(after.registeredAt) } },
      }),
    }),
  );
  const last = LastEvaluatedKey && { pk: LastEvaluatedKey.pk?.S ?? "", registeredAt: Number(LastEvaluatedKey.registeredAt?.N) };
  return { keys: pks(Items), ...(last && { next: encodeCursor(last) }) };
}

/** Open jobs are few among all kept ones, whosever they are. A cursor names the last job of this team, never one of another. */
async function openKeys(client: DynamoDBClient, table: string, team: string, limit: number, after?: Cursor): Promise<KeyPage> {
  const keys: string[] = [];
  let start: Item | undefined = after && { pk: { S: after.pk }, open: { S: openHash(after.pk) } };
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        IndexName: "open",
        FilterExpression: "begins_with(#pk, :mine)",
        ExpressionAttributeNames: { "#pk": "pk" },
        ExpressionAttributeValues: { ":mine": { S: `job#${team}#` } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...pks(page.Items));
    start = page.LastEvaluatedKey;
  } while (start && keys.length <= limit);
  const shown = keys.slice(0, limit);
  const last = keys.length > limit ? shown.at(-1) : undefined;
  return { keys: shown, ...(last !== undefined && { next: encodeCursor({ pk: last, registeredAt: 0 }) }) };
}

function pks(items: Item[] = []): string[] {
  return items.flatMap(({ pk }) => (pk?.S === undefined ? [] : [pk.S]));
}

async function readAll(client: DynamoDBClient, table: string, keys: string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += 100) {
    let wanted: Record<string, AttributeValue>[] = keys.slice(from, from + 100).map((pk) => ({ pk: { S: pk } }));
    while (wanted.length > 0) {
      const answer = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      items.push(...(answer.Responses?.[table] ?? []));
      wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return items;
}

interface Cursor {
  pk: string;
  registeredAt: number;
}

function encodeCursor({ pk, registeredAt }: Cursor): string {
  return Buffer.from(JSON.stringify([pk, registeredAt])).toString("base64url");
}

/** A cursor that this team's listing did not give is refused: it may name another team's job. */
function decodeCursor(cursor: string, team: string): Cursor | "bad cursor" {
  const [pk, registeredAt] = parsePair(Buffer.from(cursor, "base64url").toString());
  if (typeof pk !== "string" || !pk.startsWith(`job#${team}#`) || typeof registeredAt !== "number") return "bad cursor";
  return { pk, registeredAt };
}

function parsePair(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
