import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hasEnded, type Job } from "../../domain/job/job.ts";
import { fulfils } from "../../domain/job/job-filter.ts";
import { OPEN_STATES } from "../../domain/job/states.ts";
import type { OpenEntry, StoredRecord } from "../../domain/stored-record.ts";
import { jobOfPk, jobPk } from "../../domain/table-keys.ts";
import type { JobPage, ListOptions } from "../../table-ports.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { type Item, isExpired } from "./items.ts";
import { isFiltered, type KeyPage, type KeyQuery, openKeys, readOpen, teamKeys } from "./job-list-keys.ts";
import { createReadBudget } from "./read-budget.ts";

/** Jobs per read. Low enough that a page ends soon after its budget is spent, even with 250 KB per job. */
const JOBS_AT_ONCE = 20;

interface Listing extends KeyQuery {
  now: number;
  unpack(item: Item): Promise<StoredRecord | undefined>;
  /** Whether the reader may see this job. */
  isShown(pk: string): boolean;
  /** Open jobs by the index, without those that turned out to have ended. */
  open?: Set<string>;
}

/** Reads keys from an eventually consistent index, then the jobs from the table. */
export async function listJobs(
  client: DynamoDBClient,
  table: string,
  team: string,
  now: number,
  options: ListOptions,
  unpack: (item: Item) => Promise<StoredRecord | undefined>,
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
  const isEachShown = (options.label ?? options.text) === undefined;
  const page = await pageOf({ ...listing, open }, [keys], isEachShown);
  return { ...page, open, ...(isEachShown && hasAllOpen(states) && { count: countOf(listing, entries) }) };
}

function hasAllOpen(states: ListOptions["states"] = []): boolean {
  return OPEN_STATES.every((state) => states.includes(state));
}

function countOf(listing: Listing, entries: OpenEntry[]): number {
  return openKeys(listing.options, entries).keys.filter(isWantedIn(listing)).length;
}

type Page = Pick<JobPage, "jobs" | "next">;

/** Fills a page until it is full, or until the keys or the budget run out. `isEachShown`: the list shows every job that is read. */
async function pageOf(
  listing: Listing,
  pages: Iterable<KeyPage> | AsyncIterable<KeyPage>,
  isEachShown: boolean,
): Promise<Page> {
  const { budget, isShown } = listing;
  const isWanted = isWantedIn(listing);
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

function isWantedIn({ options: { source, except }, isShown }: Listing): (key: Cursor) => boolean {
  return ({ pk }) => isShown(pk) && except?.has(pk) !== true && (source === undefined || jobOfPk(pk)?.source === source);
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

function shownTo(team: string, projects: string[] | undefined): Listing["isShown"] {
  return (pk) => {
    const job = jobOfPk(pk);
    return job?.team === team && (projects?.includes(job.projectId) ?? true);
  };
}

/** Returns the jobs that the list shows, in the order of the keys. */
async function readJobs(listing: Listing, keys: Cursor[]): Promise<{ key: Cursor; job: Job }[]> {
  const { now, options, unpack, open } = listing;
  const items = (await readItems(listing, keys)).filter((item) => !isExpired(item, now));
  const read = (await Promise.all(items.map(unpack))).flatMap((stored) => (stored?.kind === "job" ? [stored.record] : []));
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
