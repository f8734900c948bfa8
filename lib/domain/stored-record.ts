import type { Channel } from "./channel/channel.ts";
import type { Service } from "./health/downtime.ts";
import { type Reachability, waitsToReport } from "./health/reachability.ts";
import { hasEnded, type Job, type Notification, type NotificationState, pendingNotifications, type Watch } from "./job/job.ts";
import { canWait, isForDigest } from "./job/notifications.ts";
import { channelPk, jobPk, reachabilityPk, servicePk } from "./table-keys.ts";

/** Whatever carries notifications: it is read, saved and told in one way. */
export type Subject = (
  | { kind: "job"; record: Job }
  | { kind: "reachability"; record: Reachability }
  | { kind: "channel"; record: Channel }
  | { kind: "service"; record: Service }
) & {
  /** Times that a clock running ahead wrote were corrected as it was read (stored-times.ts): worth a write. */
  corrected?: true;
};

/** What the open index says of an item with work left. */
export interface OpenEntry {
  pk: string;
  /** A job that has not ended. */
  watch?: Watch;
  /** Its times cannot be right: the job is due at once. */
  mustPoll?: true;
  /** The channels that have something to be told at once, and since when the oldest of it waits. */
  pending?: Waiting;
  /** The channels for which all that the item has can wait until they are no longer quiet. */
  canWait?: Waiting;
  /** The channels whose next digest has something of it. */
  digest?: Waiting;
}

interface Waiting {
  channels: string[];
  since: number;
}

export function subjectPk(subject: Subject): string {
  switch (subject.kind) {
    case "job":
      return jobPk(subject.record);
    case "reachability":
      return reachabilityPk(subject.record);
    case "channel":
      return channelPk(subject.record.name);
    case "service":
      return servicePk();
    default:
      return subject satisfies never;
  }
}

/** An item leaves the index only when nothing is left to do: ended, and every notification delivered or given up. */
export function openEntry(subject: Subject): OpenEntry | undefined {
  const pk = subjectPk(subject);
  const waiting = pendingNotifications(subject.record);
  const watch = subject.kind === "job" && !hasEnded(subject.record) ? { watch: subject.record } : {};
  const isWaiting = hasNotice(subject) || "watch" in watch || waiting.length > 0;
  return isWaiting ? { pk, ...watch, ...waitingOf(subject, waiting) } : undefined;
}

/** It waits to tell something that is not yet a notification. */
function hasNotice(subject: Subject): boolean {
  if (subject.kind === "service") return subject.record.outage !== undefined;
  return subject.kind === "reachability" && waitsToReport(subject.record);
}

/** One notification that cannot wait takes along all that its item has for the channel: within a job the order stays. */
function waitingOf(subject: Subject, waiting: Notification[]): Pick<OpenEntry, "pending" | "canWait" | "digest"> {
  const digest = waiting.filter(({ id }) => isForDigest(id));
  const single = waiting.filter(({ id }) => !isForDigest(id));
  const urgent = single.filter((notification) => !notificationCanWait(subject, notification));
  const channels = new Set(urgent.map(({ channel }) => channel));
  const others = single.filter(({ channel }) => !channels.has(channel));
  return {
    ...(urgent.length > 0 && { pending: of(urgent) }),
    ...(others.length > 0 && { canWait: of(others) }),
    ...(digest.length > 0 && { digest: of(digest) }),
  };
}

function notificationCanWait({ kind, record }: Subject, { n }: Notification): boolean {
  const transition = kind === "job" ? record.transitions.find((one) => one.n === n) : undefined;
  return transition !== undefined && canWait(transition);
}

function of(notifications: Notification[]): Waiting {
  return {
    channels: [...new Set(notifications.map(({ channel }) => channel))],
    since: Math.min(...notifications.map(({ at }) => at)),
  };
}

/** The subject with these notifications delivered or given up; the very object where none of them waits. */
export function markNotifications<Some extends Subject>(
  subject: Some,
  notificationIds: ReadonlySet<string>,
  state: Exclude<NotificationState, "pending">,
  at: number,
): Some {
  const isNew = (notification: Notification) => notification.state === "pending" && notificationIds.has(notification.id);
  if (!subject.record.notifications.some(isNew)) return subject;
  const notifications = subject.record.notifications.map(
    (notification): Notification => (isNew(notification) ? { ...notification, state, at } : notification),
  );
  return { ...subject, record: { ...subject.record, notifications } };
}
