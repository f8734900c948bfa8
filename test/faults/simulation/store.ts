import { hashFraction } from "../../../lib/domain/hash.ts";
import { emptyState, type SegmentState } from "../../../lib/domain/schedule/poller-state.ts";
import { type OpenEntry, openEntry, pkOf, type StoredRecord } from "../../../lib/domain/stored-record.ts";
import { CLOCK_DIFFERENCE_MS, LONGEST_DELAY_MS, stateWithSoundTimes } from "../../../lib/domain/stored-times.ts";
import type { LearnedDurations, OpenPage, ScanPlace } from "../../../lib/table-ports.ts";
import { createSmallItems, type SmallItems } from "./small-items.ts";

/** A table in memory with the semantics of the port: versions, leases, a delayed index. */
export interface Store extends SmallItems {
  read(pk: string): StoredRecord | undefined;
  save<Some extends StoredRecord>(stored: Some): Some | undefined;
  page(segment: number, segmentCount: number, place: ScanPlace, lagMs: () => number): OpenPage;
  takeSegment(segment: number, segmentCount: number, owner: string, now: number, leaseUntil: number): SegmentState | undefined;
  closeSegment(state: SegmentState): boolean;
  readSegments(segmentCount: number): SegmentState[];
  readDurations(jobType: string): LearnedDurations;
  saveDurations(jobType: string, learned: LearnedDurations): boolean;
  /** Returns true if nothing is left to poll or to deliver. */
  isIdle(): boolean;
  /** Returns true if no notification is pending. */
  isDelivered(): boolean;
}

interface Row {
  pk: string;
  /** In [0, 1): decides its segment. */
  share: number;
  stored: StoredRecord;
  /** The entries of the index with their times, newest last. */
  entries: { at: number; entry: OpenEntry | undefined }[];
}

export function createStore(now: () => number, pageSize: number, freeze: boolean): Store {
  const rows = new Map<string, Row>();
  const sorted: Row[] = [];
  const states = new Map<string, SegmentState>();
  const learnedOf = new Map<string, LearnedDurations>();
  const readDurations = (jobType: string) => learnedOf.get(jobType) ?? { durations: new Map(), version: 0 };

  const rowOf = (stored: StoredRecord): Row => {
    const pk = pkOf(stored);
    const known = rows.get(pk);
    if (known) return known;
    const row: Row = { pk, share: hashFraction(pk), stored, entries: [] };
    rows.set(pk, row);
    sorted.push(row);
    sorted.sort((one, other) => (one.pk < other.pk ? -1 : 1));
    return row;
  };

  return {
    ...createSmallItems(),
    read: (pk) => rows.get(pk)?.stored,

    save(stored) {
      const version = rows.get(pkOf(stored))?.stored.record.version ?? 0;
      if (version !== stored.record.version) return undefined;
      const saved = { ...stored, record: { ...stored.record, version: version + 1 } };
      if (freeze) deepFreeze(saved);
      const row = rowOf(saved);
      row.stored = saved;
      row.entries.push({ at: now(), entry: openEntry(saved) });
      return saved;
    },

    page(segment, segmentCount, { after = "", until }, lagMs) {
      const found = sorted
        .filter(({ pk, share }) => pk > after && Math.floor(share * segmentCount) === segment)
        .flatMap((row) => entryAsOf(row, now() - lagMs()) ?? []);
      const entries = found.slice(0, pageSize);
      const last = entries.findIndex(({ pk }) => pk === until);
      if (last >= 0) return { entries: entries.slice(0, last + 1) };
      const next = found.length > pageSize ? entries.at(-1)?.pk : undefined;
      return { entries, ...(next !== undefined && { after: next }) };
    },

    takeSegment(segment, segmentCount, owner, at, leaseUntil) {
      const key = `${segment}of${segmentCount}`;
      const known = states.get(key);
      const isHeld = known && known.leaseUntil > at && known.leaseUntil <= leaseUntil + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS;
      if (isHeld && known.owner !== owner) return undefined;
      const none = emptyState();
      const state: SegmentState = { ...none, ...known, segment, segmentCount, owner, leaseUntil };
      states.set(key, state);
      return stateWithSoundTimes(state, at);
    },

    closeSegment(state) {
      const key = `${state.segment}of${state.segmentCount}`;
      if (states.get(key)?.owner !== state.owner) return false;
      states.set(key, { ...state, leaseUntil: 0 });
      return true;
    },

    readDurations,
    saveDurations(jobType, { durations, version }) {
      if (readDurations(jobType).version !== version) return false;
      learnedOf.set(jobType, { durations, version: version + 1 });
      return true;
    },
    readSegments: (segmentCount) => [...states.values()].filter((state) => state.segmentCount === segmentCount),
    isIdle: () => sorted.every(({ entries }) => entries.at(-1)?.entry === undefined),
    isDelivered: () =>
      sorted.every(({ entries }) => {
        const { pending, canWait } = entries.at(-1)?.entry ?? {};
        return pending === undefined && canWait === undefined;
      }),
  };
}

function entryAsOf({ entries }: Row, time: number): OpenEntry | undefined {
  return entries.findLast(({ at }) => at <= time)?.entry;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
