import type { SegmentState } from "../domain/schedule/poller-state.ts";
import { type ProjectKey, projectPk } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import { createLimit } from "../shared/limit.ts";
import { type DiscoveryDeps, type DiscoverySettings, type DiscoveryTick, TRY_AGAIN_MS } from "./context.ts";

/** The watched projects of one tick. Each is listed once, beside the polls. */
export interface Discovery {
  /** Starts the list of a project, unless it was started in this tick. */
  visit(project: ProjectKey): void;
  /** Resolves when every list that was started is finished. */
  drain(): Promise<void>;
  /** Returns whether jobs in motion were created since the last call. They have to be polled. */
  tookNew(): boolean;
  /** The state for the next tick. */
  kept(): Pick<SegmentState, "lists">;
}

const LISTS_AT_ONCE = 6;
/** Lists that failed before have turns of their own, so that they never delay the others. */
const FAILED_LISTS_AT_ONCE = 2;

export function createDiscovery(deps: DiscoveryDeps, settings: DiscoverySettings): Discovery {
  const { clock, log, inventories } = deps;
  const limits = { healthy: createLimit(LISTS_AT_ONCE), failed: createLimit(FAILED_LISTS_AT_ONCE) };
  const running = new Map<string, Promise<void>>();
  const lists = { ...settings.lists };
  let created = false;
  const tick: DiscoveryTick = {
    ...settings,
    lists,
    isOver: () => clock.now() > settings.lastStartAt,
    onCreated: () => {
      created = true;
    },
  };
  return {
    visit(project) {
      const pk = projectPk(project);
      if (running.has(pk)) return;
      running.set(pk, list(project, pk, inventories.failed.has(pk) ? limits.failed : limits.healthy));
    },
    async drain() {
      await Promise.all(running.values());
    },
    tookNew() {
      const took = created;
      created = false;
      return took;
    },
    kept: () => ({ lists }),
  };

  async function list(project: ProjectKey, pk: string, limit: typeof limits.healthy): Promise<void> {
    try {
      // Loaded with the first list, since most deployments start ticks without watches.
      const { listProject } = await import("./list-project.ts");
      if ((await limit(() => listProject(deps, tick, project))) !== "failed") return;
      await clock.sleep(TRY_AGAIN_MS);
      await limits.failed(() => listProject(deps, tick, project));
    } catch (error) {
      inventories.known.delete(pk);
      log.error("a watched project could not be listed", { ...project, ...errorFields(error) });
    }
  }
}
