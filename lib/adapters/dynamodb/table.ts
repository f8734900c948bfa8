import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Subject, subjectPk } from "../../domain/stored-record.ts";
import { entryWithSoundTimes, withSoundTimes } from "../../domain/stored-times.ts";
import type { OpenPage, ScanPlace, Table } from "../../ports.ts";
import { readKey } from "./api-keys.ts";
import { createClient } from "./client.ts";
import { readDurations, saveDurations } from "./durations.ts";
import { type Item, insteadOf, isExpired, packSubject, unpackSubject } from "./items.ts";
import { listJobs } from "./job-list.ts";
import { readLease, renewLease, takeLease } from "./leases.ts";
import { entryOf, openOfTeam } from "./open-index.ts";
import { closeCycle, readCycle, takeCycle } from "./poller-states.ts";
import { bookRequests } from "./rate-limits.ts";
import { getItem, updateIf } from "./update.ts";

export interface TableSettings {
  name: string;
  /** How long an ended job is kept, in milliseconds. */
  keepMs: number;
  /** Told of an item that no version of this service wrote: one of them must never stop all others. */
  onUnreadable?: (pk: string, error: unknown) => void;
}

/** A page of the table's own 1 MB is some 4,000 entries: held while its jobs are met, it would set the memory of a tick. */
const PAGE_ENTRIES = 1_024;

export function createTable(
  { name, keepMs, onUnreadable }: TableSettings,
  now: () => number,
  client: DynamoDBClient = createClient(),
): Table {
  const unpack = (item: Item) => {
    try {
      return unpackSubject(item);
    } catch (error) {
      onUnreadable?.(item.pk?.S ?? "", error);
      return insteadOf(item);
    }
  };

  const read = async (pk: string, isConsistent: boolean) => {
    const item = await getItem(client, name, pk, isConsistent);
    const subject = item && !isExpired(item, now()) ? unpack(item) : undefined;
    return subject && withSoundTimes(subject, now());
  };

  return {
    read: (pk) => read(pk, true),
    glance: (pk) => read(pk, false),

    async save(subject) {
      const { version } = subject.record;
      const attributes = { ...packSubject(subject, keepMs), version: { N: String(version + 1) } };
      const stands = await updateIf(client, name, subjectPk(subject), attributes, sameVersion(version, now()));
      return stands ? atVersion(subject, version + 1) : undefined;
    },

    scanOpen: (segment, of, place) => scanOpen(client, name, { segment, of, ...place }, now),
    async *openOf(team) {
      for await (const { entries } of openOfTeam(client, name, team))
        yield entries.map((entry) => entryWithSoundTimes(entry, now()));
    },
    readDurations: (type) => readDurations(client, name, type),
    saveDurations: (type, learnt) => saveDurations(client, name, type, learnt),
    listJobs: (team, options) => listJobs(client, name, team, now(), options, unpack),
    takeCycle: (segment, of, owner, takenAt, leaseUntil) =>
      takeCycle(client, name, { segment, of, owner, now: takenAt, leaseUntil }),
    closeCycle: (cycle) => closeCycle(client, name, cycle),
    readCycles: async (of, isConsistent) => {
      const cycles = await Promise.all(
        Array.from({ length: of }, (_, segment) => readCycle(client, name, { segment, of, isConsistent, now: now() })),
      );
      return cycles.filter((cycle) => cycle !== undefined);
    },
    readKey: (hash) => readKey(client, name, hash, now()),
    bookRequests: (team, costMs, lastKnown) => bookRequests(client, name, team, { costMs, lastKnown, now: now() }),
    readLease: (pk) => readLease(client, name, pk, now()),
    takeLease: (lease) => takeLease(client, name, lease, now()),
    renewLease: (lease) => renewLease(client, name, lease, now()),
  };
}

/** Version 0 says: there is no such item, or only one past its time to live that the table has not swept away yet. */
function sameVersion(version: number, nowMs: number) {
  if (version > 0) return { expression: "#version = :seen", names: {}, values: { ":seen": { N: String(version) } } };
  return {
    expression: "attribute_not_exists(pk) OR #expiresAt <= :now",
    names: { "#expiresAt": "expiresAt" },
    values: { ":now": { N: String(Math.floor(nowMs / 1000)) } },
  };
}

function atVersion<Some extends Subject>(subject: Some, version: number): Some {
  const { corrected: _, ...kept } = subject;
  return { ...kept, record: { ...subject.record, version } } as Some;
}

async function* scanOpen(
  client: DynamoDBClient,
  name: string,
  { segment, of, after, until }: ScanPlace & { segment: number; of: number },
  now: () => number,
): AsyncGenerator<OpenPage> {
  let start: Item | undefined = after === undefined ? undefined : JSON.parse(after);
  const lastPk = until === undefined ? undefined : JSON.parse(until).pk?.S;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: name,
        IndexName: "open",
        Segment: segment,
        TotalSegments: of,
        Limit: PAGE_ENTRIES,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const items = page.Items ?? [];
    const last = items.findIndex(({ pk }) => pk?.S === lastPk);
    start = last < 0 ? page.LastEvaluatedKey : undefined;
    const entries = (last < 0 ? items : items.slice(0, last + 1)).map((item) => entryWithSoundTimes(entryOf(item), now()));
    yield { entries, ...(start && { after: JSON.stringify(start) }) };
  } while (start);
}
