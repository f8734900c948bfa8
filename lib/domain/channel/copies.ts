import { type Job, type Notification, pendingNotifications } from "../job/job.ts";
import { isForDigest } from "../job/notifications.ts";
import { transitionRow } from "../job/transitions.ts";

// What a suspended channel keeps must still reach somebody. Failed, lost and stopped jobs are copied to the operators: the copy is a
// notification of its own in the job's outbox, so it is delivered like any other.

const COPY = "copy-";

/** Returns the pending notifications that a suspended channel must not keep to itself, as far as they have no copy yet. */
export function uncopied({ transitions, notifications }: Pick<Job, "transitions" | "notifications">): Notification[] {
  const ids = new Set(notifications.map(({ id }) => id));
  const urgent = new Set(transitions.flatMap((one) => (isUrgent(one) ? [one.n] : [])));
  return pendingNotifications({ notifications }).filter(
    ({ id, n }) => urgent.has(n) && !isForDigest(id) && !id.startsWith(COPY) && !ids.has(COPY + id),
  );
}

/** Operators get news for themselves anyway. */
function isUrgent(transition: Job["transitions"][number]): boolean {
  const { passesSilence, news } = transitionRow(transition);
  return passesSilence === true && news !== "operators";
}

/** Returns the job with a copy of what the channel keeps; the same object if nothing is left to copy. */
export function withCopies(job: Job, channel: string, opsChannel: string, now: number): Job {
  const copies = uncopied(job)
    .filter((notification) => notification.channel === channel)
    .map(({ id, n }): Notification => ({ id: COPY + id, n, channel: opsChannel, state: "pending", at: now }));
  return copies.length === 0 ? job : { ...job, notifications: [...job.notifications, ...copies] };
}

/** Returns the channel that keeps the original; undefined if the notification is no copy. */
export function channelOfOriginal({ notifications }: Pick<Job, "notifications">, notificationId: string): string | undefined {
  if (!notificationId.startsWith(COPY)) return undefined;
  return notifications.find(({ id }) => COPY + id === notificationId)?.channel;
}
