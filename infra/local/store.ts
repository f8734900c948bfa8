import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseJson } from "./listen.ts";

/** Records by id, oldest first. */
export interface Store<T extends { id: string }> {
  get(id: string): T | undefined;
  /** Adds or replaces a record. */
  put(record: T): void;
  all(): T[];
}

/** Keeps the records in a file, if there is one, so that they survive a restart. A damaged file counts as empty. */
export function openStore<T extends { id: string }>(file?: string): Store<T> {
  const read = file !== undefined && existsSync(file) ? parseJson(readFileSync(file, "utf8")) : [];
  const records = new Map((Array.isArray(read) ? (read as T[]) : []).map((record) => [record.id, record]));
  return {
    get: (id) => records.get(id),
    put(record) {
      records.set(record.id, record);
      if (file !== undefined) writeWhole(file, JSON.stringify([...records.values()]));
    },
    all: () => [...records.values()],
  };
}

/** Replaces the file at once, so that a stop in between leaves the old one. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
