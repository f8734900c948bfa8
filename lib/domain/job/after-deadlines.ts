import { appendTransition } from "./append-transition.ts";
import { nextLateAt, trackingLimitAt } from "./deadline.ts";
import { type Job, type Observation, type TypicalDuration, wasSeen } from "./job.ts";
import type { TrackingRules } from "./rules.ts";

/** Checks an open job against its deadlines: the tracking limit always, late only if this poll has seen the job. */
export function afterDeadlines(
  job: Job,
  observation: Observation,
  now: number,
  rules: TrackingRules,
  typical: TypicalDuration | undefined,
): Job {
  if (now >= trackingLimitAt(job, rules)) {
    const days = Math.round(rules.maxTrackingMs / 86_400_000);
    const reason = `tracked for ${days} days, ${lastSeen(job, observation, now)}`;
    return appendTransition(job, { at: now, kind: "stopped", state: "stopped", reason }, rules);
  }
  if (observation.kind !== "seen" || now < nextLateAt(job, rules, typical)) return job;
  const late = { count: (job.late?.count ?? 0) + 1, at: now };
  return appendTransition({ ...job, late }, { at: now, kind: late.count === 1 ? "late" : "reminder", state: job.state }, rules);
}

/** The outcome of the last poll, which ran because the limit was reached. */
function lastSeen(job: Job, observation: Observation, now: number): string {
  if (observation.kind !== "seen" && !wasSeen(job)) return "never seen in the cloud";
  const as = job.state === "registered" ? "with an unknown status" : job.state;
  return `last seen ${as} at ${minuteOf(lastSeenAt(job, observation, now))}`;
}

/** Polls that show nothing new are not stored, so the job counts as seen until its polls began to fail. */
function lastSeenAt({ missing, failing }: Job, observation: Observation, now: number): number {
  if (observation.kind === "seen") return now;
  const failingSince = observation.kind === "unreachable" ? (failing?.since ?? observation.since ?? now) : now;
  return Math.min(missing?.since ?? now, failingSince);
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
