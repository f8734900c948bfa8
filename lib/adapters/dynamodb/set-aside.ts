import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { StoredRecord } from "../../domain/stored-record.ts";
import type { RecordStore } from "../../table-ports.ts";
import { type Item, replacementOf, unpackRecord } from "./items.ts";
import { update } from "./update.ts";

export interface Unpack extends Pick<RecordStore, "isUnreadable"> {
  /** Returns undefined if the item is not a stored record, or a job that cannot be read. Never throws. */
  unpack(item: Item): Promise<StoredRecord | undefined>;
}

/** Unreadable items are reported to `onUnreadable`. A job is set aside, so it is reported once. */
export function createUnpack(
  client: DynamoDBClient,
  table: string,
  now: () => number,
  onUnreadable?: (pk: string, error: unknown) => void,
): Unpack {
  const unreadable = new Set<string>();

  async function replace(item: Item, error: unknown): Promise<StoredRecord | undefined> {
    const pk = item.pk?.S ?? "";
    const replacement = replacementOf(item);
    if (!replacement) unreadable.add(pk);
    if (item.unreadable) return replacement;
    onUnreadable?.(pk, error);
    if (!replacement) await setAside(client, table, item, now());
    return replacement;
  }

  return {
    isUnreadable: (pk) => unreadable.has(pk),
    async unpack(item) {
      try {
        const stored = unpackRecord(item);
        unreadable.delete(item.pk?.S ?? "");
        // Repaired: the next change of any kind saves it, which puts it back into the open index.
        return stored && item.unreadable ? { ...stored, corrected: true as const } : stored;
      } catch (error) {
        return await replace(item, error);
      }
    },
  };
}

/**
 * Takes an unreadable job out of the open index. The record itself stays. If another writer has changed it in the meantime, or the table
 * fails, the next read tries again.
 */
async function setAside(client: DynamoDBClient, table: string, { pk, version }: Item, nowMs: number): Promise<void> {
  const attributes = { open: undefined, entry: undefined, unreadable: { N: String(Math.floor(nowMs / 1_000)) } };
  const condition = version
    ? { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": version } }
    : { expression: "attribute_not_exists(#version)", names: { "#version": "version" } };
  await update(client, table, pk?.S ?? "", attributes, condition).catch(() => undefined);
}
