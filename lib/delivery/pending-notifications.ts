import type { Member } from "../domain/channel/channel.ts";
import { type Notification, pendingNotifications } from "../domain/job/job.ts";
import type { Subject } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import type { Table, Telling } from "../ports.ts";
import { inTurns } from "./team-queue.ts";

/** The most notifications that one message takes in. */
export const MOST = 200;
/** Items read or marked at once. */
export const AT_ONCE = 16;

export interface Found {
  /** `since`: when the notification was caused. */
  tellings: { pk: string; telling: Telling; since: number }[];
  /** Items that turned out to have nothing for this channel: told by somebody else, or gone. */
  done: string[];
}

/** The members of a message that are still to be told. */
export async function tellingsOf(table: Table, members: Member[]): Promise<Found> {
  const ids = new Set(members.map(({ notificationId }) => notificationId));
  return pendingTellings(table, [...new Set(members.map(({ pk }) => pk))], MOST, ({ id }) => ids.has(id));
}

/** What items have to tell that is wanted, in the order of each item's transitions: no more items are read than it takes for so much. */
export async function pendingTellings(
  table: Table,
  pks: string[],
  most: number,
  wanted: (notification: Notification) => boolean,
): Promise<Found> {
  const found: Found = { tellings: [], done: [] };
  const step = Math.min(most, AT_ONCE);
  for (let from = 0; from < pks.length && found.tellings.length < most; from += step) {
    const chunk = pks.slice(from, from + step);
    const subjects = await Promise.all(chunk.map((pk) => table.read(pk)));
    for (const [index, pk] of chunk.entries()) {
      const subject = subjects[index];
      const tellings = subject ? tellingsOfSubject(subject, wanted) : [];
      if (tellings.length === 0) found.done.push(pk);
      found.tellings.push(...tellings.map((telling) => ({ pk, ...telling })));
    }
  }
  return found;
}

/** One of each team in turn. What a team has keeps its order. */
export function inTurnsByTeam(tellings: Found["tellings"]): Found["tellings"] {
  return [...inTurns([...Map.groupBy(tellings, ({ pk }) => teamOfPk(pk)).values()].map((own) => own.values()))];
}

function tellingsOfSubject(subject: Subject, wanted: (notification: Notification) => boolean) {
  return pendingNotifications(subject.record)
    .filter(wanted)
    .sort((one, other) => one.n - other.n)
    .flatMap((notification) => tellingOf(subject, notification).map((telling) => ({ telling, since: notification.at })));
}

function tellingOf(subject: Subject, { id: notificationId, n }: Notification): Telling[] {
  switch (subject.kind) {
    case "job": {
      const transition = subject.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "job", notificationId, job: subject.record, transition }] : [];
    }
    case "reachability": {
      const { projectId, service, transitions } = subject.record;
      const transition = transitions.find((one) => one.n === n);
      return transition ? [{ kind: "reachability", notificationId, projectId, service, transition }] : [];
    }
    case "channel": {
      const transition = subject.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "channel", notificationId, channel: subject.record.name, transition }] : [];
    }
    case "service": {
      const transition = subject.record.transitions.find((one) => one.n === n);
      return transition ? [{ kind: "service", notificationId, transition }] : [];
    }
    default:
      return subject satisfies never;
  }
}
