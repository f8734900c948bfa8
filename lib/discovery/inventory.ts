import type { Known } from "../domain/discovery/inventory.ts";
import type { InventoryPart, InventoryPlace, InventoryStore } from "../table-ports.ts";

/** Upper limit of a part, so that a change writes 10 write units at most. Computed from a form that is larger than the stored one. */
const MAX_PART_BYTES = 10_000;
/** New entries fill a part up to here, so that they can grow without moving. */
const FILL_BYTES = 8_000;
/** Parts read at once. */
const PARTS_AT_ONCE = 8;
/** Ended entries of a log that no list shows any more are dropped with the next change of their part, or when there are this many. */
const MAX_FORGETTABLE = 50;

type Project = Omit<InventoryPlace, "index">;

/** What the lists of one project showed last. In memory it is replaced only after it was saved. */
export class Inventory {
  readonly #store: InventoryStore;
  readonly #project: Project;
  readonly #parts: InventoryPart[];
  /** The part of each resource. */
  readonly #partOf = new Map<string, number>();

  private constructor(store: InventoryStore, project: Project, parts: InventoryPart[]) {
    this.#store = store;
    this.#project = project;
    this.#parts = parts;
    for (const [index, { known }] of parts.entries())
      for (const id of known.keys()) {
        // A crash while an entry moved leaves it in two parts. The later one is newer.
        parts[this.#partOf.get(id) ?? -1]?.known.delete(id);
        this.#partOf.set(id, index);
      }
  }

  static async load(store: InventoryStore, project: Project): Promise<Inventory> {
    const parts: InventoryPart[] = [];
    for (;;) {
      const indices = Array.from({ length: PARTS_AT_ONCE }, (_, step) => parts.length + step);
      const read = await Promise.all(indices.map((index) => store.readPart({ ...project, index })));
      const end = read.indexOf(undefined);
      parts.push(...read.slice(0, end < 0 ? read.length : end).filter((part) => part !== undefined));
      if (end >= 0) return new Inventory(store, project, parts);
    }
  }

  get size(): number {
    return this.#partOf.size;
  }

  get(id: string): Known | undefined {
    const index = this.#partOf.get(id);
    return index === undefined ? undefined : this.#parts[index]?.known.get(id);
  }

  *entries(): Generator<[string, Known]> {
    for (const { known } of this.#parts) yield* known;
  }

  /**
   * Saves changed entries, one write per part with a change. `undefined` removes an entry. Those in `forgettable` are removed when it
   * costs nothing. Returns false if another process has saved a part: then this inventory must be loaded again.
   */
  async save(changes: ReadonlyMap<string, Known | undefined>, forgettable: ReadonlySet<string> = new Set()): Promise<boolean> {
    const next = this.#assign(changes, forgettable);
    for (const [index, known] of next) {
      const version = this.#parts[index]?.version ?? 0;
      if (!(await this.#store.savePart({ ...this.#project, index }, { known, version }))) return false;
      this.#replace(index, { known, version: version + 1 });
    }
    return true;
  }

  /** Lets the table delete all parts after `expiresAt`. */
  async retire(expiresAt: number): Promise<void> {
    for (const [index, part] of this.#parts.entries()) await this.#store.savePart({ ...this.#project, index }, part, expiresAt);
  }

  /** Returns the new content of the parts that change: new parts first and without gaps, so that a crash loses no entry that moves. */
  #assign(changes: ReadonlyMap<string, Known | undefined>, forgettable: ReadonlySet<string>): [number, Map<string, Known>][] {
    const next = new Map<number, Map<string, Known>>();
    const part = (index: number) => {
      const known = next.get(index) ?? new Map(this.#parts[index]?.known);
      next.set(index, known);
      return known;
    };
    const added = [...changes].filter(
      (change): change is [string, Known] => change[1] !== undefined && !this.#partOf.has(change[0]),
    );
    for (const [id, known] of changes) {
      const index = this.#partOf.get(id);
      if (index !== undefined) replaceIn(part(index), id, known);
    }
    for (const [index, ids] of this.#forgettableByPart(forgettable))
      if (ids.length > MAX_FORGETTABLE || next.has(index)) for (const id of ids) part(index).delete(id);
    this.#place(added, part);
    this.#split(next, part);
    const isOld = (index: number) => Number(index < this.#parts.length);
    return [...next].sort(([one], [other]) => isOld(one) - isOld(other) || one - other);
  }

  /** Puts new entries into the first parts with space. */
  #place(added: [string, Known][], part: (index: number) => Map<string, Known>): void {
    let index = 0;
    let space = spaceIn(FILL_BYTES, this.#parts[0]?.known);
    for (const [id, known] of added) {
      const bytes = bytesOf(id, known);
      while (space < bytes && space < FILL_BYTES) space = spaceIn(FILL_BYTES, this.#parts[++index]?.known);
      part(index).set(id, known);
      space -= bytes;
    }
  }

  /** An entry can grow: a part that became too large gives its last entries to a new part. */
  #split(next: Map<number, Map<string, Known>>, part: (index: number) => Map<string, Known>): void {
    for (const [, known] of next) {
      if (spaceIn(MAX_PART_BYTES, known) >= 0) continue;
      let excess = -spaceIn(FILL_BYTES, known);
      const target = part(Math.max(this.#parts.length, ...[...next.keys()].map((index) => index + 1)));
      for (const [id, one] of [...known].toReversed()) {
        if (excess <= 0) break;
        known.delete(id);
        target.set(id, one);
        excess -= bytesOf(id, one);
      }
    }
  }

  #forgettableByPart(forgettable: ReadonlySet<string>): Map<number, string[]> {
    const ids = [...forgettable].filter((id) => this.#partOf.has(id));
    return Map.groupBy(ids, (id) => this.#partOf.get(id) ?? 0);
  }

  #replace(index: number, part: InventoryPart): void {
    for (const id of this.#parts[index]?.known.keys() ?? []) if (this.#partOf.get(id) === index) this.#partOf.delete(id);
    this.#parts[index] = part;
    for (const id of part.known.keys()) this.#partOf.set(id, index);
  }
}

function replaceIn(part: Map<string, Known>, id: string, known: Known | undefined): void {
  if (known) part.set(id, known);
  else part.delete(id);
}

function spaceIn(limit: number, known: ReadonlyMap<string, Known> = new Map()): number {
  let space = limit;
  for (const [id, one] of known) space -= bytesOf(id, one);
  return space;
}

function bytesOf(id: string, known: Known): number {
  return Buffer.byteLength(JSON.stringify([id, known]));
}
