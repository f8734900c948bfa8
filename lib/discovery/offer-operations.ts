import type { FoundOperation } from "../domain/discovery/inventory.ts";
import { matches, type TeamWatches, type Watch } from "../domain/discovery/watch.ts";
import { isOf } from "../domain/discovery/watch-health.ts";
import { openEntry } from "../domain/stored-record.ts";
import type { ProjectKey } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { DiscoveryDeps, DiscoveryTick, Project } from "./context.ts";
import { trackOperation } from "./track-operation.ts";

/** Offers found operations to the teams whose watches match. */
export function createOffers(
  deps: DiscoveryDeps,
  tick: DiscoveryTick,
  { key, record, teams, listedAt, listedBefore }: Project,
) {
  const watches = watchesOf(teams, key);
  /** Resources whose change must be found again by the next list. */
  const unsaved = new Set<string>();
  /** The operations that wait, by watch. */
  const waiting = new Map<string, Set<string>>();

  const offer = async (operation: FoundOperation, isMeant: (watch: Watch) => boolean) => {
    const candidate = { ...operation.resource, operation: operation.operation };
    const meant = watches.filter(({ watch }) => isMeant(watch) && matches(watch, candidate));
    for (const [team, own] of Map.groupBy(meant, (one) => one.team))
      await offerTeam(
        operation,
        team,
        own.map(({ watch }) => watch),
      );
  };

  const offerTeam = async (operation: FoundOperation, team: string, own: Watch[]) => {
    const found = `${record.inventory.toString(36)}.${operation.count}`;
    const request = {
      team,
      watches: own,
      project: key,
      operation,
      found,
      listedAt,
      listedBefore: listedBefore ?? record.inventory,
    };
    const result = tick.isOver() ? "retry" : await track(request);
    const { id } = operation.resource;
    if (result === "retry") unsaved.add(id);
    if (result === "waiting") for (const { watchId } of own) addTo(waiting, watchId, `${id}.${operation.operation}`);
  };

  const track = async (request: Parameters<typeof trackOperation>[2]) => {
    try {
      const result = await trackOperation(deps, tick.rules, request);
      if (!("job" in result)) return result.kind;
      const entry = openEntry({ kind: "job", record: result.job });
      if (entry) tick.delivery.add(entry);
      if (result.kind === "created") deps.metrics.count("OperationsDiscovered", 1);
      if (entry?.tracking) tick.onCreated();
      return result.kind;
    } catch (error) {
      deps.log.error("a discovered operation could not be tracked", { ...key, team: request.team, ...errorFields(error) });
      return "retry";
    }
  };

  return {
    unsaved,
    waiting,
    /** What ended before the first list of a watch is not reported. */
    toAll: (operation: FoundOperation) =>
      offer(operation, ({ startedAt }) => operation.kind === "began" || startedAt !== undefined),
    toNew: (operation: FoundOperation) => offer(operation, needsAll),
  };
}

/** A new watch tracks what is in motion. One whose operations had to wait tries again. */
export function needsAll({ startedAt, waiting = 0 }: Watch): boolean {
  return startedAt === undefined || waiting > 0;
}

export function watchesOf(teams: TeamWatches[], key: ProjectKey): { team: string; watch: Watch }[] {
  return teams.flatMap(({ team, watches }) => watches.filter((watch) => isOf(watch, key)).map((watch) => ({ team, watch })));
}

function addTo(sets: Map<string, Set<string>>, name: string, value: string): void {
  sets.set(name, (sets.get(name) ?? new Set()).add(value));
}
