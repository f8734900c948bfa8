import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { pkOf, type StoredRecord } from "../../domain/stored-record.ts";
import { entryWithSoundTimes, withSoundTimes } from "../../domain/stored-times.ts";
import type { OpenPage, ScanPlace, Table } from "../../table-ports.ts";
import { readKey } from "./api-keys.ts";
import { createClient } from "./client.ts";
import { readDurations, saveDurations } from "./durations.ts";
import { readPart, savePart } from "./inventories.ts";
import { isExpired, packRecord } from "./items.ts";
import { readLease, renewLease, takeLease } from "./leases.ts";
import { entryOf, openOfTeam } from "./open-index.ts";
import { pagesOf } from "./pages.ts";
import { closeSegment, readSegment, takeSegment } from "./poller-states.ts";
import { consumeRateLimit } from "./rate-limits.ts";
import { createUnpack } from "./set-aside.ts";
import { getItem, saveVersion } from "./update.ts";

export interface TableSettings {
  name: string;
  /** How long an ended job is kept, in milliseconds. */
  keepMs: number;
  /** Called for an unreadable item, which must never stop the processing of others. */
  onUnreadable?: (pk: string, error: unknown) => void;
}

/** Limits the memory of a tick. Without it, a page has 1 MB, about 4,000 entries. */
const PAGE_ENTRIES = 1_024;

export function createTable(
  { name, keepMs, onUnreadable }: TableSettings,
  now: () => number,
  client: DynamoDBClient = createClient(),
): Table {
  const { unpack, isUnreadable } = createUnpack(client, name, now, onUnreadable);

  const read = async (pk: string, isConsistent: boolean) => {
    const item = await getItem(client, name, pk, isConsistent);
    const stored = item && !isExpired(item, now()) ? await unpack(item) : undefined;
    return stored && withSoundTimes(stored, now());
  };

  return {
    read: (pk) => read(pk, true),
    readEventuallyConsistent: (pk) => read(pk, false),
    isUnreadable,

    async save(stored) {
      const { version } = stored.record;
      const isSaved = await saveVersion(client, name, pkOf(stored), packRecord(stored, keepMs), version, now());
      return isSaved ? atVersion(stored, version + 1) : undefined;
    },

    scanOpen: (segment, segmentCount, place) => scanOpen(client, name, { segment, segmentCount, ...place }, now),
    async *openOf(team) {
      for await (const { entries } of openOfTeam(client, name, team))
        yield entries.map((entry) => entryWithSoundTimes(entry, now()));
    },
    readDurations: (type) => readDurations(client, name, type),
    saveDurations: (type, learned) => saveDurations(client, name, type, learned, now()),
    // Loaded with the first list, since the poller makes none.
    listJobs: async (team, options) => {
      const { listJobs } = await import("./job-list.ts");
      return listJobs(client, name, team, now(), options, unpack);
    },
    takeSegment: (segment, segmentCount, owner, takenAt, leaseUntil) =>
      takeSegment(client, name, { segment, segmentCount, owner, now: takenAt, leaseUntil }),
    closeSegment: (state) => closeSegment(client, name, state),
    readSegments: async (segmentCount, isConsistent) => {
      const states = await Promise.all(
        Array.from({ length: segmentCount }, (_, segment) =>
          readSegment(client, name, { segment, segmentCount, isConsistent, now: now() }),
        ),
      );
      return states.filter((state) => state !== undefined);
    },
    readKey: (hash) => readKey(client, name, hash, now()),
    consumeRateLimit: (team, costMs, lastKnown) => consumeRateLimit(client, name, team, { costMs, lastKnown, now: now() }),
    readLease: (pk) => readLease(client, name, pk, now()),
    takeLease: (lease) => takeLease(client, name, lease, now()),
    renewLease: (lease) => renewLease(client, name, lease, now()),
    readPart: (place) => readPart(client, name, place),
    savePart: (place, part, expiresAt) => savePart(client, name, place, part, now(), expiresAt),
  };
}

function atVersion<Some extends StoredRecord>(stored: Some, version: number): Some {
  const { corrected: _, ...kept } = stored;
  return { ...kept, record: { ...stored.record, version } } as Some;
}

async function* scanOpen(
  client: DynamoDBClient,
  name: string,
  { segment, segmentCount, after, until }: ScanPlace & { segment: number; segmentCount: number },
  now: () => number,
): AsyncGenerator<OpenPage> {
  const lastPk = until === undefined ? undefined : JSON.parse(until).pk?.S;
  const scan = { TableName: name, IndexName: "open", Segment: segment, TotalSegments: segmentCount, Limit: PAGE_ENTRIES };
  const pages = pagesOf(
    (from) => client.send(new ScanCommand({ ...scan, ...from })),
    after === undefined ? undefined : JSON.parse(after),
  );
  for await (const { Items: items = [], LastEvaluatedKey } of pages) {
    const last = items.findIndex(({ pk }) => pk?.S === lastPk);
    const next = last < 0 ? LastEvaluatedKey : undefined;
    const entries = (last < 0 ? items : items.slice(0, last + 1)).map((item) => entryWithSoundTimes(entryOf(item), now()));
    yield { entries, ...(next && { after: JSON.stringify(next) }) };
    if (last >= 0) return;
  }
}
