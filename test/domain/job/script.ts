import { observe } from "../../../lib/domain/job/apply-observation.ts";
import type { Job, Missing, Observation, Seen, Unreachable } from "../../../lib/domain/job/job.ts";
import type { JobOptions } from "../../../lib/domain/job/job-options.ts";
import { newJob } from "../../../lib/domain/job/registration.ts";
import type { TrackingRules } from "../../../lib/domain/job/rules.ts";

// A scripted cloud: the observation of each poll, by minutes after the registration.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 2, 2, 9);

export const RULES: TrackingRules = {
  lostAfterMs: 15 * MINUTE,
  lateAfterMs: HOUR,
  maxTrackingMs: 30 * DAY,
  opsChannel: "ops",
};
export const KEY = { team: "storage", source: "sfs-turbo-job", projectId: "0123456789abcdef0123456789abcdef", jobId: "job-1" };
export const OPTIONS: JobOptions = { channels: ["storage-ops"] };

export function seen(state: Seen["state"] & string, details: Partial<Seen> = {}): Seen {
  return { kind: "seen", subJobs: [], state, ...details };
}

export function strange(unknownStatus: string): Seen {
  return { kind: "seen", subJobs: [], unknownStatus };
}

export const WAITING = seen("waiting");
export const RUNNING = seen("running");
export const SUCCESS = seen("success");
export const FAILED = seen("failed");
export const MISSING: Missing = { kind: "missing", reason: "SFS.TURBO.0002: no such job" };
export const AWAY: Unreachable = { kind: "unreachable", cause: "unavailable", reason: "HTTP 503" };

export type Script = [minute: number, observation: Observation][];

export interface Played {
  job: Job;
  /** One line per transition: minute, kind, state. */
  history: string[];
  /** One line per notification: kind or new state, channel. */
  delivered: string[];
  anomalies: string[];
  /** The minutes at which a poll changed the job, which is then saved. */
  writes: number[];
}

/** Registers with the first poll of the script, then plays the others. */
export function play(script: Script, options: JobOptions = OPTIONS, rules: TrackingRules = RULES): Played {
  const [[, first], ...later] = script as [Script[number], ...Script];
  let job = newJob(KEY, options, first, START, rules);
  const anomalies: string[] = [];
  const writes: number[] = [];
  for (const [minute, observation] of later) {
    const observed = observe(job, observation, START + minute * MINUTE, rules);
    if (observed.job !== job) writes.push(minute);
    if (observed.anomaly !== undefined) anomalies.push(observed.anomaly);
    job = observed.job;
  }
  return { job, history: historyOf(job), delivered: notificationsOf(job), anomalies, writes };
}

export function historyOf(job: Job): string[] {
  return job.transitions.map(({ at, kind, state }) => `${(at - START) / MINUTE} ${kind} ${state}`);
}

export function notificationsOf(job: Job): string[] {
  return job.notifications.map(({ n, channel }) => {
    const transition = job.transitions.find((candidate) => candidate.n === n);
    return `${transition?.kind === "status" ? transition.state : transition?.kind} to ${channel}`;
  });
}

/** The same observation at each of these minutes. */
export function each(minutes: number[], observation: Observation): Script {
  return minutes.map((minute) => [minute, observation]);
}
