import { TEAM_BEFORE_WATCH_MS, type TeamWatches, type Watch, type WatchedProject } from "../domain/discovery/watch.ts";
import { isOf, type ListResult, observeList } from "../domain/discovery/watch-health.ts";
import { openEntry } from "../domain/stored-record.ts";
import { type ProjectKey, projectPk, watchesPk } from "../domain/table-keys.ts";
import { saveChange } from "../shared/save-record.ts";
import type { DiscoveryDeps, DiscoveryTick, Project } from "./context.ts";
import { Inventory } from "./inventory.ts";

/** An inventory without watches is deleted after this time. */
const RETIRED_MS = 7 * 86_400_000;
/** Resources in memory over all projects, about 500 bytes each. */
const MAX_IN_MEMORY = 50_000;

/** The copy in memory is current if this process read the last list. A stale one is noticed when a part is saved. */
export async function inventoryOf(
  { table, inventories }: DiscoveryDeps,
  { lists }: DiscoveryTick,
  record: WatchedProject,
): Promise<Inventory> {
  const pk = projectPk(record);
  const { source, projectId, inventory } = record;
  const known = inventories.known.get(pk);
  if (known?.inventory === inventory && lists[pk]?.[1] === inventories.process) return known.parts;
  const parts = await Inventory.load(table, { source, projectId, inventory });
  inventories.known.set(pk, { inventory, parts });
  const total = [...inventories.known.values()].reduce((sum, one) => sum + one.parts.size, 0);
  if (total > MAX_IN_MEMORY) for (const other of inventories.known.keys()) if (other !== pk) inventories.known.delete(other);
  return parts;
}

/** Returns the records of the teams that have a watch of the project. */
export async function readTeams({ table }: DiscoveryDeps, key: ProjectKey, { teams }: WatchedProject): Promise<TeamWatches[]> {
  const read = await Promise.all(Object.keys(teams).map((team) => table.read(watchesPk(team))));
  return read.flatMap((stored) =>
    stored?.kind === "watches" && stored.record.watches.some((watch) => isOf(watch, key)) ? [stored.record] : [],
  );
}

/** Returns the watches of a project. */
export function watchesOf(teams: TeamWatches[], key: ProjectKey): { team: string; watch: Watch }[] {
  return teams.flatMap(({ team, watches }) => watches.filter((watch) => isOf(watch, key)).map((watch) => ({ team, watch })));
}

/** Removes the teams without a watch, except those that are just adding one. Without any team the inventory ends. */
export async function removeTeams(
  { table, clock, inventories }: DiscoveryDeps,
  record: WatchedProject,
  watching: TeamWatches[],
): Promise<void> {
  const now = clock.now();
  const stays = ([team, since]: [string, number]) =>
    watching.some((one) => one.team === team) || since > now - TEAM_BEFORE_WATCH_MS;
  if (Object.entries(record.teams).every(stays)) return;
  const pk = projectPk(record);
  const after = await saveChange<{ kind: "project"; record: WatchedProject }>(table, pk, (before) => ({
    ...before,
    teams: Object.fromEntries(
      Object.entries(before.teams).filter((one) => stays(one) || before.teams[one[0]] !== record.teams[one[0]]),
    ),
  }));
  if (after && Object.keys(after.teams).length > 0) return;
  const { source, projectId, inventory } = record;
  const parts = await Inventory.load(table, { source, projectId, inventory });
  await parts.retire(now + RETIRED_MS);
  inventories.known.delete(pk);
}

export async function noteStock({ table }: DiscoveryDeps, { record, listedAt }: Project): Promise<void> {
  await saveChange<{ kind: "project"; record: WatchedProject }>(table, projectPk(record), (before) =>
    before.inventory === record.inventory && before.stockedAt === undefined ? { ...before, stockedAt: listedAt } : before,
  );
}

/** Applies the result to the watches of each team. A team without a change costs nothing. */
export async function noteWatches(
  { table, clock }: DiscoveryDeps,
  tick: DiscoveryTick,
  { key, teams }: Project,
  result: ListResult,
): Promise<void> {
  for (const team of teams) {
    const now = clock.now();
    if (observeList(team, key, result, now) === team) continue;
    const record = await saveChange<{ kind: "watches"; record: TeamWatches }>(table, watchesPk(team.team), (before) =>
      observeList(before, key, result, now),
    );
    const entry = record && openEntry({ kind: "watches", record });
    if (entry) tick.delivery.add(entry);
  }
}
