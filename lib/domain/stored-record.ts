import type { Channel } from "./channel/channel.ts";
import { uncopied } from "./channel/copies.ts";
import type { TeamWatches, WatchedProject } from "./discovery/watch.ts";
import type { DowntimeRecord } from "./health/downtime.ts";
import { type Reachability, waitsToReport } from "./health/reachability.ts";
import {
  hasEnded,
  type Job,
  type Notification,
  type NotificationState,
  pendingNotifications,
  type Receipt,
  type Tracking,
} from "./job/job.ts";
import { isForDigest } from "./job/notifications.ts";
import type { TeamSilences } from "./job/team-silences.ts";
import { transitionRow } from "./job/transitions.ts";
import { channelPk, downtimePk, jobPk, projectPk, reachabilityPk, silencesPk, watchesPk } from "./table-keys.ts";

/** A record that carries notifications. All kinds are read, saved and delivered in the same way. */
export type StoredRecord = (
  | { kind: "job"; record: Job }
  | { kind: "reachability"; record: Reachability }
  | { kind: "channel"; record: Channel }
  | { kind: "service"; record: DowntimeRecord }
  | { kind: "watches"; record: TeamWatches }
  | { kind: "silences"; record: TeamSilences }
  | { kind: "project"; record: WatchedProject }
) & {
  /** Times written by a clock that ran ahead were corrected on reading (stored-times.ts). Such a record must be saved. */
  corrected?: true;
};

/** The entry of an item with work left in the open index. */
export interface OpenEntry {
  pk: string;
  /** A job that has not ended. */
  tracking?: Tracking;
  /** Its times cannot be right: the job must be polled at once. */
  mustPoll?: true;
  /** The channels with notifications to be sent at once, and the time of the oldest one. */
  pending?: Waiting;
  /** The channels for which every notification of the item can wait until their quiet hours end. */
  canWait?: Waiting;
  /** The channels whose next digest contains something of the item. */
  digest?: Waiting;
  /** The channels with news that the operators get too if the channel is suspended (channel/copies.ts). */
  toCopy?: string[];
}

interface Waiting {
  channels: string[];
  since: number;
}

export function pkOf(stored: StoredRecord): string {
  switch (stored.kind) {
    case "job":
      return jobPk(stored.record);
    case "reachability":
      return reachabilityPk(stored.record);
    case "channel":
      return channelPk(stored.record.name);
    case "service":
      return downtimePk();
    case "watches":
      return watchesPk(stored.record.team);
    case "silences":
      return silencesPk(stored.record.team);
    case "project":
      return projectPk(stored.record);
  }
}

/** Returns undefined only when nothing is left to do: ended, and every notification delivered or expired. */
export function openEntry(stored: StoredRecord): OpenEntry | undefined {
  const pk = pkOf(stored);
  const waiting = pendingNotifications(stored.record);
  const tracking = stored.kind === "job" && !hasEnded(stored.record) ? { tracking: stored.record } : {};
  const isWaiting = hasOtherWork(stored) || "tracking" in tracking || waiting.length > 0;
  return isWaiting ? { pk, ...tracking, ...waitingOf(stored, waiting), ...toCopyOf(stored) } : undefined;
}

/** Returns true while a notice waits that is not yet a notification, or while a project is watched. */
function hasOtherWork(stored: StoredRecord): boolean {
  if (stored.kind === "project") return Object.keys(stored.record.teams).length > 0;
  if (stored.kind === "service") return stored.record.downtime !== undefined;
  return stored.kind === "reachability" && waitsToReport(stored.record);
}

/** An urgent notification takes along all others of its item for the channel, so that a job's notifications stay in order. */
function waitingOf(stored: StoredRecord, waiting: Notification[]): Pick<OpenEntry, "pending" | "canWait" | "digest"> {
  const digest = waiting.filter(({ id }) => isForDigest(id));
  const single = waiting.filter(({ id }) => !isForDigest(id));
  const urgent = single.filter((notification) => !notificationCanWait(stored, notification));
  const channels = new Set(urgent.map(({ channel }) => channel));
  const others = single.filter(({ channel }) => !channels.has(channel));
  return {
    ...(urgent.length > 0 && { pending: waitingOn(urgent) }),
    ...(others.length > 0 && { canWait: waitingOn(others) }),
    ...(digest.length > 0 && { digest: waitingOn(digest) }),
  };
}

function notificationCanWait({ kind, record }: StoredRecord, { n }: Notification): boolean {
  const transition = kind === "job" ? record.transitions.find((one) => one.n === n) : undefined;
  return transition !== undefined && transitionRow(transition).canWait === true;
}

function toCopyOf(stored: StoredRecord): Pick<OpenEntry, "toCopy"> {
  const channels = stored.kind === "job" ? uncopied(stored.record).map(({ channel }) => channel) : [];
  return channels.length > 0 ? { toCopy: [...new Set(channels)] } : {};
}

function waitingOn(notifications: Notification[]): Waiting {
  return {
    channels: [...new Set(notifications.map(({ channel }) => channel))],
    since: Math.min(...notifications.map(({ at }) => at)),
  };
}

/** Returns the record with these notifications delivered or expired; the same object if none of them is pending. */
export function endNotifications<Some extends StoredRecord["record"]>(
  record: Some,
  notificationIds: ReadonlySet<string>,
  state: Exclude<NotificationState, "pending">,
  at: number,
  receipt?: Receipt,
): Some {
  const isNew = (notification: Notification) => notification.state === "pending" && notificationIds.has(notification.id);
  if (!record.notifications.some(isNew)) return record;
  const notifications = record.notifications.map(
    (notification): Notification =>
      isNew(notification) ? { ...notification, state, at, ...(receipt && { receipt }) } : notification,
  );
  return { ...record, notifications };
}
