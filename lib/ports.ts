import type { MessageRecord } from "./domain/channel/message-record.ts";
import type { SendOutcome } from "./domain/channel/send-outcome.ts";
import type { Listing } from "./domain/discovery/listing.ts";
import type { Job, JobKey, Observation, Tracking, TypicalDuration, Unreachable } from "./domain/job/job.ts";
import type { WatchableSource } from "./domain/job/sources.ts";
import type { TeamSilence } from "./domain/job/team-silence.ts";
import type { OutgoingNotification } from "./domain/notification.ts";
import type { PollingSchedule } from "./domain/schedule/polling-schedule.ts";
import type { Table } from "./table-ports.ts";

// The interfaces between the use cases and the outside world. The adapters under adapters/ implement them; services.ts connects them.

export interface Ports {
  table: Table;
  learning: Learning;
  silences: Silences;
  cloud: Cloud;
  lists: ProjectLists;
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

/** The silences of teams, as far as they are known: up to 15 s old. Never throws. */
export interface Silences {
  of(team: string): Promise<readonly TeamSilence[]>;
  /** Must be called after a change. */
  changed(team: string): void;
}

export type TeamSource = Pick<JobKey, "team" | "source">;

/** One kind of job in the cloud, connected in services.ts. Its name and fields are in lib/domain/job/sources.ts. */
export interface Source {
  /** Makes one status query. Never throws: errors are observations. Rejects ids of other sources. */
  poll(reference: Pick<JobKey, "projectId" | "jobId">, timeoutMs: number): Promise<Observation>;
  /** Reads a list of the whole project, if the source has one. Never throws. */
  list?(request: Omit<ListRequest, "source">, timeoutMs: number): Promise<Listing | Unreachable>;
}

export interface ListRequest {
  source: WatchableSource;
  projectId: string;
  /** Only entries that began at or after this time, where the list is a log. Resources are always listed completely. */
  since: number;
  /** Called before each request. */
  onRequest?(): void;
}

/** All sources. */
export interface Cloud {
  /** Makes one status query. Never throws: errors are observations. */
  poll(job: Omit<JobKey, "team">, timeoutMs: number): Promise<Observation>;
}

/** The lists of all sources that can be watched. */
export interface ProjectLists {
  /** Reads all pages of a list. Never throws: a page that fails makes the whole list unreachable. `timeoutMs`: for each page. */
  list(request: ListRequest, timeoutMs: number): Promise<Listing | Unreachable>;
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
