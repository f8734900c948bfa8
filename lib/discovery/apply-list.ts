import { compareResource, type FoundOperation, type Known, operationsInMotion } from "../domain/discovery/inventory.ts";
import type { ListedResource, Listing } from "../domain/discovery/listing.ts";
import { projectPk } from "../domain/table-keys.ts";
import { concurrently } from "../shared/concurrently.ts";
import { checkVanished } from "./check-vanished.ts";
import { type DiscoveryDeps, type DiscoveryTick, OVERLAP_MS, type Project } from "./context.ts";
import { needsAll, Offers } from "./offer-operations.ts";
import { noteStock, noteWatches } from "./watched-project.ts";

const OPERATIONS_AT_ONCE = 8;
/** Lists, one a minute. */
const MAX_REPEATS = 60;
/** One team's job that cannot be saved for longer does not hold back the others. */
const MAX_INCOMPLETE = 5;

/**
 * Compares a complete list with the inventory. Jobs are saved before the inventory: after a crash in between, the next list finds the
 * same operations again, and their jobs. If another process has saved the inventory, or the tick has no time left, the next list starts
 * from the same inventory.
 */
export async function applyList(
  deps: DiscoveryDeps,
  tick: DiscoveryTick,
  project: Project,
  { resources }: Listing,
): Promise<void> {
  const { inventory, key, record } = project;
  const { changes, found, vanished } = compareList(project, resources);
  const takeTurn = () => tick.turns.takeTurn(key.projectId);
  const checked = await checkVanished(deps, { key, inventory, vanished, hasOthers: resources.length > 0, takeTurn });
  const offers = new Offers(deps, tick, project);
  await concurrently([...found, ...checked.operations], OPERATIONS_AT_ONCE, (operation) => offers.toAll(operation));
  await concurrently(inMotion(project, resources, changes), OPERATIONS_AT_ONCE, (operation) => offers.toNew(operation));
  for (const [id, known] of checked.changes) changes.set(id, known);
  const isComplete = repeatLater(deps, offers.unsaved, changes);
  if (tick.isOver() || !(await inventory.save(changes, checked.forgettable))) {
    deps.inventories.known.delete(projectPk(key));
    return;
  }
  // This list does not count as complete, so its time is not kept. The next list recognizes the jobs that this one created.
  if (!isComplete) return;
  if (record.stockedAt === undefined) await noteStock(deps, project);
  const { trouble } = checked;
  const waiting = new Map([...offers.waiting].map(([watchId, ids]) => [watchId, ids.size]));
  await noteWatches(
    deps,
    tick,
    project,
    trouble === undefined
      ? { kind: "listed", waiting }
      : { kind: "failed", cause: "incomplete", reason: trouble, listedAt: project.listedBefore },
  );
  tick.lists[projectPk(key)] = [project.listedAt, deps.inventories.process];
}

/**
 * Leaves out what could not be tracked, so that the next list finds it again. After an hour it is skipped: otherwise one team's
 * unreadable job would hide the operations on that resource from all teams. Returns whether the list counts as complete.
 */
function repeatLater(
  { inventories: { repeated }, log }: DiscoveryDeps,
  unsaved: ReadonlySet<string>,
  changes: Map<string, Known | undefined>,
): boolean {
  for (const id of unsaved) {
    const lists = (repeated.get(id) ?? 0) + 1;
    repeated.set(id, lists);
    if (lists <= MAX_REPEATS) changes.delete(id);
    else log.error("a discovered operation was skipped", { resource: id, lists });
  }
  for (const id of changes.keys()) repeated.delete(id);
  return [...unsaved].every((id) => (repeated.get(id) ?? MAX_INCOMPLETE) >= MAX_INCOMPLETE);
}

function compareList({ record, watches, inventory, listedBefore }: Project, resources: ListedResource[]) {
  const newSince = record.stockedAt === undefined ? Number.POSITIVE_INFINITY : (listedBefore ?? record.stockedAt) - OVERLAP_MS;
  const tagNames = new Set(watches.flatMap(({ watch: { tags = {} } }) => Object.keys(tags)));
  const changes = new Map<string, Known | undefined>();
  const found: FoundOperation[] = [];
  const listed = new Set<string>();
  for (const resource of resources) {
    listed.add(resource.id);
    const { known, isChanged, operations } = compareResource(inventory.get(resource.id), resource, { newSince, tagNames });
    if (isChanged) changes.set(resource.id, known);
    found.push(...operations);
  }
  const vanished = [...inventory.entries()].flatMap(([id]) => (listed.has(id) ? [] : [id]));
  return { changes, found, vanished };
}

/** Returns all operations in motion if a watch may have missed some of them. */
function inMotion(
  { watches, inventory }: Project,
  resources: ListedResource[],
  changes: ReadonlyMap<string, Known | undefined>,
): FoundOperation[] {
  if (!watches.some(({ watch }) => needsAll(watch))) return [];
  return resources.flatMap((resource) => {
    const known = changes.get(resource.id) ?? inventory.get(resource.id);
    return known ? operationsInMotion(resource, known) : [];
  });
}
