import { hash } from "../hash.ts";
import type { Seen } from "../job/job.ts";
import type { ListedOperation, ListedResource } from "./listing.ts";

/** What an operation shows: in motion, or how it ended. */
export type Progress = "running" | "success" | "failed";

/** What is kept of one resource between two lists. */
export interface Known {
  name?: string;
  /** Only the tags that a watch asks for. */
  tags?: Record<string, string>;
  /** Its creation is still running, and when it began as far as the list shows it. */
  isBeingCreated?: true;
  startedAt?: number;
  change?: { operation: string; progress: Progress };
  /** Short hashes of the values that operations change. */
  values?: Record<string, string>;
  /** How many operations of each kind were found. */
  found?: Record<string, number>;
  /** The list lacks it since then. `withOthers`: many vanished at once, so its deletion is not reported. */
  vanished?: { at: number; withOthers?: true };
}

/** An operation that one list shows differently from the previous one. */
export interface FoundOperation {
  resource: ListedResource;
  operation: string;
  /** `began` also means: first seen in motion. `ended`: it was in motion before. `short`: it began and ended between two lists. */
  kind: "began" | "ended" | "short";
  seen: Seen;
  /** An earlier list showed it in motion, too. */
  isKnown?: true;
  /** Which one of the operations of this kind on the resource it is, from 1. */
  count: number;
  /** Since when lists lacked the resource, if the list before did. */
  vanishedAt?: number;
}

/** What a list shows about one resource, compared with the previous list. */
export interface Comparison {
  known: Known;
  /** `known` differs from what was kept. */
  isChanged: boolean;
  operations: FoundOperation[];
}

export interface CompareOptions {
  /** A resource that appears and was created at this time or later is new. Infinite for the first list, which only takes stock. */
  newSince: number;
  /** The names of the tags that watches ask for. */
  tagNames: ReadonlySet<string>;
}

/**
 * Compares a resource with what was kept of it.
 * 1. An operation that is seen in motion for the first time has begun.
 * 2. One that was in motion and has ended, has ended.
 * 3. One that has ended and was never seen in motion was short. The last end of a resource that was not listed before is old, unless
 *    the resource is new.
 * 4. A value that only one kind of operation changes proves an end of such an operation, if nothing else does.
 */
export function compareResource(before: Known | undefined, resource: ListedResource, options: CompareOptions): Comparison {
  const changes = new Changes(before, resource);
  if (before === undefined) {
    const isNew = resource.createdAt === undefined ? options.newSince < Infinity : resource.createdAt >= options.newSince;
    changes.compareUnknown(isNew);
  } else changes.compareKnown(before);
  const known = knownOf(resource, before, changes, options.tagNames);
  return { known, isChanged: before === undefined || !isSame(before, known), operations: changes.operations };
}

/** Returns the operations of a resource that are in motion, for watches that have not tracked them yet. */
export function operationsInMotion(resource: ListedResource, { found = {} }: Known): FoundOperation[] {
  return [resource.creation, resource.change].flatMap((listed) =>
    listed && progressOf(listed) === "running"
      ? [{ ...listed, resource, kind: "began" as const, isKnown: true as const, count: found[listed.operation] ?? 1 }]
      : [],
  );
}

/** Collects the operations of one comparison. */
class Changes {
  readonly operations: FoundOperation[] = [];
  readonly found: Record<string, number>;
  readonly #resource: ListedResource;
  readonly #sizeBefore: number;
  readonly #absence: { vanishedAt?: number };

  constructor(before: Known | undefined, resource: ListedResource) {
    this.found = { ...before?.found };
    this.#absence = before?.vanished ? { vanishedAt: before.vanished.at } : {};
    this.#resource = resource;
    this.#sizeBefore = Number(before?.values?.extend);
  }

  compareUnknown(isNew: boolean): void {
    for (const listed of [this.#resource.creation, this.#resource.change]) {
      if (listed === undefined) continue;
      if (progressOf(listed) === "running") this.#add(listed, "began");
      else if (isNew && progressOf(listed) !== undefined) this.#add(listed, "short");
    }
  }

  compareKnown(before: Known): void {
    const { creation, change, values = {} } = this.#resource;
    const created = creation && progressOf(creation);
    if (creation && created === "running" && !before.isBeingCreated) this.#add(creation, "began");
    if (creation && created !== undefined && created !== "running" && before.isBeingCreated) this.#add(creation, "ended");
    if (change) this.#compareChange(before, change);
    for (const [operation, value] of Object.entries(values)) this.#compareValue(before, operation, value);
  }

  #compareChange({ change: before }: Known, listed: ListedOperation): void {
    const progress = progressOf(listed);
    const wasRunning = before?.operation === listed.operation && before.progress === "running";
    if (progress === undefined) return;
    if (progress === "running") {
      if (!wasRunning) this.#add(listed, "began");
    } else if (wasRunning) this.#add(listed, "ended");
    else if (before?.operation !== listed.operation || before.progress !== progress) this.#add(listed, "short");
  }

  /** The value may change before the operation ends, so a running one proves nothing. */
  #compareValue({ change: before, values = {} }: Known, operation: string, value: string): void {
    const { change } = this.#resource;
    const isKnown = values[operation] === undefined || values[operation] === shortValue(value);
    if (isKnown || this.operations.some((one) => one.operation === operation)) return;
    if (change?.operation === operation) {
      if (progressOf(change) !== "running") this.#add(change, "short");
      return;
    }
    const wasRunning = before?.operation === operation && before.progress === "running";
    const { resource } = this.#resource.creation?.seen ?? {};
    const seen: Seen = { kind: "seen", state: "success", subJobs: [], ...(resource && { resource }) };
    this.#add({ operation, seen }, wasRunning ? "ended" : "short");
  }

  #add(listed: ListedOperation, kind: FoundOperation["kind"]): void {
    const { operation, seen } = listed;
    const count = (this.found[operation] ?? 0) + (kind === "ended" ? 0 : 1);
    this.found[operation] = Math.max(count, 1);
    const resource = { resource: { ...seen.resource, sizeBefore: this.#sizeBefore } };
    const hasGrown = operation === "extend" && seen.resource?.size !== undefined && seen.resource.size > this.#sizeBefore;
    this.operations.push({
      ...{ resource: this.#resource, operation, kind, count: Math.max(count, 1), ...this.#absence },
      seen: hasGrown ? { ...seen, ...resource } : seen,
    });
  }
}

function knownOf(
  { name, tags = {}, createdAt, creation, change, values = {} }: ListedResource,
  before: Known | undefined,
  { found }: Changes,
  tagNames: ReadonlySet<string>,
): Known {
  const progress = change && progressOf(change);
  const kept = Object.entries(tags).filter(([tag]) => tagNames.has(tag));
  const known: Known = {
    ...(name !== undefined && { name }),
    ...(kept.length > 0 && { tags: Object.fromEntries(kept) }),
    ...(creation &&
      progressOf(creation) === "running" && { isBeingCreated: true, ...(createdAt !== undefined && { startedAt: createdAt }) }),
    ...(change && progress && { change: { operation: change.operation, progress } }),
    values: Object.fromEntries(Object.entries(values).map(([operation, value]) => [operation, shortValue(value)])),
    found,
  };
  // An unknown status says nothing about the operation, so what was known stays.
  if (change && progress === undefined && before?.change) known.change = before.change;
  if (creation && progressOf(creation) === undefined && before?.isBeingCreated) known.isBeingCreated = true;
  return known;
}

function progressOf({ seen: { state } }: ListedOperation): Progress | undefined {
  return state === "waiting" ? "running" : state;
}

/** Sizes stay readable, ids become short. */
function shortValue(value: string): string {
  return value.length > 12 ? hash(value) : value;
}

function isSame(one: Known, other: Known): boolean {
  return (
    one.name === other.name &&
    one.isBeingCreated === other.isBeingCreated &&
    one.vanished?.at === other.vanished?.at &&
    one.change?.operation === other.change?.operation &&
    one.change?.progress === other.change?.progress &&
    isSameRecord(one.values, other.values) &&
    isSameRecord(one.found, other.found) &&
    isSameRecord(one.tags, other.tags)
  );
}

/** Absent and empty are equal. */
function isSameRecord<Value>(one: Record<string, Value> = {}, other: Record<string, Value> = {}): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
