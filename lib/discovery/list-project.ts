import type { Listing } from "../domain/discovery/listing.ts";
import type { Unreachable } from "../domain/job/job.ts";
import { type ProjectKey, projectPk } from "../domain/table-keys.ts";
import { applyList } from "./apply-list.ts";
import { type DiscoveryDeps, type DiscoveryTick, OVERLAP_MS, TRY_AGAIN_MS } from "./context.ts";
import type { Inventory } from "./inventory.ts";
import { inventoryOf, noteWatches, readTeams, removeTeams, watchesOf } from "./watched-project.ts";

const PAGE_TIMEOUT_MS = 10_000;
/** A log is read this far back at most, after a long downtime. */
const LONGEST_WINDOW_MS = 7 * 86_400_000;

/** One list of a project for all its watches. Returns "failed" if it is worth trying again in this tick. */
export async function listProject(deps: DiscoveryDeps, tick: DiscoveryTick, key: ProjectKey): Promise<"failed" | "done"> {
  const { table, clock, inventories } = deps;
  const pk = projectPk(key);
  const stored = await table.read(pk);
  if (stored?.kind !== "project" || tick.isOver()) return "done";
  const teams = await readTeams(deps, key, stored.record);
  await removeTeams(deps, stored.record, teams);
  if (teams.length === 0 || !tick.turns.mayList(key)) return "done";
  const inventory = await inventoryOf(deps, tick, stored.record);
  const listedAt = clock.now();
  const last = tick.lists[pk]?.[0];
  // A list that was read for an earlier inventory does not count.
  const listedBefore = last !== undefined && last >= stored.record.inventory ? last : stored.record.stockedAt;
  const project = { key, record: stored.record, teams, watches: watchesOf(teams, key), inventory, listedAt, listedBefore };
  const result = await readList(deps, tick, key, windowStart(inventory, listedBefore, listedAt));
  if (result.kind === "listed") {
    inventories.failed.delete(pk);
    await applyList(deps, tick, project, result);
    return "done";
  }
  inventories.failed.add(pk);
  const { cause, reason, requestId } = result;
  const failure = { kind: "failed" as const, cause, reason, listedAt: listedBefore };
  await noteWatches(deps, tick, project, { ...failure, ...(requestId !== undefined && { requestId }) });
  return cause !== "throttled" && clock.now() + TRY_AGAIN_MS < tick.lastStartAt ? "failed" : "done";
}

/** A log is read from the last list on, and from the start of its oldest operation in motion. */
function windowStart(inventory: Inventory, listedBefore: number | undefined, now: number): number {
  const starts = [...inventory.entries()].flatMap(([, { startedAt }]) => startedAt ?? []);
  const first = starts.reduce((one, other) => Math.min(one, other), listedBefore ?? now);
  return Math.max(first - OVERLAP_MS, now - LONGEST_WINDOW_MS);
}

async function readList(
  { lists, log }: DiscoveryDeps,
  { turns }: DiscoveryTick,
  key: ProjectKey,
  since: number,
): Promise<Listing | Unreachable> {
  const onRequest = () => turns.takeTurn(key.projectId);
  const result = await lists.list({ ...key, since, onRequest }, PAGE_TIMEOUT_MS);
  turns.note(key, result);
  if (result.kind === "unreachable") {
    const { cause, reason, requestId } = result;
    log.warn("a list failed", { ...key, cause, reason, requestId });
  }
  return result;
}
