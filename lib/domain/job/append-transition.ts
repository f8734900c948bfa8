import type { Job, Transition } from "./job.ts";
import { notificationsFor } from "./notifications.ts";
import { HISTORY_LIMIT, type TrackingRules } from "./rules.ts";

/** Appends a transition and its notifications. The history is the outbox. */
export function appendTransition(job: Job, change: Omit<Transition, "n">, rules: TrackingRules): Job {
  const transition: Transition = { n: (job.transitions.at(-1)?.n ?? 0) + 1, ...change };
  const next: Job = { ...job, state: change.state, transitions: [...job.transitions, transition] };
  return { ...next, notifications: [...job.notifications, ...notificationsFor(next, transition, rules)] };
}

/** Returns true if only ends and deadlines are still recorded. */
export function historyLimitReached(job: Job): boolean {
  return job.transitions.length >= HISTORY_LIMIT.transitions || job.notifications.length >= HISTORY_LIMIT.notifications;
}
