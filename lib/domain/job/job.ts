/** The four words of the cloud, and three of ours. */
export type JobState = "registered" | "waiting" | "running" | "success" | "failed" | "lost" | "stopped";
export type CloudState = "waiting" | "running" | "success" | "failed";

/** One team's watch of one job. Two teams may watch the same job and never learn of each other. */
export interface JobKey {
  team: string;
  source: string;
  projectId: string;
  jobId: string;
}

/** Times inside the service are milliseconds since the epoch; they become ISO 8601 at the edges. */
export interface SubJob {
  jobId?: string;
  jobType?: string;
  /** One of the cloud's four words, or whatever else it said. */
  state?: string;
  beginTime?: number;
  endTime?: number;
  errorCode?: string;
  failReason?: string;
}

export type TransitionKind =
  | "registered"
  | "status"
  | "sub-job"
  | "late"
  | "reminder"
  | "unknown-status"
  | "unreachable"
  | "recovered"
  | "lost"
  | "stopped"
  | "changed";

/** A numbered, recorded change of a job: numbers have no gaps, and what is written is never changed. */
export interface Transition {
  n: number;
  at: number;
  kind: TransitionKind;
  state: JobState;
  /** Of a change: the options that differ, by the names of the API. */
  reason?: string;
  /** The label of the key with which somebody registered, changed or stopped the job; absent where nobody did. */
  by?: string;
}

export type NotificationState = "pending" | "delivered" | "expired";

/** One transition to be told to one channel, at once or in its digest (`isForDigest`). */
export interface Notification {
  id: string;
  n: number;
  channel: string;
  state: NotificationState;
  /** When it became what it is: caused, delivered or given up. */
  at: number;
}

export const NOTIFY_ON = ["started", "succeeded", "failed", "late", "lost", "unreachable", "progress"] as const;
export type NotifyOn = (typeof NOTIFY_ON)[number];

/** What the team chose when it registered. */
export interface JobOptions {
  channels: string[];
  title?: string;
  notifyOn?: NotifyOn[];
  labels?: Record<string, string>;
  expectedMinutes?: number;
  runbookUrl?: string;
}

/** The team wants quiet for a while: nothing but bad news is told. */
export interface Silence {
  until: number;
  /** The label of the key that asked for it. */
  by: string;
  reason?: string;
}

/** What the cloud says of a job. Absent, null and "" were all made absent. */
export interface JobDetails {
  jobType?: string;
  beginTime?: number;
  endTime?: number;
  errorCode?: string;
  failReason?: string;
  subJobs: SubJob[];
  /** How many sub jobs there are besides those kept here. */
  moreSubJobs?: number;
  /** The cloud's X-request-id of the look that changed the job last: its support asks for it. */
  requestId?: string;
}

/** How long jobs of one type take, learnt from those that have finished last: milliseconds from begin to end. */
export interface TypicalDuration {
  /** How many were learnt from. */
  jobs: number;
  /** Nine of ten took at least so long. */
  lowMs: number;
  medianMs: number;
  /** Nine of ten took at most so long. */
  highMs: number;
  /** 19 of 20 took at most so long: what is far beyond is late. */
  p95Ms: number;
}

export interface Job extends JobKey, JobOptions, JobDetails {
  state: JobState;
  registeredAt: number;
  /** Of the request that began the watch: logs and messages name it. */
  correlationId?: string;
  /** Registered, or brought back by registering again: what the cadence and the deadlines count from. */
  trackedSince: number;
  /** Hash of the last observation: an equal one needs no write. */
  fingerprint?: string;
  missing?: MissingPolls;
  /** Set while this job's own polls fail although the service answers for other jobs, or since the first poll failed. */
  failing?: FailingPolls;
  /** The mark of the first sight; "" once another was seen. */
  baseline?: string;
  /** What was usual for its type when the job changed last; absent while too little is known. */
  typical?: TypicalDuration;
  /** How often the job was told to be late, and when last: the first is the notification, more are reminders. */
  late?: { count: number; at: number };
  silence?: Silence;
  transitions: Transition[];
  notifications: Notification[];
  version: number;
}

/** What deciding a look or a deadline needs; it stands in the open index. */
export type Tracking = Pick<
  Job,
  "registeredAt" | "trackedSince" | "jobType" | "beginTime" | "expectedMinutes" | "fingerprint" | "late"
> & {
  missing?: Pick<MissingPolls, "since" | "polls" | "wasSeen">;
  failing?: Pick<FailingPolls, "since" | "reported">;
};

/** Polls without a break in which the cloud did not know the job. */
export interface MissingPolls {
  since: number;
  polls: number;
  /** The cloud had shown the job before. */
  wasSeen?: true;
  /** The cloud's words, and the X-request-id of the poll that was recorded last. */
  reason?: string;
  requestId?: string;
}

/** Polls without a break that could not reach the job. */
export interface FailingPolls {
  since: number;
  cause: Unreachable["cause"];
  reason: string;
  requestId?: string;
  /** The team was notified. */
  reported?: true;
}

/** Whether the cloud has shown the job since it is tracked. A missing job has lost the fingerprint of what was seen. */
export function wasSeen({ fingerprint, missing }: Pick<Tracking, "fingerprint" | "missing">): boolean {
  return missing === undefined ? fingerprint !== undefined : missing.wasSeen === true;
}

/** The result of one look at the cloud. */
export type Observation = Seen | Missing | Unreachable;

export interface Seen extends JobDetails {
  kind: "seen";
  /** Absent where the cloud used a word that is none of its four. */
  state?: CloudState;
  /** That word, as it came. */
  unknownStatus?: string;
  /** Where the same words can stand there from an earlier operation: all that tells this sight from others. */
  baseline?: string;
}

export interface Missing {
  kind: "missing";
  /** The cloud's own code and text. */
  reason: string;
  /** Being gone is what the job was for. */
  isGone?: true;
  /**
   * The refusal means "missing" only under this condition, which `resolveMissing` decides: it can also mean that the request
   * is not permitted or not understood. `any-seen`: this job or another one of its service and project was seen.
   */
  onlyIf?: "never-seen" | "seen-before" | "others-seen" | "any-seen";
  requestId?: string;
}

/**
 * Says nothing about the job, only about how well its project can be seen.
 * `credentials`: 401 after a fresh token. `not-permitted`: other 403. `configuration`: wrong host or region, and all that has no other
 * cause. `throttled`: 429. `unavailable`: 5xx, timeouts, resets. `invalid-response`: an answer that is no answer about this job.
 */
export interface Unreachable {
  kind: "unreachable";
  cause: "credentials" | "not-permitted" | "configuration" | "throttled" | "unavailable" | "invalid-response";
  reason: string;
  /** How long the project must rest (429 alone). */
  retryAfterMs?: number;
  requestId?: string;
  /** Since when polls have failed, as far as the poller knows. */
  since?: number;
  /** The service answers for other jobs meanwhile: it is this job alone that cannot be polled. */
  isOwn?: true;
}

const ENDED: ReadonlySet<JobState> = new Set(["success", "failed", "lost", "stopped"]);

export function hasEnded(job: { state: JobState }): boolean {
  return ENDED.has(job.state);
}

/** The last transition that says something about the operation itself: a change of options does not. */
export function lastNews({ transitions }: Pick<Job, "transitions">): Transition | undefined {
  return transitions.findLast(({ kind }) => kind !== "changed");
}

export function pendingNotifications(outbox: { notifications: Notification[] }): Notification[] {
  return outbox.notifications.filter((notification) => notification.state === "pending");
}
