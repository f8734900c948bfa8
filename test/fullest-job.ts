import { observe } from "../lib/domain/job/apply-observation.ts";
import type { Job, NotifyOn, Observation, Seen } from "../lib/domain/job/job.ts";
import { historyLimitReason, newJob, registerAgain } from "../lib/domain/job/registration.ts";
import { CHATTER_LIMIT, type WatchRules } from "../lib/domain/job/rules.ts";
import { jobKey, NOW } from "./jobs.ts";

// The largest job that the cloud and a team can make: some 250 KB.

/** Three bytes a character in UTF-8. */
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

/** As much as the cloud can say of a job in one look. */
export function wordy(look: number): Seen {
  const state = STEPS[look % 2] ?? "";
  const sub = (index: number) => ({
    jobId: `${index}-${look}-`.padEnd(64, "j"),
    jobType: LONG.slice(0, 64),
    state,
    errorCode: LONG.slice(0, 64),
    failReason: LONG.slice(0, 430),
    beginTime: NOW + look,
    endTime: NOW + look,
  });
  return {
    kind: "seen",
    state: "running",
    jobType: "share",
    failReason: LONG.slice(0, 4_030),
    moreSubJobs: 100,
    subJobs: Array.from({ length: 50 }, (_, n) => sub(n)),
  };
}

/** A job of every limit: its channels, its options, its chatter, lost and registered again until it is full, then late for 29 days. */
export function fullest(jobId: string, channels: string[], rules: WatchRules): { job: Job; now: number } {
  const options = { ...LARGEST_OPTIONS, channels, notifyOn: EVERYTHING };
  const missing: Observation = { kind: "missing", reason: LONG.slice(0, 230) };
  let now = NOW;
  let job = newJob(jobKey(jobId), options, wordy(0), now, rules, LABEL);
  const look = (observation: Observation, afterMs: number) => {
    now += afterMs;
    job = observe(job, observation, now, rules).job;
  };
  for (let index = 1; index <= 2 * CHATTER_LIMIT.transitions; index++) look(wordy(index), 1_000);
  let watched = job;
  for (;;) {
    while (job.state !== "lost") look(missing, rules.lostAfterMs);
    if (historyLimitReason(job, {}) !== undefined) break;
    job = registerAgain(job, {}, now, rules, LABEL);
    watched = job;
  }
  job = watched;
  const until = job.watchedSince + 29 * 86_400_000;
  for (let index = 0; now < until; index++) look(wordy(index), 3_600_000);
  return {
    job: { ...job, notifications: job.notifications.map((notification) => ({ ...notification, state: "delivered" })) },
    now,
  };
}
