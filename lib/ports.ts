import type { MessageRecord, SendOutcome } from "./domain/channel/channel.ts";
import type { Job, JobKey, Observation, Tracking, TypicalDuration } from "./domain/job/job.ts";
import type { JobFilter } from "./domain/job/job-filter.ts";
import type { OutgoingNotification } from "./domain/notification.ts";
import type { Durations, JobType } from "./domain/schedule/durations.ts";
import type { PollerState } from "./domain/schedule/poller-state.ts";
import type { PollingSchedule } from "./domain/schedule/polling-schedule.ts";
import type { OpenEntry, StoredRecord } from "./domain/stored-record.ts";

// What the verbs need of the world. The adapters in dynamodb/, slack/, webhook/, eventbridge/ and the folders of the sources fulfil it,
// services.ts joins them.

export interface Ports {
  table: Table;
  learning: Learning;
  cloud: Cloud;
  /** All channels, whatever kind of destination each belongs to. */
  destinations: Destination;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** The same clock for one invocation: within it time never runs backwards. Absent: it never does. */
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

/** How long a team's jobs of a type take, learnt from those that finished. Never throws, and holds up no look. */
export interface Learning {
  /** How often such a job is looked at, as far as is known by now. */
  scheduleOf(key: TeamSource, tracking: Pick<Tracking, "jobType" | "beginTime">, minIntervalMs: number): PollingSchedule;
  /** As far as is known by now. */
  knownTypical(key: TeamSource, jobType: string | undefined): TypicalDuration | undefined;
  /** Waits where the type is just being asked for. */
  typical(key: TeamSource, jobType: string | undefined): Promise<TypicalDuration | undefined>;
  /** Counts a job that was just seen to have succeeded. */
  note(job: Job): void;
  /** Saves what was noted, and waits for what is being asked for: nothing goes on behind a tick. */
  flush(): Promise<void>;
}

export type TeamSource = Pick<JobKey, "team" | "source">;

export interface LearnedDurations {
  durations: Durations;
  /** 0: there is no such item. */
  version: number;
}

/** One kind of job in the cloud: a folder under lib/, joined in services.ts. lib/domain/job/sources.ts has its name and what names a job. */
export interface Source {
  /** One status query. Never throws: whatever goes wrong is an observation. Refuses an id that is none of its own. */
  poll(reference: Pick<JobKey, "projectId" | "jobId">, timeoutMs: number): Promise<Observation>;
}

/** All sources as one. */
export interface Cloud {
  /** One status query. Never throws: whatever goes wrong is an observation. */
  poll(job: Omit<JobKey, "team">, timeoutMs: number): Promise<Observation>;
}

export interface Heartbeat {
  /** Tells the watchman outside, if there is one, that a good tick has ended. Never throws, and takes no longer. */
  ping(timeoutMs: number): Promise<void>;
}

export type { OutgoingNotification } from "./domain/notification.ts";

/** A kind of places to tell: Slack, webhooks, an event bus. Each channel belongs to one of them. */
export interface Destination {
  /** How many of the tellings, from the first on, one message holds: at least 1. */
  maxBatchSize(channel: string, notifications: OutgoingNotification[]): number;
  /** The least time from one message of a channel to the next, in milliseconds. */
  minSendIntervalMs(channel: string): number;
  /** Each notification is a message of its own: one that fails may fail for what stands in it. */
  oneByOne(channel: string): boolean;
  /** Tells one address of a channel from another, and gives nothing of it away; "" where it has none. */
  address(channel: string): string;
  /** What `send` would post, word for word. */
  preview(channel: string, notifications: OutgoingNotification[], message: MessageMeta): object;
  /** Sends one message within 5 s; without tellings a test message. Never throws. */
  send(channel: string, notifications: OutgoingNotification[], message: MessageMeta): Promise<SendOutcome>;
}

export type MessageMeta = Pick<MessageRecord, "id" | "mayRepeat" | "plain" | "minimal" | "digest">;

export interface ListOptions extends JobFilter {
  limit: number;
  cursor?: string;
  /** Jobs of these projects alone; absent: of all. */
  projects?: string[];
  /** Of open jobs. */
  lateFirst?: boolean;
  /** Keys of jobs that are left out: `open` of another page. */
  except?: ReadonlySet<string>;
  /** Counts what is read beyond a usual request as so many more. Where it rejects, the page ends. */
  charge?(requests: number): Promise<void>;
}

export interface JobPage {
  jobs: Job[];
  /** Opaque; absent on the last page. */
  next?: string;
  /** Keys of all open jobs of the team, as far as a page of open jobs alone read them. */
  open?: ReadonlySet<string>;
}

/** Reads are strongly consistent unless said otherwise, and treat an item past its time to live as gone. */
export interface Table {
  read(pk: string): Promise<StoredRecord | undefined>;
  /** Eventually consistent, at half the price: for whoever reads again in a moment. */
  readEventuallyConsistent(pk: string): Promise<StoredRecord | undefined>;
  /**
   * Saves on condition that the version is still the one that was read (0: that there is no such item).
   * Gives back what now stands there, or undefined where somebody else was first.
   */
  save<Some extends StoredRecord>(stored: Some): Promise<Some | undefined>;
  /** Open entries of one segment of `of`, page by page, eventually consistent. */
  scanOpen(segment: number, segmentCount: number, place?: ScanPlace): AsyncIterable<OpenPage>;
  /** Open entries of a team's jobs alone, page by page, eventually consistent. */
  openOf(team: string): AsyncIterable<OpenEntry[]>;
  readDurations(type: JobType): Promise<LearnedDurations>;
  /** Saves on condition of the version, as `save` does; false where somebody else was first. */
  saveDurations(type: JobType, learned: LearnedDurations): Promise<boolean>;
  /**
   * A team's jobs, newest first; where open ones alone are asked for, by when tracking began. Reads records of the team alone,
   * and a bounded number: a page may be short and still have a next one.
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
  /** Closes the window and gives the lease back; false where it has been taken over meanwhile. */
  closeSegment(state: SegmentState): Promise<boolean>;
  /** Not consistent costs half. */
  readSegments(segmentCount: number, isConsistent?: boolean): Promise<SegmentState[]>;
  readKey(hash: string): Promise<ApiKey | undefined>;
  /**
   * Books requests on their team's account, which all instances of the api share: `costMs` is how long its rate takes to make
   * up for them. Gives back until when all that is booked takes. The last such answer that is known spares a call.
   */
  consumeRateLimit(team: string, costMs: number, lastKnown: number): Promise<number>;
  /** Undefined where nobody holds it. */
  readLease(pk: string): Promise<Lease | undefined>;
  /** False where another owner holds it. */
  takeLease(lease: Lease): Promise<boolean>;
  /** Changes a lease that its owner still holds; a past `until` gives it back. False where another owner has it by now. */
  renewLease(lease: Lease): Promise<boolean>;
}

/** A small item that belongs to one owner until a moment, whatever becomes of the owner; then it is free and swept away. */
export interface Lease {
  pk: string;
  /** Fresh for each request. */
  owner: string;
  until: number;
  note?: string;
}

export interface OpenPage {
  entries: OpenEntry[];
  /** Where to go on; absent after the last page. */
  after?: string;
}

/** Both are what an earlier page gave as its `after`: the scan begins behind the one, and ends with the other. */
export interface ScanPlace {
  after?: string;
  until?: string;
}

/** One segment of the poller: its lease, and what it keeps from tick to tick. */
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
  /** The channels it may name, the first for jobs that name none; absent: the team's. */
  channels?: string[];
  /** The projects it may see, the first for requests that name none; absent: all that are watched. */
  projects?: string[];
  expiresAt?: number;
  revokedAt?: number;
  /** The operator who made it, and who revoked it first: an ARN of AWS, or user@host. */
  createdBy?: string;
  revokedBy?: string;
}
