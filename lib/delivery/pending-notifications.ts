import { channelOfOriginal } from "../domain/channel/copies.ts";
import type { NotificationRef } from "../domain/channel/message-record.ts";
import { type Notification, pendingNotifications } from "../domain/job/job.ts";
import type { OutgoingNotification } from "../domain/notification.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import type { RecordStore } from "../table-ports.ts";
import { inTurns } from "./team-queue.ts";

/** The most notifications in one message. */
export const MAX_NOTIFICATIONS = 200;
/** Records read or confirmed concurrently. */
export const RECORDS_AT_ONCE = 16;

export interface PendingNotification {
  /** Key of the record that it belongs to. */
  pk: string;
  notification: OutgoingNotification;
  /** When it was recorded. */
  since: number;
}

export interface PendingRead {
  notifications: PendingNotification[];
  /** Keys of records without a matching notification: already delivered, or gone. */
  done: string[];
}

/** Returns the notifications of a message that are still pending. */
export async function readNotifications(table: RecordStore, notifications: NotificationRef[]): Promise<PendingRead> {
  const ids = new Set(notifications.map(({ notificationId }) => notificationId));
  return readPending(table, [...new Set(notifications.map(({ pk }) => pk))], MAX_NOTIFICATIONS, ({ id }) => ids.has(id));
}

/** Reads records until `most` wanted notifications are found. Those of one record are in the order of its transitions. */
export async function readPending(
  table: RecordStore,
  pks: string[],
  most: number,
  wanted: (notification: Notification) => boolean,
): Promise<PendingRead> {
  const found: PendingRead = { notifications: [], done: [] };
  const step = Math.min(most, RECORDS_AT_ONCE);
  for (let from = 0; from < pks.length && found.notifications.length < most; from += step) {
    const chunk = pks.slice(from, from + step);
    const records = await Promise.all(chunk.map((pk) => table.read(pk)));
    for (const [index, pk] of chunk.entries()) {
      const stored = records[index];
      const notifications = stored ? pendingOf(stored, wanted) : [];
      if (notifications.length === 0) found.done.push(pk);
      found.notifications.push(...notifications.map((notification) => ({ pk, ...notification })));
    }
  }
  return found;
}

/** Takes one notification of each team in turn. Those of one team keep their order. */
export function inTurnsByTeam(notifications: PendingNotification[]): PendingNotification[] {
  return [...inTurns([...Map.groupBy(notifications, ({ pk }) => teamOfPk(pk)).values()].map((own) => own.values()))];
}

function pendingOf(stored: StoredRecord, wanted: (notification: Notification) => boolean) {
  return pendingNotifications(stored.record)
    .filter(wanted)
    .sort((one, other) => one.n - other.n)
    .flatMap((notification) =>
      outgoingNotification(stored, notification).map((outgoing) => ({ notification: outgoing, since: notification.at })),
    );
}

function outgoingNotification(stored: StoredRecord, { id: notificationId, n }: Notification): OutgoingNotification[] {
  const at = <One extends { n: number }>(transitions: One[]) => transitions.find((one) => one.n === n);
  switch (stored.kind) {
    case "job": {
      const transition = at(stored.record.transitions);
      const keptBy = channelOfOriginal(stored.record, notificationId);
      return transition
        ? [{ kind: "job", notificationId, job: stored.record, transition, ...(keptBy !== undefined && { keptBy }) }]
        : [];
    }
    case "reachability": {
      const { projectId, service, transitions } = stored.record;
      const transition = at(transitions);
      return transition ? [{ kind: "reachability", notificationId, projectId, service, transition }] : [];
    }
    case "channel": {
      const transition = at(stored.record.transitions);
      return transition ? [{ kind: "channel", notificationId, channel: stored.record.name, transition }] : [];
    }
    case "service": {
      const transition = at(stored.record.transitions);
      return transition ? [{ kind: "service", notificationId, transition }] : [];
    }
    case "watches": {
      const transition = at(stored.record.transitions);
      return transition ? [{ kind: "watches", notificationId, team: stored.record.team, transition }] : [];
    }
    // They have nothing to deliver: the notices about the lists of a project belong to the teams that watch it.
    case "silences":
    case "project":
      return [];
  }
}

export function refOf({ pk, notification }: PendingNotification): NotificationRef {
  return { pk, notificationId: notification.notificationId };
}
