import { appendTransition } from "./append-transition.ts";
import { failingPolls, observe } from "./apply-observation.ts";
import { notificationsOfEnd, recordChange } from "./change.ts";
import { hasEnded, type Job, type JobKey, type Observation, type Transition } from "./job.ts";
import type { JobOptions } from "./job-options.ts";
import { HISTORY_FULL, MAX_CHANNELS, type TrackingRules } from "./rules.ts";

/** Returns a new job with transition 1, and transition 2 if the first poll returned a status. `by`: the label of the key. */
export function newJob(
  key: JobKey,
  options: JobOptions,
  first: Observation,
  now: number,
  rules: TrackingRules,
  by?: string,
): Job {
  const empty: Job = {
    ...key,
    ...options,
    channels: [...new Set(options.channels)],
    state: "registered",
    registeredAt: now,
    trackedSince: now,
    subJobs: [],
    transitions: [],
    notifications: [],
    version: 0,
  };
  const registered = appendTransition(empty, teamTransition("registered", now, by), rules);
  return first.kind === "unreachable"
    ? { ...registered, failing: failingPolls(first, now) }
    : observe(registered, first, now, rules).job;
}

/**
 * Registers a known job again: adds its channels and replaces the given options.
 * A lost or stopped job is tracked again. A channel added after the end is notified of the end.
 */
export function registerAgain(job: Job, options: Partial<JobOptions>, now: number, rules: TrackingRules, by?: string): Job {
  const added = (options.channels ?? []).filter((channel) => !job.channels.includes(channel));
  const next: Job = { ...job, ...options, channels: [...new Set([...job.channels, ...added])] };
  const notifications = [...next.notifications, ...notificationsOfEnd(next, added, now, rules)];
  const changed = recordChange(job, { ...next, notifications }, now, rules, by);
  return job.state === "lost" || job.state === "stopped" ? trackAgain(changed, now, rules, by) : changed;
}

/** Returns why a job cannot accept the registration; undefined if it can. Keeps items well below the table's 400 KB. */
export function historyLimitReason(job: Job, { channels = [] }: Partial<JobOptions>): string | undefined {
  if (new Set([...job.channels, ...channels]).size > MAX_CHANNELS) return `A job can notify at most ${MAX_CHANNELS} channels.`;
  const isAgain = job.state === "lost" || job.state === "stopped";
  if (!isAgain || (job.transitions.length < HISTORY_FULL.transitions && job.notifications.length < HISTORY_FULL.notifications))
    return undefined;
  return "This job was registered again too often and its history is full. Register it again after its record is deleted.";
}

/** Ends tracking at the team's request. Final unless the team registers the job again. Sends no notification. */
export function stopTracking(job: Job, now: number, rules: TrackingRules, by?: string): Job {
  return hasEnded(job) ? job : appendTransition(job, teamTransition("stopped", now, by), rules);
}

function trackAgain(job: Job, now: number, rules: TrackingRules, by: string | undefined): Job {
  const {
    missing: _,
    failing: _failing,
    fingerprint: _print,
    late: _late,
    baseline: _baseline,
    resource: _resource,
    pause: _pause,
    resumedAt: _resumedAt,
    ...kept
  } = job;
  return appendTransition({ ...kept, trackedSince: now }, teamTransition("registered", now, by), rules);
}

function teamTransition(state: "registered" | "stopped", at: number, by: string | undefined): Omit<Transition, "n"> {
  return { at, kind: state, state, ...(by !== undefined && { by }) };
}
