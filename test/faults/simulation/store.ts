import { hashFraction } from "../../../lib/domain/hash.ts";
import { emptyState } from "../../../lib/domain/schedule/poller-state.ts";
import { type OpenEntry, openEntry, type Subject, subjectPk } from "../../../lib/domain/stored-record.ts";
import { CLOCK_DIFFERENCE_MS, LONGEST_DELAY_MS, stateWithSoundTimes } from "../../../lib/domain/stored-times.ts";
import type { Cycle, LearntDurations, OpenPage, ScanPlace } from "../../../lib/ports.ts";

/** A table in memory with the semantics that the port promises: versions, leases, an index that lags behind. */
export interface Store {
  read(pk: string): Subject | undefined;
  save<Some extends Subject>(subject: Some): Some | undefined;
  page(segment: number, of: number, place: ScanPlace, lagMs: () => number): OpenPage;
  takeCycle(segment: number, of: number, owner: string, now: number, leaseUntil: number): Cycle | undefined;
  closeCycle(cycle: Cycle): boolean;
  readCycles(of: number): Cycle[];
  readDurations(jobType: string): LearntDurations;
  saveDurations(jobType: string, learnt: LearntDurations): boolean;
  /** Whether anything is left to look at or to tell. */
  isIdle(): boolean;
}

interface Row {
  pk: string;
  /** In [0, 1): decides its segment. */
  share: number;
  subject: Subject;
  /** What the index said, from when on; the newest last. */
  entries: { at: number; entry: OpenEntry | undefined }[];
}

export function createStore(now: () => number, pageSize: number, freeze: boolean): Store {
  const rows = new Map<string, Row>();
  const sorted: Row[] = [];
  const cycles = new Map<string, Cycle>();
  const learntOf = new Map<string, LearntDurations>();
  const readDurations = (jobType: string) => learntOf.get(jobType) ?? { durations: new Map(), version: 0 };

  const rowOf = (subject: Subject): Row => {
    const pk = subjectPk(subject);
    const known = rows.get(pk);
    if (known) return known;
    const row: Row = { pk, share: hashFraction(pk), subject, entries: [] };
    rows.set(pk, row);
    sorted.push(row);
    sorted.sort((one, other) => (one.pk < other.pk ? -1 : 1));
    return row;
  };

  return {
    read: (pk) => rows.get(pk)?.subject,

    save(subject) {
      const version = rows.get(subjectPk(subject))?.subject.record.version ?? 0;
      if (version !== subject.record.version) return undefined;
      const saved = { ...subject, record: { ...subject.record, version: version + 1 } };
      if (freeze) deepFreeze(saved);
      const row = rowOf(saved);
      row.subject = saved;
      row.entries.push({ at: now(), entry: openEntry(saved) });
      return saved;
    },

    page(segment, of, { after = "", until }, lagMs) {
      const found = sorted
        .filter(({ pk, share }) => pk > after && Math.floor(share * of) === segment)
        .flatMap((row) => entryAsOf(row, now() - lagMs()) ?? []);
      const entries = found.slice(0, pageSize);
      const last = entries.findIndex(({ pk }) => pk === until);
      if (last >= 0) return { entries: entries.slice(0, last + 1) };
      const next = found.length > pageSize ? entries.at(-1)?.pk : undefined;
      return { entries, ...(next !== undefined && { after: next }) };
    },

    takeCycle(segment, of, owner, at, leaseUntil) {
      const key = `${segment}of${of}`;
      const known = cycles.get(key);
      const isHeld = known && known.leaseUntil > at && known.leaseUntil <= leaseUntil + LONGEST_DELAY_MS + CLOCK_DIFFERENCE_MS;
      if (isHeld && known.owner !== owner) return undefined;
      const none = emptyState();
      const cycle: Cycle = { ...none, ...known, segment, of, owner, leaseUntil };
      cycles.set(key, cycle);
      return stateWithSoundTimes(cycle, at);
    },

    closeCycle(cycle) {
      const key = `${cycle.segment}of${cycle.of}`;
      if (cycles.get(key)?.owner !== cycle.owner) return false;
      cycles.set(key, { ...cycle, leaseUntil: 0 });
      return true;
    },

    readDurations,
    saveDurations(jobType, { durations, version }) {
      if (readDurations(jobType).version !== version) return false;
      learntOf.set(jobType, { durations, version: version + 1 });
      return true;
    },
    readCycles: (of) => [...cycles.values()].filter((cycle) => cycle.of === of),
    isIdle: () => sorted.every(({ entries }) => entries.at(-1)?.entry === undefined),
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
