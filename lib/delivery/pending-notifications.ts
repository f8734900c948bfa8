import type { NotificationRef } from "../domain/channel/channel.ts";
import { type Notification, pendingNotifications } from "../domain/job/job.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import type { OutgoingNotification, Table } from "../ports.ts";
import { inTurns } from "./team-queue.ts";

/** The most notifications that one message takes in. */
export const MOST = 200;
/** Items read or marked at once. */
export const AT_ONCE = 16;

export interface Found {
  /** `since`: when the notification was caused. */
  notifications: { pk: string; notification: OutgoingNotification; since: number }[];
  /** Items that turned out to have nothing for this channel: told by somebody else, or gone. */
  done: string[];
}

/** The members of a message that are still to be told. */
export async function readNotifications(table: Table, notifications: NotificationRef[]): Promise<Found> {
  const ids = new Set(notifications.map(({ notificationId }) => notificationId));
  return readPending(table, [...new Set(notifications.map(({ pk }) => pk))], MOST, ({ id }) => ids.has(id));
}

/** What items have to tell that is wanted, in the order of each item's transitions: no more items are read than it takes for so much. */
export async function readPending(
  table: Table,
  pks: string[],
  most: number,
  wanted: (notification: Notification) => boolean,
): Promise<Found> {
  const found: Found = { notifications: [], done: [] };
  const step = Math.min(most, AT_ONCE);
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

/** One of each team in turn. What a team has keeps its order. */
export function inTurnsByTeam(notifications: Found["notifications"]): Found["notifications"] {
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
  switch (stored.kind) {
    case "job": {
      const transition = stored.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "job", notificationId, job: stored.record, transition }] : [];
    }
    case "reachability": {
      const { projectId, service, transitions } = stored.record;
      const transition = transitions.find((one) => one.n === n);
      return transition ? [{ kind: "reachability", notificationId, projectId, service, transition }] : [];
    }
    case "channel": {
      const transition = stored.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "channel", notificationId, channel: stored.record.name, transition }] : [];
    }
    case "service": {
      const transition = stored.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "service", notificationId, transition }] : [];
    }
    default:
      return stored satisfies never;
  }
}
