import type { Job, JobKey, Observation, Seen } from "../lib/domain/job/job.ts";
import { newJob } from "../lib/domain/job/registration.ts";
import type { TrackingRules } from "../lib/domain/job/rules.ts";

// Jobs and observations for tests, with simple defaults.

export const PROJECT = "0123456789abcdef0123456789abcdef";
export const NOW = Date.parse("2026-11-23T12:00:00Z");

export const RULES: TrackingRules = {
  lostAfterMs: 15 * 60_000,
  lateAfterMs: 60 * 60_000,
  maxTrackingMs: 30 * 86_400_000,
  opsChannel: "ops",
};

export function jobKey(jobId: string, team = "storage"): JobKey {
  return { team, source: "sfs-turbo-job", projectId: PROJECT, jobId };
}

export function seen(state: Seen["state"], details: Partial<Seen> = {}): Observation {
  return { kind: "seen", ...(state && { state }), subJobs: [], ...details };
}

export function registered(
  jobId: string,
  first: Observation,
  options: { team?: string; now?: number; channels?: string[] } = {},
): Job {
  const { team, now = NOW, channels = ["storage-ops"] } = options;
  return newJob(jobKey(jobId, team), { channels }, first, now, RULES);
}
