import { observe } from "../lib/domain/job/apply-observation.ts";
import type { Job, Observation, Seen } from "../lib/domain/job/job.ts";
import { historyLimitReason, newJob, registerAgain } from "../lib/domain/job/registration.ts";
import { HISTORY_LIMIT, type TrackingRules } from "../lib/domain/job/rules.ts";
import type { NotifyOn } from "../lib/domain/job/transitions.ts";
import { jobKey, NOW } from "./jobs.ts";

// The largest job that the cloud and a team can create: about 250 KB.

/** Three bytes per character in UTF-8. */
export const LONG = "容".repeat(5_000);
/** The longest label of a key. */
const LABEL = "容".repeat(64);
const STEPS = ["waiting", "running"];
const EVERYTHING: NotifyOn[] = ["started", "succeeded", "failed", "late", "lost", "progress"];
export const LARGEST_OPTIONS = {
  title: LONG.slice(0, 120),
  labels: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`label-${n}`.padEnd(32, "l"), LONG.slice(0, 120)])),
  runbookUrl: "https://wiki.example.com/".padEnd(500, "w"),
};

/** The longest details that the cloud can return in one poll. */
export function wordy(poll: number): Seen {
  const state = STEPS[poll % 2] ?? "";
  const sub = (index: number) => ({
    jobId: `${index}-${poll}-`.padEnd(64, "j"),
    jobType: LONG.slice(0, 64),
    state,
    errorCode: LONG.slice(0, 64),
    failReason: LONG.slice(0, 430),
    beginTime: NOW + poll,
    endTime: NOW + poll,
  });
  return {
    kind: "seen",
    state: "running",
    jobType: "share",
    failReason: LONG.slice(0, 4_030),
    moreSubJobs: 100,
    resource: { name: LONG.slice(0, 128), size: 500 + poll },
    subJobs: Array.from({ length: 50 }, (_, n) => sub(n)),
  };
}

/** A job at every limit: channels, options, history limit; lost and registered again until it is full, then late for 29 days. */
export function fullest(jobId: string, channels: string[], rules: TrackingRules): { job: Job; now: number } {
  const options = { ...LARGEST_OPTIONS, channels, notifyOn: EVERYTHING };
  const missing: Observation = { kind: "missing", reason: LONG.slice(0, 230) };
  let now = NOW;
  let job = newJob(jobKey(jobId), options, wordy(0), now, rules, LABEL);
  const poll = (observation: Observation, afterMs: number) => {
    now += afterMs;
    job = observe(job, observation, now, rules).job;
  };
  for (let index = 1; index <= 2 * HISTORY_LIMIT.transitions; index++) poll(wordy(index), 1_000);
  let tracked = job;
  for (;;) {
    while (job.state !== "lost") poll(missing, rules.lostAfterMs);
    if (historyLimitReason(job, {}) !== undefined) break;
    job = registerAgain(job, {}, now, rules, LABEL);
    tracked = job;
  }
  job = tracked;
  const until = job.trackedSince + 29 * 86_400_000;
  for (let index = 0; now < until; index++) poll(wordy(index), 3_600_000);
  return {
    job: { ...job, notifications: job.notifications.map((notification) => ({ ...notification, state: "delivered" })) },
    now,
  };
}
