import type { Delivery } from "../delivery/deliver.ts";
import { compareResource, type FoundOperation, type Known, operationsInMotion } from "../domain/discovery/inventory.ts";
import type { ListedResource, Listing } from "../domain/discovery/listing.ts";
import { matches, type TeamWatches, type Watch, type WatchedProject } from "../domain/discovery/watch.ts";
import { isOf, type ListResult, observeList } from "../domain/discovery/watch-health.ts";
import type { Unreachable } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { SegmentState } from "../domain/schedule/poller-state.ts";
import { openEntry } from "../domain/stored-record.ts";
import { type ProjectKey, projectPk, watchesPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { createLimit } from "../shared/limit.ts";
import type { OpenJobLimit } from "../shared/open-job-limit.ts";
import { saveChange } from "../shared/save-record.ts";
import type { InventoryStore, LeaseStore, RecordStore } from "../table-ports.ts";
import { checkVanished } from "./check-vanished.ts";
import { Inventory } from "./inventory.ts";
import { trackOperation } from "./track-operation.ts";
import { TEAM_BEFORE_WATCH_MS } from "./watches.ts";

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

/** What lists need of the polls of a tick. */
export interface ListTurns {
  /** Counts a request in the poll budget of the project. Lists come first, so they never wait for it. */
  takeTurn(projectId: string): void;
  /** Returns false while the service asked to be left alone. */
  mayList(project: ProjectKey): boolean;
  /** Counts the result for the reachability of the service. */
  note(project: ProjectKey, result: Listing | Unreachable): void;
}

export type DiscoveryDeps = Pick<Ports, "learning" | "cloud" | "lists" | "clock" | "log" | "metrics"> & {
  table: RecordStore & LeaseStore & InventoryStore;
  openJobs: OpenJobLimit;
  inventories: Inventories;
};

/** The inventories that this process has in memory, by project. */
export interface Inventories {
  /** Identifies this process. */
  process: string;
  known: Map<string, { inventory: number; parts: Inventory }>;
}

export interface DiscoverySettings {
  rules: TrackingRules;
  delivery: Delivery;
  turns: ListTurns;
  lists: SegmentState["lists"];
  /** No list and no change of the table begins after this time. */
  lastStartAt: number;
}

export function createInventories(): Inventories {
  return { process: crypto.randomUUID().slice(0, 8), known: new Map() };
}

const PAGE_TIMEOUT_MS = 10_000;
const LISTS_AT_ONCE = 4;
const OPERATIONS_AT_ONCE = 8;
/** A list that failed is tried once more in the same tick. */
const TRY_AGAIN_MS = 15_000;
/** The clock of the cloud may differ by this much. What began in that time before a list and is not in it is new. */
const OVERLAP_MS = 10 * 60_000;
/** A log is read this far back at most, after a long downtime. */
const LONGEST_WINDOW_MS = 7 * 86_400_000;
/** An inventory without watches is deleted after this time. */
const RETIRED_MS = 7 * 86_400_000;
/** Resources in memory over all projects, about 500 bytes each. */
const MAX_IN_MEMORY = 50_000;

export function createDiscovery(deps: DiscoveryDeps, settings: DiscoverySettings): Discovery {
  const { clock, log } = deps;
  const limit = createLimit(LISTS_AT_ONCE);
  const running = new Map<string, Promise<void>>();
  const lists = { ...settings.lists };
  let created = false;
  const tick: Tick = {
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
      const list = limit(() => listProject(deps, tick, project)).catch((error: unknown) => {
        deps.inventories.known.delete(pk);
        log.error("a watched project could not be listed", { ...project, ...errorFields(error) });
      });
      running.set(pk, list);
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
}

interface Tick extends DiscoverySettings {
  isOver(): boolean;
  /** A job in motion was created. */
  onCreated(): void;
}

/** One list of a project for all its watches. */
async function listProject(deps: DiscoveryDeps, tick: Tick, key: ProjectKey): Promise<void> {
  const { table } = deps;
  const stored = await table.read(projectPk(key));
  if (stored?.kind !== "project" || tick.isOver()) return;
  const teams = await readTeams(deps, key, stored.record);
  if (teams.length === 0) return await removeTeams(deps, stored.record, []);
  if (!tick.turns.mayList(key)) return;
  const inventory = await inventoryOf(deps, tick, stored.record);
  const listedAt = deps.clock.now();
  const last = tick.lists[projectPk(key)]?.[0];
  // A list that was read for an earlier inventory does not count.
  const listedBefore = last !== undefined && last >= stored.record.inventory ? last : stored.record.stockedAt;
  const result = await readList(deps, tick, key, windowStart(inventory, listedBefore, listedAt));
  const project = { key, record: stored.record, teams, inventory, listedAt, listedBefore };
  const isSaved =
    result.kind === "listed" ? await applyList(deps, tick, project, result) : await noteFailure(deps, tick, project, result);
  if (isSaved) await removeTeams(deps, stored.record, teams);
}

interface Project {
  key: ProjectKey;
  record: WatchedProject;
  teams: TeamWatches[];
  inventory: Inventory;
  /** When this list was requested, and the last complete one before. */
  listedAt: number;
  listedBefore: number | undefined;
}

/** Returns the records of the teams that have a watch of the project. */
async function readTeams({ table }: DiscoveryDeps, key: ProjectKey, { teams }: WatchedProject): Promise<TeamWatches[]> {
  const read = await Promise.all(Object.keys(teams).map((team) => table.read(watchesPk(team))));
  return read.flatMap((stored) =>
    stored?.kind === "watches" && stored.record.watches.some((watch) => isOf(watch, key)) ? [stored.record] : [],
  );
}

/** Removes the teams without a watch, except those that are just adding one. Without any team the inventory ends. */
async function removeTeams(
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

/** The copy in memory is current if this process read the last list. A stale one is noticed when a part is saved. */
async function inventoryOf({ table, inventories }: DiscoveryDeps, { lists }: Tick, record: WatchedProject): Promise<Inventory> {
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

/** A log is read from the last list on, and from the start of its oldest operation in motion. */
function windowStart(inventory: Inventory, listedBefore: number | undefined, now: number): number {
  const starts = [...inventory.entries()].flatMap(([, { startedAt }]) => startedAt ?? []);
  const first = starts.reduce((one, other) => Math.min(one, other), listedBefore ?? now);
  return Math.max(first - OVERLAP_MS, now - LONGEST_WINDOW_MS);
}

async function readList(deps: DiscoveryDeps, tick: Tick, key: ProjectKey, since: number): Promise<Listing | Unreachable> {
  const { lists, clock, log } = deps;
  const onRequest = () => tick.turns.takeTurn(key.projectId);
  for (let attempt = 1; ; attempt++) {
    const result = await lists.list({ ...key, since, onRequest }, PAGE_TIMEOUT_MS);
    tick.turns.note(key, result);
    if (result.kind === "listed") return result;
    const { cause, reason, requestId } = result;
    log.warn("a list failed", { ...key, cause, reason, requestId });
    const isWorthTrying = attempt === 1 && cause !== "throttled" && clock.now() + TRY_AGAIN_MS < tick.lastStartAt;
    if (!isWorthTrying) return result;
    await clock.sleep(TRY_AGAIN_MS);
  }
}

async function noteFailure(
  deps: DiscoveryDeps,
  tick: Tick,
  project: Project,
  { cause, reason, requestId }: Unreachable,
): Promise<boolean> {
  const listedAt = project.listedBefore;
  await noteWatches(deps, tick, project, {
    kind: "failed",
    cause,
    reason,
    ...(requestId !== undefined && { requestId }),
    listedAt,
  });
  return true;
}

/**
 * Compares a complete list with the inventory. Jobs are saved before the inventory: after a crash in between, the next list finds the
 * same operations again, and their jobs. Returns false if another process has saved the inventory, or if the time is over.
 */
async function applyList(deps: DiscoveryDeps, tick: Tick, project: Project, { resources }: Listing): Promise<boolean> {
  const { inventory, key, record } = project;
  const { changes, found, vanished } = compareList(project, resources);
  const takeTurn = () => tick.turns.takeTurn(key.projectId);
  const checked = await checkVanished(deps, { key, inventory, vanished, hasOthers: resources.length > 0, takeTurn });
  const offers = createOffers(deps, tick, project);
  await concurrently([...found, ...checked.operations], OPERATIONS_AT_ONCE, (operation) => offers.toAll(operation));
  await concurrently(inMotion(project, resources, changes), OPERATIONS_AT_ONCE, (operation) => offers.toNew(operation));
  for (const [id, known] of checked.changes) changes.set(id, known);
  for (const id of offers.unsaved) changes.delete(id);
  if (tick.isOver() || !(await inventory.save(changes, checked.forgettable))) {
    deps.inventories.known.delete(projectPk(key));
    return false;
  }
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
  return true;
}

function compareList({ key, record, teams, inventory, listedBefore }: Project, resources: ListedResource[]) {
  const newSince = record.stockedAt === undefined ? Number.POSITIVE_INFINITY : (listedBefore ?? record.stockedAt) - OVERLAP_MS;
  const tagNames = new Set(watchesOf(teams, key).flatMap(({ watch: { tags = {} } }) => Object.keys(tags)));
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

/** All operations in motion, if there are watches that may not have been told of them. */
function inMotion(
  { key, teams, inventory }: Project,
  resources: ListedResource[],
  changes: ReadonlyMap<string, Known | undefined>,
): FoundOperation[] {
  if (!watchesOf(teams, key).some(({ watch }) => needsAll(watch))) return [];
  return resources.flatMap((resource) => {
    const known = changes.get(resource.id) ?? inventory.get(resource.id);
    return known ? operationsInMotion(resource, known) : [];
  });
}

/** A new watch tracks what is in motion. One whose operations had to wait tries again. */
function needsAll({ startedAt, waiting = 0 }: Watch): boolean {
  return startedAt === undefined || waiting > 0;
}

/** Offers found operations to the teams whose watches match. */
function createOffers(deps: DiscoveryDeps, tick: Tick, { key, record, teams, listedAt, listedBefore }: Project) {
  const watches = watchesOf(teams, key);
  /** Resources whose change must be found again by the next list. */
  const unsaved = new Set<string>();
  /** The operations that wait, by watch. */
  const waiting = new Map<string, Set<string>>();

  const offer = async (operation: FoundOperation, isMeant: (watch: Watch) => boolean) => {
    const subject = { ...operation.resource, operation: operation.operation };
    const meant = watches.filter(({ watch }) => isMeant(watch) && matches(watch, subject));
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

function addTo(sets: Map<string, Set<string>>, name: string, value: string): void {
  sets.set(name, (sets.get(name) ?? new Set()).add(value));
}

function watchesOf(teams: TeamWatches[], key: ProjectKey): { team: string; watch: Watch }[] {
  return teams.flatMap(({ team, watches }) => watches.filter((watch) => isOf(watch, key)).map((watch) => ({ team, watch })));
}

async function noteStock({ table }: DiscoveryDeps, { record, listedAt }: Project): Promise<void> {
  await saveChange<{ kind: "project"; record: WatchedProject }>(table, projectPk(record), (before) =>
    before.inventory === record.inventory && before.stockedAt === undefined ? { ...before, stockedAt: listedAt } : before,
  );
}

/** Applies the result to the watches of each team. A team without a change costs nothing. */
async function noteWatches(
  { table, clock }: DiscoveryDeps,
  tick: Tick,
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
