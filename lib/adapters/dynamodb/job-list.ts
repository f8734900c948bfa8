import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { hasEnded, type Job } from "../../domain/job/job.ts";
import { fulfils } from "../../domain/job/job-filter.ts";
import type { OpenEntry, StoredRecord } from "../../domain/stored-record.ts";
import { jobOfPk, jobPk } from "../../domain/table-keys.ts";
import type { JobPage, ListOptions } from "../../ports.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { type Item, isExpired } from "./items.ts";
import { openOfTeam } from "./open-index.ts";
import { createReadBudget, type ReadBudget } from "./read-budget.ts";

/** So few jobs are read at a time that a page ends soon after its budget, even where each of them has 250 KB. */
const JOBS_AT_ONCE = 20;
const KEYS_A_QUERY = 500;

interface Listing {
  client: DynamoDBClient;
  table: string;
  team: string;
  now: number;
  options: ListOptions;
  budget: ReadBudget;
  unpack(item: Item): StoredRecord | undefined;
  /** Whether the reader may know of this job. */
  isShown(pk: string): boolean;
  /** By the index; less those that were read and have ended. */
  open?: Set<string>;
}

/** Keys in the order of the list, among them those of jobs that it does not show. */
interface KeyPage {
  keys: Cursor[];
  isLast: boolean;
}

/** Keys come from an index that may lag behind; the jobs themselves are read from the table. */
export async function listJobs(
  client: DynamoDBClient,
  table: string,
  team: string,
  now: number,
  options: ListOptions,
  unpack: (item: Item) => StoredRecord | undefined,
): Promise<JobPage | "bad cursor"> {
  const { states, projects, cursor, charge } = options;
  const isShown = shownTo(team, projects);
  const listing: Listing = { client, table, team, now, options, budget: createReadBudget(charge), unpack, isShown };
  const after = cursor === undefined ? undefined : decodeCursor(cursor, isShown);
  if (after === "bad cursor") return after;
  const isOpenOnly = states?.every((state) => !hasEnded({ state })) === true;
  const entries = isOpenOnly && after?.order !== "registered" ? await readOpen(listing) : undefined;
  if (!entries) return await pageOf(listing, teamKeys(listing, after), !isFiltered(options));
  const open = new Set(entries.map(({ pk }) => pk));
  const keys = openKeys(options, entries, after);
  return { ...(await pageOf({ ...listing, open }, [keys], options.label === undefined)), open };
}

type Page = Pick<JobPage, "jobs" | "next">;

/** Ends where the page is full, the keys are or the budget is used up. `isEachShown`: no job is read in vain. */
async function pageOf(
  listing: Listing,
  pages: Iterable<KeyPage> | AsyncIterable<KeyPage>,
  isEachShown: boolean,
): Promise<Page> {
  const { options, budget, isShown } = listing;
  const { source, except } = options;
  const isWanted = ({ pk }: Cursor) =>
    isShown(pk) && except?.has(pk) !== true && (source === undefined || jobOfPk(pk)?.source === source);
  const jobs: Job[] = [];
  for await (const { keys, isLast } of pages) {
    const wanted = keys.filter(isWanted);
    const last = await fill(listing, jobs, wanted, isEachShown);
    if (last) return { jobs, ...(!(isLast && last === wanted.at(-1)) && { next: encodeCursor(last) }) };
    const next = isLast || (await budget.mayContinue()) ? undefined : cursorAfter(isShown, keys);
    if (next !== undefined) return { jobs, next };
  }
  return { jobs };
}

/** Reads jobs and adds those that the list shows. Gives back the key behind which the page ends, undefined where it goes on. */
async function fill(listing: Listing, jobs: Job[], keys: Cursor[], isEachShown: boolean): Promise<Cursor | undefined> {
  const { options, budget } = listing;
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const missing = options.limit - jobs.length;
    to = from + (isEachShown ? Math.min(missing, JOBS_AT_ONCE) : JOBS_AT_ONCE);
    const read = keys.slice(from, to);
    const found = (await readJobs(listing, read)).slice(0, missing);
    jobs.push(...found.map(({ job }) => job));
    const mayGoOn = await budget.mayContinue();
    if (jobs.length === options.limit) return found.at(-1)?.key;
    if (!mayGoOn) return read.at(-1);
  }
  return undefined;
}

/**
 * A cursor behind keys of which the list shows none. Where the reader may not know of the last job, it names its time alone, and
 * the next page begins with the jobs of that time. Undefined where all keys are of that time: it would be no step ahead.
 */
function cursorAfter(isShown: Listing["isShown"], keys: Cursor[]): string | undefined {
  const [first, last] = [keys[0], keys.at(-1)];
  if (!first || !last) return undefined;
  if (isShown(last.pk)) return encodeCursor(last);
  return first.at === last.at ? undefined : encodeCursor({ ...last, pk: "" });
}

function isFiltered({ states, type, label, isLate }: ListOptions): boolean {
  return [states, type, label, isLate].some((value) => value !== undefined);
}

/** All jobs of the team, newest first. */
async function* teamKeys({ client, table, team, options, budget }: Listing, after?: Cursor): AsyncGenerator<KeyPage> {
  const { limit, projects, source, except } = options;
  const isEachShown = !isFiltered(options) && (projects ?? source ?? except) === undefined;
  const from = after?.order === "late" ? undefined : after;
  const upTo = from?.pk === "" ? from.at : undefined;
  let start: Item | undefined =
    from && upTo === undefined ? { pk: { S: from.pk }, team: { S: team }, registeredAt: { N: String(from.at) } } : undefined;
  do {
    const { Items, LastEvaluatedKey, ConsumedCapacity } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "byTeam",
        KeyConditionExpression: `#team = :team${upTo === undefined ? "" : " AND #at <= :upTo"}`,
        ExpressionAttributeNames: { "#team": "team", ...(upTo !== undefined && { "#at": "registeredAt" }) },
        ExpressionAttributeValues: { ":team": { S: team }, ...(upTo !== undefined && { ":upTo": { N: String(upTo) } }) },
        ScanIndexForward: false,
        Limit: isEachShown ? limit : KEYS_A_QUERY,
        ReturnConsumedCapacity: "TOTAL",
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    budget.spend(ConsumedCapacity?.CapacityUnits);
    start = LastEvaluatedKey;
    yield { keys: (Items ?? []).map(keyOf), isLast: start === undefined };
  } while (start);
}

function keyOf({ pk, registeredAt }: Item): Cursor {
  return { pk: pk?.S ?? "", at: Number(registeredAt?.N ?? 0), order: "registered" };
}

/**
 * The index has a team's open entries in no order, so all of them are read for each page: a thousand for some 30 read units.
 * Undefined where they are more than the budget allows.
 */
async function readOpen({ client, table, team, budget }: Listing): Promise<OpenEntry[] | undefined> {
  const found: OpenEntry[] = [];
  for await (const { entries, readUnits, isMore } of openOfTeam(client, table, team)) {
    found.push(...entries.filter(({ tracking }) => tracking !== undefined));
    budget.spend(readUnits);
    if (isMore && !(await budget.mayContinue())) return undefined;
  }
  return found;
}

/** What the entries say is filtered here, so that no other job is read. The newest is the one that is tracked since last. */
function openKeys({ lateFirst, isLate, type }: ListOptions, entries: OpenEntry[], after?: Cursor): KeyPage {
  const keys = entries.flatMap(({ pk, tracking }): Cursor[] => {
    if (!tracking || (isLate && !tracking.late) || (type !== undefined && tracking.jobType !== type.replaceAll("|", "")))
      return [];
    return [{ pk, at: tracking.trackedSince, order: lateFirst && tracking.late ? "late" : "open" }];
  });
  const compare = (one: Cursor, other: Cursor) =>
    Number(other.order === "late") - Number(one.order === "late") || other.at - one.at || (one.pk < other.pk ? -1 : 1);
  const rest = after ? keys.filter((key) => key.pk !== after.pk && compare(after, key) < 0) : keys;
  return { keys: rest.sort(compare), isLast: true };
}

function shownTo(team: string, projects: string[] | undefined): Listing["isShown"] {
  return (pk) => {
    const job = jobOfPk(pk);
    return job?.team === team && (projects?.includes(job.projectId) ?? true);
  };
}

/** In the order of the keys, those that the list shows. */
async function readJobs(listing: Listing, keys: Cursor[]): Promise<{ key: Cursor; job: Job }[]> {
  const { now, options, unpack, open } = listing;
  const read = (await readItems(listing, keys))
    .filter((item) => !isExpired(item, now))
    .map(unpack)
    .flatMap((stored) => (stored?.kind === "job" ? [stored.record] : []));
  for (const job of read) if (hasEnded(job)) open?.delete(jobPk(job));
  const found = new Map(read.filter((job) => fulfils(job, options)).map((job) => [jobPk(job), job]));
  return keys.flatMap((key) => {
    const job = found.get(key.pk);
    return job ? [{ key, job }] : [];
  });
}

async function readItems({ client, table, budget }: Listing, keys: Cursor[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: Record<string, AttributeValue>[] = keys.map(({ pk }) => ({ pk: { S: pk } }));
  while (wanted.length > 0) {
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    budget.spend(answer.ConsumedCapacity?.[0]?.CapacityUnits);
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}
