import type { FoundOperation } from "../domain/discovery/inventory.ts";
import { matches, type Watch } from "../domain/discovery/watch.ts";
import { openEntry } from "../domain/stored-record.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { DiscoveryDeps, DiscoveryTick, Project } from "./context.ts";
import { type Tracked, trackOperation } from "./track-operation.ts";

/** Offers found operations to the teams whose watches match. */
export class Offers {
  /** Resources whose change must be found again by the next list. */
  readonly unsaved = new Set<string>();
  /** The operations that wait, by watch. */
  readonly waiting = new Map<string, Set<string>>();
  readonly #deps: DiscoveryDeps;
  readonly #tick: DiscoveryTick;
  readonly #project: Project;

  constructor(deps: DiscoveryDeps, tick: DiscoveryTick, project: Project) {
    this.#deps = deps;
    this.#tick = tick;
    this.#project = project;
  }

  /** What ended before the first list of a watch is not reported. */
  toAll(operation: FoundOperation): Promise<void> {
    // A watch that began while lists lacked the resource sees it for the first time.
    const { kind, vanishedAt = Number.POSITIVE_INFINITY } = operation;
    return this.#offer(operation, ({ startedAt = vanishedAt }) => kind === "began" || startedAt < vanishedAt);
  }

  toNew(operation: FoundOperation): Promise<void> {
    return this.#offer(operation, needsAll);
  }

  async #offer(operation: FoundOperation, isMeant: (watch: Watch) => boolean): Promise<void> {
    const candidate = { ...operation.resource, operation: operation.operation };
    const meant = this.#project.watches.filter(({ watch }) => isMeant(watch) && matches(watch, candidate));
    for (const [team, own] of Map.groupBy(meant, (one) => one.team)) {
      const watches = own.map(({ watch }) => watch);
      const result = this.#tick.isOver() ? "retry" : await this.#track(operation, team, watches);
      const { id } = operation.resource;
      if (result === "retry") this.unsaved.add(id);
      if (result === "waiting") for (const { watchId } of watches) addTo(this.waiting, watchId, `${id}.${operation.operation}`);
    }
  }

  async #track(operation: FoundOperation, team: string, watches: Watch[]): Promise<Tracked["kind"]> {
    const { key, record, listedAt, listedBefore = record.inventory } = this.#project;
    const found = `${record.inventory.toString(36)}.${operation.count}`;
    try {
      const request = { team, watches, project: key, operation, found, listedAt, listedBefore };
      const result = await trackOperation(this.#deps, this.#tick.rules, request);
      if (!("job" in result)) return result.kind;
      const entry = openEntry({ kind: "job", record: result.job });
      if (entry) this.#tick.delivery.add(entry);
      if (result.kind === "created") this.#deps.metrics.count("OperationsDiscovered", 1);
      if (entry?.tracking) this.#tick.onCreated();
      return result.kind;
    } catch (error) {
      this.#deps.log.error("a discovered operation could not be tracked", { ...key, team, ...errorFields(error) });
      return "retry";
    }
  }
}

/** A new watch tracks what is in motion. One whose operations had to wait tries again. */
export function needsAll({ startedAt, waiting = 0 }: Watch): boolean {
  return startedAt === undefined || waiting > 0;
}

function addTo(sets: Map<string, Set<string>>, name: string, value: string): void {
  sets.set(name, (sets.get(name) ?? new Set()).add(value));
}
