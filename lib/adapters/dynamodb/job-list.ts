import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { hasEnded, type Job } from "../../domain/job/job.ts";
import { fulfils } from "../../domain/job/job-filter.ts";
import type { OpenEntry, StoredRecord } from "../../domain/stored-record.ts";
import { jobOfPk, jobPk } from "../../domain/table-keys.ts";
import type { JobPage, ListOptions } from "../../table-ports.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { type Item, isExpired } from "./items.ts";
import { openOfTeam } from "./open-index.ts";
import { pagesOf } from "./pages.ts";
import { createReadBudget, type ReadBudget } from "./read-budget.ts";

/** Jobs per read. Low enough that a page ends soon after its budget is spent, even with 250 KB per job. */
const JOBS_AT_ONCE = 20;
const KEYS_PER_QUERY = 500;

interface Listing {
  client: DynamoDBClient;
  table: string;
  team: string;
  now: number;
  options: ListOptions;
  budget: ReadBudget;
  unpack(item: Item): StoredRecord | undefined;
  /** Whether the reader may see this job. */
  isShown(pk: string): boolean;
  /** Open jobs by the index, without those that turned out to have ended. */
  open?: Set<string>;
}

/** Keys in the order of the list. Includes jobs that the list does not show. */
interface KeyPage {
  keys: Cursor[];
  isLast: boolean;
}

/** Reads keys from an eventually consistent index, then the jobs from the table. */
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

/** Fills a page until it is full, or until the keys or the budget run out. `isEachShown`: the list shows every job that is read. */
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

/** Reads jobs and adds those that the list shows. Returns the last key of the page, or undefined if the page is not full. */
async function fill(listing: Listing, jobs: Job[], keys: Cursor[], isEachShown: boolean): Promise<Cursor | undefined> {
  const { options, budget } = listing;
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const missing = options.limit - jobs.length;
    to = from + (isEachShown ? Math.min(missing, JOBS_AT_ONCE) : JOBS_AT_ONCE);
    const read = keys.slice(from, to);
    const shown = (await readJobs(listing, read)).slice(0, missing);
    jobs.push(...shown.map(({ job }) => job));
    const mayContinue = await budget.mayContinue();
    if (jobs.length === options.limit) return shown.at(-1)?.key;
    if (!mayContinue) return read.at(-1);
  }
  return undefined;
}

/**
 * Returns a cursor after keys that the list does not show. If the reader may not see the last job, the cursor has only its time, and the
 * next page starts with the jobs of that time. Undefined if all keys have that time: the next page would be the same.
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

/** Yields the keys of all jobs of the team, newest first. */
async function* teamKeys({ client, table, team, options, budget }: Listing, after?: Cursor): AsyncGenerator<KeyPage> {
  const { limit, projects, source, except } = options;
  const isEachShown = !isFiltered(options) && (projects ?? source ?? except) === undefined;
  const from = after?.order === "late" ? undefined : after;
  const upTo = from?.pk === "" ? from.at : undefined;
  const start: Item | undefined =
    from && upTo === undefined ? { pk: { S: from.pk }, team: { S: team }, registeredAt: { N: String(from.at) } } : undefined;
  const query: QueryCommandInput = {
    TableName: table,
    IndexName: "byTeam",
    KeyConditionExpression: `#team = :team${upTo === undefined ? "" : " AND #at <= :upTo"}`,
    ExpressionAttributeNames: { "#team": "team", ...(upTo !== undefined && { "#at": "registeredAt" }) },
    ExpressionAttributeValues: { ":team": { S: team }, ...(upTo !== undefined && { ":upTo": { N: String(upTo) } }) },
    ScanIndexForward: false,
    Limit: isEachShown ? limit : KEYS_PER_QUERY,
    ReturnConsumedCapacity: "TOTAL",
  };
  const pages = pagesOf((next) => client.send(new QueryCommand({ ...query, ...next })), start);
  for await (const { Items = [], LastEvaluatedKey, ConsumedCapacity } of pages) {
    budget.spend(ConsumedCapacity?.CapacityUnits);
    yield { keys: Items.map(keyOf), isLast: LastEvaluatedKey === undefined };
  }
}

function keyOf({ pk, registeredAt }: Item): Cursor {
  return { pk: pk?.S ?? "", at: Number(registeredAt?.N ?? 0), order: "registered" };
}

/**
 * Reads all open entries of a team, since the index has no order. A thousand entries cost about 30 read units.
 * Returns undefined if they exceed the budget.
 */
async function readOpen({ client, table, team, budget }: Listing): Promise<OpenEntry[] | undefined> {
  const open: OpenEntry[] = [];
  for await (const { entries, readUnits, isMore } of openOfTeam(client, table, team)) {
    open.push(...entries.filter(({ tracking }) => tracking !== undefined));
    budget.spend(readUnits);
    if (isMore && !(await budget.mayContinue())) return undefined;
  }
  return open;
}

/** Filters and sorts by the entries, so that only matching jobs are read. The job whose tracking began last comes first. */
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

/** Returns the jobs that the list shows, in the order of the keys. */
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
