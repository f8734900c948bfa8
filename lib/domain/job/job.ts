import type { JobOptions } from "./job-options.ts";
import type { Resource } from "./resource.ts";
import { type CloudState, ENDED_STATES, type JobState } from "./states.ts";
import { type TransitionKind, transitionRow } from "./transitions.ts";

/** One team's tracking of one job. Two teams can track the same job without learning of each other. */
export interface JobKey {
  team: string;
  source: string;
  projectId: string;
  jobId: string;
}

/** Times are milliseconds since the epoch inside the service, and ISO 8601 outside. */
export interface SubJob {
  jobId?: string;
  jobType?: string;
  /** One of the cloud's four states, or the cloud's word if it is another one. */
  state?: string;
  beginTime?: number;
  endTime?: number;
  errorCode?: string;
  failReason?: string;
}

/** A numbered, recorded change of a job. Numbers have no gaps, and a transition never changes. */
export interface Transition {
  n: number;
  at: number;
  kind: TransitionKind;
  state: JobState;
  /** For a change: the API names of the options that differ. */
  reason?: string;
  /** The label of the key that registered, changed or stopped the job; absent for all other transitions. */
  by?: string;
}

export type NotificationState = "pending" | "delivered" | "expired";

/** One transition to be delivered to one channel, at once or in its digest (`isForDigest`). */
export interface Notification {
  id: string;
  n: number;
  channel: string;
  state: NotificationState;
  /** When it reached its state: caused, delivered or expired. */
  at: number;
  receipt?: Receipt;
}

/** How the last attempt to deliver a notification ended. Kept small, since a job has one for each notification. */
export interface Receipt {
  /** Sends of the message, the last one included. */
  attempts?: number;
  /** HTTP status. */
  status?: number;
  /** The destination's own word, such as Slack's "ok". Expired: why it could not be delivered. */
  answer?: string;
  /** How long the last send took. */
  latencyMs?: number;
}

/** Set by a team, until a time. While a job is silenced, only bad news is delivered; while it is paused, it is not polled. */
export interface Silence {
  until: number;
  /** The label of the key that set it. */
  by: string;
  reason?: string;
}

/** The cloud's data about a job. Absent, null and "" all become absent. */
export interface JobDetails {
  jobType?: string;
  beginTime?: number;
  endTime?: number;
  errorCode?: string;
  failReason?: string;
  subJobs: SubJob[];
  /** How many sub jobs the cloud listed beyond those kept here. */
  moreSubJobs?: number;
  resource?: Resource;
  /** The cloud's X-request-id of the last poll that changed the job. The cloud's support needs it. */
  requestId?: string;
}

/** How long jobs of one type take, learned from those that finished last: milliseconds from begin to end. */
export interface TypicalDuration {
  /** The sample size. */
  jobs: number;
  /** 10th percentile. */
  lowMs: number;
  medianMs: number;
  /** 90th percentile. */
  highMs: number;
  /** 95th percentile. Jobs far beyond it are late. */
  p95Ms: number;
}

export interface Job extends JobKey, JobOptions, JobDetails {
  state: JobState;
  registeredAt: number;
  /** Of the request that started tracking. Logs, messages, events, the API and the page contain it. */
  correlationId?: string;
  /** When the job was registered, or last registered again after it was lost or stopped. Schedule and deadlines count from it. */
  trackedSince: number;
  /** Hash of the last observation. An equal observation needs no write. */
  fingerprint?: string;
  missing?: MissingPolls;
  /** Set while this job's own polls fail although the service answers for other jobs, or since the first poll failed. */
  failing?: FailingPolls;
  /** The status text (`Seen.statusText`) of the first poll; "" once a poll returned a different one. See baseline.ts. */
  baseline?: string;
  /** The typical duration of its type when the job changed last; absent while too few jobs of the type have finished. */
  typical?: TypicalDuration;
  /** How often the job was reported late, and when last. The first report is the notification, later ones are reminders. */
  late?: { count: number; at: number };
  silence?: Silence;
  pause?: Silence;
  /** When the last pause ended; absent during a pause. */
  resumedAt?: number;
  /** Set if a watch discovered the operation. */
  origin?: Origin;
  transitions: Transition[];
  notifications: Notification[];
  version: number;
}

export interface Origin {
  watchId: string;
  /** Identifies the operation in the inventory of the project, so that it becomes only one job. */
  found: string;
}

/** What is needed to evaluate a poll or a deadline. Stored in the open index. */
export type Tracking = Pick<
  Job,
  "registeredAt" | "trackedSince" | "jobType" | "beginTime" | "expectedMinutes" | "fingerprint" | "late" | "resumedAt"
> & {
  pause?: Pick<Silence, "until">;
  missing?: Pick<MissingPolls, "since" | "polls" | "wasSeen">;
  failing?: Pick<FailingPolls, "since" | "reported">;
  /** Only counted. */
  state?: JobState;
};

/** Consecutive polls in which the cloud did not know the job. */
export interface MissingPolls {
  since: number;
  polls: number;
  /** The cloud had returned the job before. */
  wasSeen?: true;
  /** The cloud's text, and the X-request-id of the last poll that was stored. */
  reason?: string;
  requestId?: string;
}

/** Consecutive polls that could not reach the job. */
export interface FailingPolls {
  since: number;
  cause: Unreachable["cause"];
  reason: string;
  requestId?: string;
  /** The team was notified. */
  reported?: true;
}

/** Returns true if the cloud has returned the job since tracking began. A missing job has no fingerprint of a seen one. */
export function wasSeen({ fingerprint, missing }: Pick<Tracking, "fingerprint" | "missing">): boolean {
  return missing === undefined ? fingerprint !== undefined : missing.wasSeen === true;
}

/** The result of one poll. */
export type Observation = Seen | Missing | Unreachable;

export interface Seen extends JobDetails {
  kind: "seen";
  /** Absent if the cloud returned an unknown status. */
  state?: CloudState;
  /** The unknown status, in the cloud's spelling. */
  unknownStatus?: string;
  /** Set by sources that can still report an earlier operation: the text that distinguishes the status of one operation from another. */
  statusText?: string;
}

export interface Missing {
  kind: "missing";
  /** The cloud's code and text. */
  reason: string;
  /** The job was a deletion, so missing means success. */
  isGone?: true;
  /**
   * The error response means "missing" only under this condition; otherwise the request may lack a permission or be invalid.
   * `resolveMissing` decides. `any-seen`: this job or another one of its service and project was seen.
   */
  onlyIf?: "never-seen" | "seen-before" | "others-seen" | "any-seen";
  requestId?: string;
}

/**
 * The poll failed. It says nothing about the job, only about the reachability of its service.
 * `credentials`: 401 after a new token. `not-permitted`: other 403. `configuration`: wrong host or region, and every case without another
 * cause. `throttled`: 429. `unavailable`: 5xx, timeouts, resets. `invalid-response`: a response that does not describe this job.
 */
export interface Unreachable {
  kind: "unreachable";
  cause: "credentials" | "not-permitted" | "configuration" | "throttled" | "unavailable" | "invalid-response";
  reason: string;
  /** How long the project must not be polled (429 only). */
  retryAfterMs?: number;
  requestId?: string;
  /** When polls began to fail, as far as the poller knows. */
  since?: number;
  /** The service answers for other jobs: only this job cannot be polled. */
  isOwn?: true;
}

export function hasEnded({ state }: { state: JobState }): boolean {
  return (ENDED_STATES as readonly JobState[]).includes(state);
}

/** The last transition about the operation itself, which a change of options is not. */
export function lastNews({ transitions }: Pick<Job, "transitions">): Transition | undefined {
  return transitions.findLast((transition) => !transitionRow(transition).isAboutOptions);
}

/** Returns the label of the key that last registered, stopped or otherwise changed the job in this way. */
export function authorOf({ transitions }: Pick<Job, "transitions">, kind: TransitionKind): string | undefined {
  return transitions.findLast((transition) => transition.kind === kind)?.by;
}

/** Accepts a channel and when its notification expired. */
export type ExpiredFilter = (channel: string, expiredAt: number) => boolean;

/** Whether a notification expired, and the filter accepts it. */
export function hasExpired({ state, channel, at }: Notification, isMeant: ExpiredFilter): boolean {
  return state === "expired" && isMeant(channel, at);
}

export function pendingNotifications(outbox: { notifications: Notification[] }): Notification[] {
  return outbox.notifications.filter((notification) => notification.state === "pending");
}
