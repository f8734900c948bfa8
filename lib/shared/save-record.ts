import { isDeepStrictEqual } from "node:util";
import { pkOf, type StoredRecord } from "../domain/stored-record.ts";
import type { RecordStore } from "../table-ports.ts";

const TRIES = 5;

type Change<Some extends StoredRecord> = (record: Some["record"]) => Some["record"] | Promise<Some["record"]>;

/**
 * Reads, changes and saves a record. If another writer was first, it reads and changes the record again. An equal record is not saved.
 * Returns the stored record; undefined if there is none. Throws after five conflicts in a row.
 */
export async function saveChange<Some extends StoredRecord>(
  table: RecordStore,
  pk: string,
  change: Change<Some>,
  absent?: Some,
): Promise<Some["record"] | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // The key contains the kind, so the item is of that kind.
    const stored = ((await table.read(pk)) as Some | undefined) ?? absent;
    if (stored === undefined) return undefined;
    const record = await change(stored.record);
    if (!stored.corrected && isDeepStrictEqual(record, stored.record)) return stored.record;
    const saved = await table.save({ ...stored, record });
    if (saved) return saved.record;
  }
  throw new Error(`${pk} was changed by others ${TRIES} times in a row`);
}

/** Changes a record like `saveChange`. If it is not stored, `absent` is changed. */
export async function saveOrCreate<Some extends StoredRecord>(
  table: RecordStore,
  absent: Some,
  change: Change<Some>,
): Promise<Some["record"]> {
  return (await saveChange(table, pkOf(absent), change, absent)) ?? absent.record;
}
