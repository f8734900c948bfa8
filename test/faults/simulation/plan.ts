import type { NotifyOn } from "../../../lib/domain/job/transitions.ts";

/** Everything that a seed decides in advance. Random events during the run are in random-faults.ts. Times in ms from the start. */
export interface Plan {
  seed: number;
  segments: number;
  pollsPerSecond: number;
  /** Notifications per message, and open entries per page. */
  maxBatchSize: number;
  pageSize: number;
  opsChannel: string;
  /** The interval of the digests (digests.ts); absent: none. */
  digestMinutes?: number;
  jobs: JobPlan[];
  ticks: TickPlan[];
  downtimes: Downtime[];
  rates: Rates;
  /** From then on nothing goes wrong, and a tick runs every minute. */
  quietFrom: number;
  /** The operator resumes a dead channel with a new webhook, else by a test message once Slack accepts messages again. */
  newWebhooks: boolean;
  /** Freezes stored records, so that code that changes them throws. */
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

/** The cloud's responses about a job, and when they begin. */
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

/** Probabilities per operation, except for the last two. */
export interface Rates {
  kill: number;
  stop: number;
  table: number;
  slowTable: number;
  cloud: number;
  missing: number;
  slack: number;
  slow: number;
  /** The delay of the index, and the small clock differences. */
  staleMs: number;
  skewMs: number;
  /** The probability that a tick runs on a machine whose clock is an hour or a day ahead. */
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
