import type { NotifyOn } from "../../../lib/domain/job/job.ts";

/** All that a seed decides beforehand; what it decides on the way is drawn by weather.ts. Times from the start, in ms. */
export interface Plan {
  seed: number;
  segments: number;
  pollsPerSecond: number;
  /** Notifications that one message takes in, and open entries that one page holds. */
  maxBatchSize: number;
  pageSize: number;
  opsChannel: string;
  /** So often there is a digest of what ended (digests.ts); absent: never. */
  digestMinutes?: number;
  jobs: JobPlan[];
  ticks: TickPlan[];
  downtimes: Downtime[];
  rates: Rates;
  /** From here on nothing goes wrong, and ticks come each minute. */
  quietFrom: number;
  /** How the operator mends a dead channel: with a new webhook, else by a test message once Slack takes it again. */
  newWebhooks: boolean;
  /** Freezes what is stored, so that a verb that changes it throws. */
  freeze?: boolean;
}

export interface JobPlan {
  jobId: string;
  notifyOn?: NotifyOn[];
  expectedMinutes?: number;
  script: Script;
  requests: { at: number; channels: string[] }[];
  stopAt?: number;
}

/** What the cloud has to say of a job, and from when on. */
export interface Script {
  knownAt: number;
  runningAt: number;
  endAt: number;
  end: "success" | "failed";
}

export interface TickPlan {
  at: number;
  segment: number;
  /** A tick that is delivered twice has one id. */
  id: string;
}

export interface Downtime {
  /** `table`, `cloud`, or a channel. */
  of: string;
  kind: "down" | "dead";
  from: number;
  until: number;
}

/** Chances an operation, but for the last two. */
export interface Rates {
  kill: number;
  stop: number;
  table: number;
  slowTable: number;
  cloud: number;
  missing: number;
  slack: number;
  slow: number;
  /** Of the index, and of clocks that differ by little. */
  staleMs: number;
  skewMs: number;
  /** The chance that a tick runs on a machine whose clock is an hour or a day ahead. */
  ahead: number;
}

export const CALM: Rates = {
  kill: 0,
  stop: 0,
  table: 0,
  slowTable: 0,
  cloud: 0,
  missing: 0,
  slack: 0,
  slow: 0,
  staleMs: 500,
  skewMs: 0,
  ahead: 0,
};

export const NEVER = Number.POSITIVE_INFINITY;
