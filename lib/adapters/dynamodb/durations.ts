import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Durations, JobType } from "../../domain/schedule/durations.ts";
import type { LearnedDurations } from "../../table-ports.ts";
import type { Item } from "./items.ts";
import { getItem, saveVersion } from "./update.ts";

// 50 entries of `a1b2c3` and the seconds in base 36. Far below 1 KB, so that a read and a write cost one unit each.

const ENTRY = /^(?<id>[0-9a-f]{6})(?<seconds>[0-9a-z]{1,5})$/;

export async function readDurations(client: DynamoDBClient, table: string, type: JobType): Promise<LearnedDurations> {
  const item = await getItem(client, table, durationsPk(type));
  return { durations: unpack(item), version: Number(item?.version?.N ?? 0) };
}

/** Returns false if another writer was first. */
export async function saveDurations(
  client: DynamoDBClient,
  table: string,
  type: JobType,
  { durations, version }: LearnedDurations,
  now: number,
): Promise<boolean> {
  return saveVersion(client, table, durationsPk(type), { record: { S: pack(durations) } }, version, now);
}

/** The type comes last, so that no type can form the key of another item. */
function durationsPk({ team, source, jobType }: JobType): string {
  return `durations#${team}#${source}#${jobType}`;
}

function pack(durations: Durations): string {
  return [...durations].map(([id, ms]) => id + Math.round(ms / 1_000).toString(36)).join(",");
}

/** Skips unreadable entries: new ones will be learned. */
function unpack(item: Item | undefined): Durations {
  const entries = (item?.record?.S ?? "").split(",").map((entry) => ENTRY.exec(entry)?.groups);
  const known = entries.flatMap((entry) =>
    entry?.id && entry.seconds ? [[entry.id, Number.parseInt(entry.seconds, 36) * 1_000] as const] : [],
  );
  return new Map(known);
}
