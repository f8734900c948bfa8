import type { StoredRecord } from "../domain/stored-record.ts";
import type { Table } from "../ports.ts";

const TRIES = 5;

/**
 * Reads, changes and saves an item; where somebody else was first it reads and applies the change again.
 * Gives back what stands in the table, undefined where there is no such item. `change` returns its argument for "nothing to do".
 * Throws after five lost races: so many writers on one item are a fault.
 */
export async function saveChange<Some extends StoredRecord>(
  table: Table,
  pk: string,
  change: (stored: Some) => Some,
  absent?: Some,
): Promise<Some | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // The key names the kind, so what stands under it is of that kind.
    const stored = ((await table.read(pk)) as Some | undefined) ?? absent;
    if (stored === undefined) return undefined;
    const changed = change(stored);
    if (changed === stored && !stored.corrected) return stored;
    const saved = await table.save(changed);
    if (saved) return saved;
  }
  throw new Error(`${pk} was changed by others ${TRIES} times in a row`);
}
