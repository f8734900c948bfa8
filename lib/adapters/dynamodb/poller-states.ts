import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { parseObject } from "../../domain/json.ts";
import { emptyState, type SegmentState } from "../../domain/schedule/poller-state.ts";
import { stateWithSoundTimes } from "../../domain/stored-times.ts";
import type { Item } from "./items.ts";
import { takeIfFree } from "./leases.ts";
import { getItem, updateIf } from "./update.ts";

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

/** Takes the lease of a segment. Returns undefined if another tick has it. */
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
  const item = await takeIfFree(client, table, { pk: segmentPk(segment, segmentCount), owner, until: leaseUntil }, now);
  return item && stateWithSoundTimes(unpackSegment(item, segment, segmentCount), now);
}

export function closeSegment(client: DynamoDBClient, table: string, state: SegmentState): Promise<boolean> {
  const { segment, segmentCount, owner = "", leaseUntil: _, ...record } = state;
  return updateIf(
    client,
    table,
    segmentPk(segment, segmentCount),
    { until: { N: "0" }, record: { S: JSON.stringify(record) } },
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
    leaseUntil: Number(item.until?.N ?? 0),
    ...(owner !== undefined && { owner }),
  };
}
