import { appendTransition, historyLimitReached } from "./append-transition.ts";
import { type ExpiredFilter, hasEnded, hasExpired, type Job, type Notification, type Silence } from "./job.ts";
import { type JobOptions, OPTION_NAMES, TIMED_OPTIONS } from "./job-options.ts";
import { channelNotifications, digestNotifications } from "./notifications.ts";
import type { TrackingRules } from "./rules.ts";

/** A team's change of a job. An absent option stays unchanged, `null` removes it. */
export type JobChange = Partial<Pick<JobOptions, "channels">> & {
  [Name in Exclude<keyof JobOptions, "channels">]?: JobOptions[Name] | null;
} & { [Name in (typeof TIMED_OPTIONS)[number]]?: Silence | null };

/** Returns the changed job. A channel added after the end is notified of the end. `by`: the label of the key. */
export function changeJob(job: Job, change: JobChange, now: number, rules: TrackingRules, by?: string): Job {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const changed = Object.fromEntries(
    Object.entries({ ...job, ...Object.fromEntries(given) }).filter(([, value]) => value !== null),
  );
  const next = withResumption(job, changed as unknown as Job, now);
  const added = next.channels.filter((channel) => !job.channels.includes(channel));
  const notifications = [...next.notifications, ...notificationsOfEnd(next, added, now, rules)];
  return recordChange(job, { ...next, channels: [...new Set(next.channels)], notifications }, now, rules, by);
}

/** Notes when a pause ended. A new pause removes the note. */
function withResumption({ pause }: Job, next: Job, now: number): Job {
  const { resumedAt: _, ...paused } = next;
  if (next.pause) return paused;
  return pause ? { ...next, resumedAt: Math.min(now, pause.until) } : next;
}

/** Returns the names of the options that differ. */
export function changedOptions(before: Job, after: Job): string[] {
  return [...OPTION_NAMES, ...TIMED_OPTIONS].filter((name) => canonical(before[name]) !== canonical(after[name]));
}

/** Appends a transition with the names of the changed options, unless nothing differs or the history limit is reached. */
export function recordChange(before: Job, after: Job, at: number, rules: TrackingRules, by?: string): Job {
  const changed = changedOptions(before, after);
  if (changed.length === 0 || historyLimitReached(before)) return after;
  const transition = {
    at,
    kind: "changed",
    state: after.state,
    reason: changed.join(", "),
    ...(by !== undefined && { by }),
  } as const;
  return appendTransition(after, transition, rules);
}

/** Labels in a different order are equal. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, one) =>
    typeof one === "object" && one !== null && !Array.isArray(one) ? Object.entries(one).sort() : one,
  );
}

/** Returns the notifications of a job's end for channels that were added after it. */
export function notificationsOfEnd(job: Job, added: string[], now: number, rules: TrackingRules): Notification[] {
  const end = job.transitions.findLast((transition) => transition.state === job.state && transition.kind === "status");
  if (added.length === 0 || !hasEnded(job) || end === undefined) return [];
  const isKnown = (id: string) => job.notifications.some((notification) => notification.id === id);
  const endNow = { ...end, at: now };
  return [...channelNotifications(job, endNow, rules, added), ...digestNotifications(job, endNow, rules, added)].filter(
    ({ id }) => !isKnown(id),
  );
}

/** Makes the expired notifications of some channels pending again. Pending and delivered ones stay unchanged. */
export function redeliverNotifications(job: Job, now: number, isMeant: ExpiredFilter): Job {
  const notifications = job.notifications.map((notification) =>
    hasExpired(notification, isMeant) ? pendingAgain(notification, now) : notification,
  );
  return notifications.some((one, index) => one !== job.notifications[index]) ? { ...job, notifications } : job;
}

function pendingAgain({ receipt: _, ...notification }: Notification, now: number): Notification {
  return { ...notification, state: "pending", at: now };
}
