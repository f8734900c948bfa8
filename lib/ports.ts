import type { SendOutcome } from "./domain/channel/channel.ts";
import type { MessageRecord } from "./domain/channel/message-record.ts";
import type { Job, JobKey, Observation, Tracking, TypicalDuration } from "./domain/job/job.ts";
import type { JobFilter } from "./domain/job/job-filter.ts";
import type { OutgoingNotification } from "./domain/notification.ts";
import type { Durations, JobType } from "./domain/schedule/durations.ts";
import type { PollerState } from "./domain/schedule/poller-state.ts";
import type { PollingSchedule } from "./domain/schedule/polling-schedule.ts";
import type { OpenEntry, StoredRecord } from "./domain/stored-record.ts";

// The interfaces between the use cases and the outside world. The adapters under adapters/ implement them; services.ts connects them.

export interface Ports {
  table: Table;
  learning: Learning;
  cloud: Cloud;
  /** All channels, of every kind of destination. */
  destinations: Destination;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Returns a clock for one invocation that never runs backwards. Absent if this clock never does. */
  steady?(): Clock;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface Metrics {
  count(name: string, value: number): void;
  /** Seconds. */
  age(name: string, seconds: number): void;
}

/** How long a team's jobs of a type take, learned from those that finished. Never throws, and delays no poll. */
export interface Learning {
  /** Returns the polling schedule of a job from what is loaded so far. */
  scheduleOf(key: TeamSource, tracking: Pick<Tracking, "jobType" | "beginTime">): PollingSchedule;
  /** Returns the typical duration if it is loaded already. */
  knownTypical(key: TeamSource, jobType: string | undefined): TypicalDuration | undefined;
  /** Loads the typical duration if necessary. */
  typical(key: TeamSource, jobType: string | undefined): Promise<TypicalDuration | undefined>;
  /** Counts a job that just succeeded. */
  note(job: Job): void;
  /** Saves the counted jobs and waits for pending reads, so that nothing continues after a tick. */
  flush(): Promise<void>;
}

export type TeamSource = Pick<JobKey, "team" | "source">;

export interface LearnedDurations {
  durations: Durations;
  /** 0 if there is no such item. */
  version: number;
}

/** One kind of job in the cloud, connected in services.ts. Its name and fields are in lib/domain/job/sources.ts. */
export interface Source {
  /** Makes one status query. Never throws: errors are observations. Rejects ids of other sources. */
  poll(reference: Pick<JobKey, "projectId" | "jobId">, timeoutMs: number): Promise<Observation>;
}

/** All sources. */
export interface Cloud {
  /** Makes one status query. Never throws: errors are observations. */
  poll(job: Omit<JobKey, "team">, timeoutMs: number): Promise<Observation>;
}

export interface Heartbeat {
  /** Pings the external heartbeat monitor, if one is configured, after a successful tick. Never throws or exceeds the timeout. */
  ping(timeoutMs: number): Promise<void>;
}

/** A kind of destination: Slack, webhooks, an event bus. Each channel belongs to one. */
export interface Destination {
  /** Returns how many of the first notifications fit into one message: at least 1. */
  maxBatchSize(channel: string, notifications: OutgoingNotification[]): number;
  /** The minimum time between two messages of a channel, in milliseconds. */
  minSendIntervalMs(channel: string): number;
  /** Each notification is a message of its own, so one failure can be caused by its content. */
  oneByOne(channel: string): boolean;
  /** Returns a text that identifies the channel's address without revealing it; "" if it has none. */
  address(channel: string): string;
  /** Returns exactly what `send` would post. */
  preview(channel: string, notifications: OutgoingNotification[], message: MessageMeta): object;
  /** Sends one message within 5 s, or a test message if there are no notifications. Never throws. */
  send(channel: string, notifications: OutgoingNotification[], message: MessageMeta): Promise<SendOutcome>;
}

export type MessageMeta = Pick<MessageRecord, "id" | "mayRepeat" | "plain" | "minimal" | "digest">;

export interface ListOptions extends JobFilter {
  limit: number;
  cursor?: string;
  /** Only jobs of these projects; absent: of all. */
  projects?: string[];
  /** For open jobs. */
  lateFirst?: boolean;
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
}

/** Reads are strongly consistent unless noted, and treat an item past its time to live as deleted. */
export interface Table {
  read(pk: string): Promise<StoredRecord | undefined>;
  /** Eventually consistent, at half the price: for callers that soon read again. */
  readEventuallyConsistent(pk: string): Promise<StoredRecord | undefined>;
  /**
   * Saves on condition that the stored version is the one that was read (0: that there is no such item).
   * Returns the stored record, or undefined if another writer was first.
   */
  save<Some extends StoredRecord>(stored: Some): Promise<Some | undefined>;
  /** Open entries of one segment in pages, eventually consistent. */
  scanOpen(segment: number, segmentCount: number, place?: ScanPlace): AsyncIterable<OpenPage>;
  /** Open entries of a team's jobs in pages, eventually consistent. */
  openOf(team: string): AsyncIterable<OpenEntry[]>;
  readDurations(type: JobType): Promise<LearnedDurations>;
  /** Saves on condition of the version, like `save`. Returns false if another writer was first. */
  saveDurations(type: JobType, learned: LearnedDurations): Promise<boolean>;
  /**
   * A team's jobs, newest first; open jobs by the start of tracking. Reads a bounded number of the team's records, so a page can be
   * short and still have a next one.
   */
  listJobs(team: string, page: ListOptions): Promise<JobPage | "bad cursor">;
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
  readKey(hash: string): Promise<ApiKey | undefined>;
  /**
   * Debits the team's shared rate limit (GCRA) by `costMs`. Returns the new theoretical arrival time. Pass the last known one to save
   * a write.
   */
  consumeRateLimit(team: string, costMs: number, lastKnown: number): Promise<number>;
  /** Returns undefined if nobody holds it. */
  readLease(pk: string): Promise<Lease | undefined>;
  /** Returns false if another owner holds it. */
  takeLease(lease: Lease): Promise<boolean>;
  /** Changes a lease that its owner still holds. A past `until` releases it. Returns false if another owner has it. */
  renewLease(lease: Lease): Promise<boolean>;
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

/** One segment of the poller: its lease and its state between ticks. */
export interface SegmentState extends PollerState {
  segment: number;
  segmentCount: number;
  owner?: string;
  leaseUntil: number;
}

export interface ApiKey {
  hash: string;
  team: string;
  label: string;
  createdAt: number;
  readOnly?: boolean;
  operator?: boolean;
  /** The channels that it may use, the first one being its default; absent: the team's. */
  channels?: string[];
  /** The projects that it may use, the first one being its default; absent: all. */
  projects?: string[];
  expiresAt?: number;
  revokedAt?: number;
  /** The operator who created it, and who first revoked it: an ARN of AWS, or user@host. */
  createdBy?: string;
  revokedBy?: string;
}
