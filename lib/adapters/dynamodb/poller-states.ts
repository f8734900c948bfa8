import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { parseObject } from "../../domain/json.ts";
import { emptyState, type SegmentState } from "../../domain/schedule/poller-state.ts";
import { CLOCK_DIFFERENCE_MS, LONGEST_DELAY_MS, stateWithSoundTimes } from "../../domain/stored-times.ts";
import type { Item } from "./items.ts";
import { getItem, unlessConditionFails, updateIf } from "./update.ts";

export async function readSegment(
  client: DynamoDBClient,
  table: string,
  {
    segment,
    segmentCount,
    isConsistent,
    now,
  }: { segment: number; segmentCount: number; isConsistent?: boolean | undefined; now: number },
): Promise<SegmentState | undefined> {
  const item = await getItem(client, table, segmentPk(segment, segmentCount), isConsistent);
  return item && stateWithSoundTimes(unpackSegment(item, segment, segmentCount), now);
}

/**
 * Takes the lease of a segment. Each tick is a new owner, so a retry after a lost answer finds its own lease.
 * A lease that ends much later than the new one was taken by a wrong clock and counts as expired. The limit allows for clock
 * differences and for the delay of this call.
 */
export async function takeSegment(
  client: DynamoDBClient,
  table: string,
  {
    segment,
    segmentCount,
    owner,
    now,
    leaseUntil,
  }: { segment: number; segmentCount: number; owner: string; now: number; leaseUntil: number },
): Promise<SegmentState | undefined> {
  const taken = await unlessConditionFails(
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: segmentPk(segment, segmentCount) } },
        UpdateExpression: "SET #owner = :owner, #leaseUntil = :leaseUntil",
        ConditionExpression:
          "attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now OR #leaseUntil > :furthest OR #owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner", "#leaseUntil": "leaseUntil" },
        ExpressionAttributeValues: {
          ":owner": { S: owner },
          ":leaseUntil": { N: String(leaseUntil) },
          ":now": { N: String(now) },
          ":furthest": { N: String(leaseUntil + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS) },
        },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return taken?.Attributes && stateWithSoundTimes(unpackSegment(taken.Attributes, segment, segmentCount), now);
}

export function closeSegment(client: DynamoDBClient, table: string, state: SegmentState): Promise<boolean> {
  const { segment, segmentCount, owner = "", leaseUntil: _, ...record } = state;
  return updateIf(
    client,
    table,
    segmentPk(segment, segmentCount),
    { leaseUntil: { N: "0" }, record: { S: JSON.stringify(record) } },
    { expression: "#owner = :owner", names: { "#owner": "owner" }, values: { ":owner": { S: owner } } },
  );
}

function segmentPk(segment: number, segmentCount: number): string {
  return `segment#${segment}of${segmentCount}`;
}

/** An unreadable record counts as empty: the next sweep collects it again. */
function unpackSegment(item: Item, segment: number, segmentCount: number): SegmentState {
  const owner = item.owner?.S;
  return {
    ...emptyState(),
    ...parseObject(item.record?.S ?? ""),
    segment,
    segmentCount,
    leaseUntil: Number(item.leaseUntil?.N ?? 0),
    ...(owner !== undefined && { owner }),
  };
}
