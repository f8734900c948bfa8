import { createHash } from "node:crypto";
import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { OpenEntry } from "../../domain/stored-record.ts";
import { jobOfPk } from "../../domain/table-keys.ts";
import { decodeOpenEntry } from "./open-item-codec.ts";

// The sparse index `open`. Its key is `<team>#<shard>`: the poller scans it by segment, and a team's open jobs are 16 queries.

type Item = Record<string, AttributeValue>;

const SHARDS = "0123456789abcdef".split("");
/** Used in place of the team for records that are not jobs. No team can have this name. */
const NO_TEAM = "_service";
/** Limit of one query, so that a reader can stop early. */
const PAGE_ENTRIES = 1_024;

/** Returns the `open` key of the record with this pk. Spreads the records of a team evenly over the shards. */
export function openKeyOf(pk: string): string {
  return `${jobOfPk(pk)?.team ?? NO_TEAM}#${createHash("sha256").update(pk).digest("hex").slice(0, 1)}`;
}

/** One page of each shard of a team, read in parallel. */
export interface TeamPage {
  entries: OpenEntry[];
  /** Consumed read units. */
  readUnits: number;
  /** There is a next page. */
  isMore: boolean;
}

/** Yields the open entries of a team's jobs, eventually consistent. Up to 16 queries per page; most teams have one page. */
export async function* openOfTeam(client: DynamoDBClient, table: string, team: string): AsyncGenerator<TeamPage> {
  let shards: { open: string; start?: Item }[] = SHARDS.map((shard) => ({ open: `${team}#${shard}` }));
  while (shards.length > 0) {
    const answers = await Promise.all(
      shards.map(async ({ open, start }) => {
        const command = new QueryCommand({
          TableName: table,
          IndexName: "open",
          KeyConditionExpression: "#open = :open",
          ExpressionAttributeNames: { "#open": "open" },
          ExpressionAttributeValues: { ":open": { S: open } },
          Limit: PAGE_ENTRIES,
          ReturnConsumedCapacity: "TOTAL",
          ...(start && { ExclusiveStartKey: start }),
        });
        return { open, ...(await client.send(command)) };
      }),
    );
    shards = answers.flatMap(({ open, LastEvaluatedKey: start }) => (start ? [{ open, start }] : []));
    yield {
      entries: answers.flatMap(({ Items = [] }) => Items.map(entryOf)),
      readUnits: answers.reduce((sum, { ConsumedCapacity }) => sum + (ConsumedCapacity?.CapacityUnits ?? 0), 0),
      isMore: shards.length > 0,
    };
  }
}

export function entryOf({ pk, entry }: Item): OpenEntry {
  return decodeOpenEntry(pk?.S ?? "", entry?.S ?? "");
}
