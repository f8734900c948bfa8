import type { StoredRecord } from "../domain/stored-record.ts";
import type { Table } from "../ports.ts";

const TRIES = 5;

/**
 * Reads, changes and saves an item. If another writer was first, it reads and changes the item again.
 * Returns the stored item; undefined if there is none. `change` returns its argument if there is nothing to do.
 * Throws after five conflicts in a row.
 */
export async function saveChange<Some extends StoredRecord>(
  table: Table,
  pk: string,
  change: (stored: Some) => Some,
  absent?: Some,
): Promise<Some | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // The key contains the kind, so the item is of that kind.
    const stored = ((await table.read(pk)) as Some | undefined) ?? absent;
    if (stored === undefined) return undefined;
    const changed = change(stored);
    if (changed === stored && !stored.corrected) return stored;
    const saved = await table.save(changed);
    if (saved) return saved;
  }
  throw new Error(`${pk} was changed by others ${TRIES} times in a row`);
}
