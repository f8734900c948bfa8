import type { ApiKey } from "./domain/api-key.ts";
import type { Known } from "./domain/discovery/inventory.ts";
import type { Job } from "./domain/job/job.ts";
import type { JobFilter } from "./domain/job/job-filter.ts";
import type { Durations, JobType } from "./domain/schedule/durations.ts";
import type { SegmentState } from "./domain/schedule/poller-state.ts";
import type { OpenEntry, StoredRecord } from "./domain/stored-record.ts";
import type { ProjectKey } from "./domain/table-keys.ts";

/** What the table stores. Each user takes only the interfaces that it needs. Reads are strongly consistent unless noted. */
export interface Table
  extends RecordStore,
    OpenIndex,
    JobLists,
    SegmentStore,
    DurationStore,
    KeyStore,
    RateLimitStore,
    LeaseStore,
    InventoryStore {}

/** Treats an item past its time to live as deleted. */
export interface RecordStore {
  read(pk: string): Promise<StoredRecord | undefined>;
  /** Eventually consistent, at half the price: for callers that soon read again. */
  readEventuallyConsistent(pk: string): Promise<StoredRecord | undefined>;
  /**
   * Saves on condition that the stored version is the one that was read (0: that there is no such item).
   * Returns the stored record, or undefined if another writer was first.
   */
  save<Some extends StoredRecord>(stored: Some): Promise<Some | undefined>;
  /** Whether this process found last that the record of a job cannot be read. Such a job counts as absent. */
  isUnreadable(pk: string): boolean;
}

/** The entries of records with work left, eventually consistent, in pages. */
export interface OpenIndex {
  scanOpen(segment: number, segmentCount: number, place?: ScanPlace): AsyncIterable<OpenPage>;
  /** Only the jobs of a team. */
  openOf(team: string): AsyncIterable<OpenEntry[]>;
}

export interface JobLists {
  /**
   * A team's jobs, newest first; open jobs by the start of tracking. Reads a bounded number of the team's records, so a page can be
   * short and still have a next one.
   */
  listJobs(team: string, page: ListOptions): Promise<JobPage | "bad cursor">;
}

export interface SegmentStore {
  /** Takes the lease of a segment unless another tick holds it. */
  takeSegment(
    segment: number,
    segmentCount: number,
    owner: string,
    now: number,
    leaseUntil: number,
  ): Promise<SegmentState | undefined>;
  /** Closes the window and releases the lease. Returns false if another tick has taken it over. */
  closeSegment(state: SegmentState): Promise<boolean>;
  /** An eventually consistent read costs half. */
  readSegments(segmentCount: number, isConsistent?: boolean): Promise<SegmentState[]>;
}

export interface DurationStore {
  readDurations(type: JobType): Promise<LearnedDurations>;
  /** Saves on condition of the version, like a record. Returns false if another writer was first. */
  saveDurations(type: JobType, learned: LearnedDurations): Promise<boolean>;
}

export interface KeyStore {
  readKey(hash: string): Promise<ApiKey | undefined>;
}

export interface RateLimitStore {
  /**
   * Debits the team's shared rate limit (GCRA) by `costMs`. Returns the new theoretical arrival time. Pass the last known one to save
   * a write.
   */
  consumeRateLimit(team: string, costMs: number, lastKnown: number): Promise<number>;
}

export interface LeaseStore {
  /** Returns undefined if nobody holds it. */
  readLease(pk: string): Promise<Lease | undefined>;
  /** Returns false if another owner holds it. */
  takeLease(lease: Lease): Promise<boolean>;
  /** Changes a lease that its owner still holds. A past `until` releases it. Returns false if another owner has it. */
  renewLease(lease: Lease): Promise<boolean>;
}

/** What the lists of a watched project showed last, in parts of a few KB each. */
export interface InventoryStore {
  /** Returns undefined if there is no such part. */
  readPart(place: InventoryPlace): Promise<InventoryPart | undefined>;
  /** Saves on condition of the version, like a record. Returns false if another writer was first. `expiresAt`: when it may be deleted. */
  savePart(place: InventoryPlace, part: InventoryPart, expiresAt?: number): Promise<boolean>;
}

export interface InventoryPlace extends ProjectKey {
  /** When the inventory was begun. */
  inventory: number;
  /** From 0, without gaps. */
  index: number;
}

export interface InventoryPart {
  /** By the id of the resource. */
  known: Map<string, Known>;
  /** 0 if there is no such item. */
  version: number;
}

/** An item that belongs to one owner until a time, even if the owner crashes. Then it is free, and deleted later. */
export interface Lease {
  pk: string;
  /** Unique per request. */
  owner: string;
  until: number;
  note?: string;
}

export interface OpenPage {
  entries: OpenEntry[];
  /** Where the scan continues; absent after the last page. */
  after?: string;
}

/** The `after` of earlier pages: the scan starts after the first and ends with the second. */
export interface ScanPlace {
  after?: string;
  until?: string;
}

export interface LearnedDurations {
  durations: Durations;
  /** 0 if there is no such item. */
  version: number;
}

export interface ListOptions extends JobFilter {
  limit: number;
  cursor?: string;
  /** Only jobs of these projects; absent: of all. */
  projects?: string[];
  /** For open jobs: those that are late or have no news come first. */
  urgentFirst?: boolean;
  /** Keys of jobs to omit: `open` of another page. */
  except?: ReadonlySet<string>;
  /** Charges reads beyond those of a normal request as additional requests. If it rejects, the page ends. */
  charge?(requests: number): Promise<void>;
}

export interface JobPage {
  jobs: Job[];
  /** Opaque; absent on the last page. */
  next?: string;
  /** Keys of all open jobs of the team, as far as they were read. Only set on a page of open jobs. */
  open?: ReadonlySet<string>;
  /** How many open jobs match, if the index alone shows it. */
  count?: number;
}
