import type { Delivery } from "../delivery/deliver.ts";
import type { Listing } from "../domain/discovery/listing.ts";
import type { TeamWatches, Watch, WatchedProject } from "../domain/discovery/watch.ts";
import type { Unreachable } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { SegmentState } from "../domain/schedule/poller-state.ts";
import type { ProjectKey } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import type { OpenJobLimit } from "../shared/open-job-limit.ts";
import type { InventoryStore, LeaseStore, RecordStore } from "../table-ports.ts";
import type { Inventory } from "./inventory.ts";

export type DiscoveryDeps = Pick<Ports, "learning" | "silences" | "cloud" | "lists" | "clock" | "log" | "metrics"> & {
  table: RecordStore & LeaseStore & InventoryStore;
  openJobs: OpenJobLimit;
  inventories: Inventories;
};

/** The inventories that this process has in memory, by project. */
export interface Inventories {
  /** Identifies this process. */
  process: string;
  known: Map<string, { inventory: number; parts: Inventory }>;
  /** The projects whose last list failed, by key. */
  failed: Set<string>;
  /** How many lists in a row could not track the change of a resource, by its id. */
  repeated: Map<string, number>;
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

export interface DiscoverySettings {
  rules: TrackingRules;
  delivery: Delivery;
  turns: ListTurns;
  lists: SegmentState["lists"];
  /** No list and no change of the table begins after this time. */
  lastStartAt: number;
}

export interface DiscoveryTick extends DiscoverySettings {
  isOver(): boolean;
  /** A job in motion was created. */
  onCreated(): void;
}

export interface Project {
  key: ProjectKey;
  record: WatchedProject;
  teams: TeamWatches[];
  /** Those of all teams. */
  watches: { team: string; watch: Watch }[];
  inventory: Inventory;
  /** When this list was requested, and the last complete one before. */
  listedAt: number;
  listedBefore: number | undefined;
}

/** The clock of the cloud may differ by this much. What began in that time before a list and is not in it is new. */
export const OVERLAP_MS = 10 * 60_000;
/** A list that failed is tried once more in the same tick, after this time. */
export const TRY_AGAIN_MS = 15_000;

export function createInventories(): Inventories {
  return { process: crypto.randomUUID().slice(0, 8), known: new Map(), failed: new Set(), repeated: new Map() };
}
