import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Tracking } from "../../domain/job/job.ts";
import type { OpenEntry } from "../../domain/stored-record.ts";
import type { ListOptions } from "../../table-ports.ts";
import type { Cursor } from "./cursor.ts";
import type { Item } from "./items.ts";
import { openOfTeam } from "./open-index.ts";
import { pagesOf } from "./pages.ts";
import type { ReadBudget } from "./read-budget.ts";

// The keys of a team's jobs in the order of the list, from the indexes `byTeam` and `open`.

const KEYS_PER_QUERY = 500;

export interface KeyQuery {
  client: DynamoDBClient;
  table: string;
  team: string;
  options: ListOptions;
  budget: ReadBudget;
}

/** Keys in the order of the list. Includes jobs that the list does not show. */
export interface KeyPage {
  keys: Cursor[];
  isLast: boolean;
}

/** Yields the keys of all jobs of the team, newest first. */
export async function* teamKeys({ client, table, team, options, budget }: KeyQuery, after?: Cursor): AsyncGenerator<KeyPage> {
  const { limit, projects, source, except } = options;
  const isEachShown = !isFiltered(options) && (projects ?? source ?? except) === undefined;
  const from = after?.order === "urgent" ? undefined : after;
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
export async function readOpen({ client, table, team, budget }: KeyQuery): Promise<OpenEntry[] | undefined> {
  const open: OpenEntry[] = [];
  for await (const { entries, readUnits, isMore } of openOfTeam(client, table, team)) {
    open.push(...entries.filter(({ tracking }) => tracking !== undefined));
    budget.spend(readUnits);
    if (isMore && !(await budget.mayContinue())) return undefined;
  }
  return open;
}

/** Filters and sorts by the entries, so that only matching jobs are read. The job whose tracking began last comes first. */
export function openKeys({ urgentFirst, isLate, type }: ListOptions, entries: OpenEntry[], after?: Cursor): KeyPage {
  const keys = entries.flatMap(({ pk, tracking }): Cursor[] => {
    if (!tracking || (isLate && !tracking.late) || (type !== undefined && tracking.jobType !== type.replaceAll("|", "")))
      return [];
    return [{ pk, at: tracking.trackedSince, order: urgentFirst && isUrgent(tracking) ? "urgent" : "open" }];
  });
  const compare = (one: Cursor, other: Cursor) =>
    Number(other.order === "urgent") - Number(one.order === "urgent") || other.at - one.at || (one.pk < other.pk ? -1 : 1);
  const rest = after ? keys.filter((key) => key.pk !== after.pk && compare(after, key) < 0) : keys;
  return { keys: rest.sort(compare), isLast: true };
}

/** Whether the job is late, or has no news. */
function isUrgent({ late, missing, failing }: Tracking): boolean {
  return (late ?? missing ?? failing) !== undefined;
}

/** Whether the list may omit jobs whose keys it reads. */
export function isFiltered({ states, type, label, text, isLate, expired }: ListOptions): boolean {
  return [states, type, label, text, isLate, expired].some((value) => value !== undefined);
}
