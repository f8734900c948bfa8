import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { hasEnded, type Job } from "../job/job.ts";
import { jobOfPk, jobPk } from "../job/names.ts";
import type { Subject } from "../job/subject.ts";
import type { JobPage, ListOptions } from "../ports.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { type Item, isExpired } from "./items.ts";
import { unpackLook } from "./look.ts";

interface Listing {
  client: DynamoDBClient;
  table: string;
  team: string;
  limit: number;
  /** How many keys of the team one query reads. */
  step: number;
  lateFirst: boolean;
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
  const { limit, projects, lateFirst = false } = options;
  const listing: Listing = {
    client,
    table,
    team,
    limit,
    step: projects ? KEYS_A_STEP : limit,
    lateFirst,
    isShown: shownTo(team, projects),
  };
  const after = options.cursor === undefined ? undefined : decodeCursor(options.cursor, listing.isShown);
  if (after === "bad cursor") return after;
  const { keys, next } = await (openOnly ? openKeys : teamKeys)(listing, after);
  const place = new Map(keys.map((pk, index) => [pk, index]));
  const placeOf = (job: Job) => place.get(jobPk(job)) ?? 0;
  const jobs = (await readAll(client, table, keys))
    .filter((item) => !isExpired(item, now))
    .map(unpack)
    .flatMap((subject) => (subject?.kind === "job" ? [subject.record] : []))
    .filter(({ state }) => options.states?.includes(state) ?? true)
    .sort((one, other) => placeOf(one) - placeOf(other));
  return { jobs, ...(next !== undefined && { next }) };
}

/** One query, as a rule; where some projects alone are shown, as many as it takes. */
async function teamKeys({ client, table, team, limit, step, isShown }: Listing, after?: Cursor): Promise<KeyPage> {
  const found: Cursor[] = [];
  let start: Item | undefined = after && {
    pk: { S: after.pk },
    team: { S: team },
    registeredAt: { N: String(after.at) },
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
    found.push(...(page.Items ?? []).map(keyOf).filter(({ pk }) => isShown(pk)));
    start = page.LastEvaluatedKey;
  } while (start && found.length < limit);
  return pageOf(found, limit, start !== undefined);
}

/**
 * Open jobs are few among all kept ones, whosever they are, but the index has them in no order: all are read for each page, a
 * thousand of them for some 20 read units. The newest is the one whose watch began last.
 */
async function openKeys({ client, table, team, limit, isShown, lateFirst }: Listing, after?: Cursor): Promise<KeyPage> {
  const found: Cursor[] = [];
  let start: Item | undefined;
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
    found.push(...(page.Items ?? []).flatMap(openKeyOf).filter(({ pk }) => isShown(pk)));
    start = page.LastEvaluatedKey;
  } while (start);
  const compare = (one: Cursor, other: Cursor) =>
    (lateFirst ? Number(other.isLate) - Number(one.isLate) : 0) || other.at - one.at || (one.pk < other.pk ? -1 : 1);
  const rest = after ? found.filter((one) => one.pk !== after.pk && compare(after, one) < 0) : found;
  return pageOf(rest.sort(compare), limit, false);
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

function keyOf({ pk, registeredAt }: Item): Cursor {
  return { pk: pk?.S ?? "", at: Number(registeredAt?.N ?? 0), isLate: false };
}

/** None where the job has ended, and something of it is to be told yet. */
function openKeyOf({ pk, look }: Item): Cursor[] {
  const { watch } = unpackLook(pk?.S ?? "", look?.S ?? "");
  return watch ? [{ pk: pk?.S ?? "", at: watch.watchedSince, isLate: watch.late !== undefined }] : [];
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
