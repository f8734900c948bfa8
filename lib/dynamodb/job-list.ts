import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { hasEnded } from "../job/job.ts";
import { jobOfPk } from "../job/names.ts";
import type { Subject } from "../job/subject.ts";
import type { JobPage, ListOptions } from "../ports.ts";
import { type Item, isExpired, openHash } from "./items.ts";

interface Listing {
  client: DynamoDBClient;
  table: string;
  team: string;
  limit: number;
  /** How many keys of the team one query reads. */
  step: number;
  isShown(pk: string): boolean;
}

interface KeyPage {
  keys: string[];
  next?: string;
}

const KEYS_A_STEP = 500;

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
  const { limit, projects } = options;
  const listing: Listing = {
    client,
    table,
    team,
    limit,
    step: projects ? KEYS_A_STEP : limit,
    isShown: shownTo(team, projects),
  };
  const after = options.cursor === undefined ? undefined : decodeCursor(options.cursor, listing);
  if (after === "bad cursor") return after;
  const { keys, next } = await (openOnly ? openKeys : teamKeys)(listing, after);
  const jobs = (await readAll(client, table, keys))
    .filter((item) => !isExpired(item, now))
    .map(unpack)
    .flatMap((subject) => (subject?.kind === "job" ? [subject.record] : []))
    .filter(({ state }) => options.states?.includes(state) ?? true)
    .sort((one, other) => other.registeredAt - one.registeredAt);
  return { jobs, ...(next !== undefined && { next }) };
}

/** One query, as a rule; where some projects alone are shown, as many as it takes. */
async function teamKeys({ client, table, team, limit, step, isShown }: Listing, after?: Cursor): Promise<KeyPage> {
  const found: Cursor[] = [];
  let start: Item | undefined = after && {
    pk: { S: after.pk },
    team: { S: team },
    registeredAt: { N: String(after.registeredAt) },
  };
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "byTeam",
        KeyConditionExpression: "#team = :team",
        ExpressionAttributeNames: { "#team": "team" },
        ExpressionAttributeValues: { ":team": { S: team } },
        ScanIndexForward: false,
        Limit: step,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    found.push(...(page.Items ?? []).map(cursorOf).filter(({ pk }) => isShown(pk)));
    start = page.LastEvaluatedKey;
  } while (start && found.length < limit);
  return pageOf(found, limit, start !== undefined);
}

/** Open jobs are few among all kept ones, whosever they are. */
async function openKeys({ client, table, team, limit, isShown }: Listing, after?: Cursor): Promise<KeyPage> {
  const found: Cursor[] = [];
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
    found.push(...(page.Items ?? []).map(cursorOf).filter(({ pk }) => isShown(pk)));
    start = page.LastEvaluatedKey;
  } while (start && found.length <= limit);
  return pageOf(found, limit, false);
}

/** A cursor names the last job that is shown, never one of another team or project. */
function pageOf(found: Cursor[], limit: number, isMore: boolean): KeyPage {
  const shown = found.slice(0, limit);
  const last = isMore || found.length > limit ? shown.at(-1) : undefined;
  return { keys: shown.map(({ pk }) => pk), ...(last && { next: encodeCursor(last) }) };
}

function shownTo(team: string, projects: string[] | undefined): Listing["isShown"] {
  return (pk) => {
    const job = jobOfPk(pk);
    return job?.team === team && (projects?.includes(job.projectId) ?? true);
  };
}

function cursorOf({ pk, registeredAt }: Item): Cursor {
  return { pk: pk?.S ?? "", registeredAt: Number(registeredAt?.N ?? 0) };
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

/** A cursor that this listing did not give is refused: it may name another team's job. */
function decodeCursor(cursor: string, { isShown }: Listing): Cursor | "bad cursor" {
  const [pk, registeredAt] = parsePair(Buffer.from(cursor, "base64url").toString());
  if (typeof pk !== "string" || !isShown(pk) || !isTime(registeredAt)) return "bad cursor";
  return { pk, registeredAt };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function parsePair(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
