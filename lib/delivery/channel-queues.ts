import type { DigestNote } from "../domain/channel/message-record.ts";
import type { OpenJobs } from "../domain/channel/still-open.ts";
import { type Notification, pendingNotifications } from "../domain/job/job.ts";
import { isForDigest } from "../domain/job/notifications.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { jobOfPk, teamOfPk } from "../domain/table-keys.ts";
import { MAX_NOTIFICATIONS, type PendingNotification } from "./pending-notifications.ts";
import { createTeamQueue, type TeamQueue } from "./team-queue.ts";

/** Records that wait for one kind of message of a channel: single notifications, or the digest. */
export interface Queue {
  /** Keys of the records, with the time since when their oldest notification may be delivered. */
  pks: TeamQueue;
  /** Whether a pending notification of a record belongs to this queue. The record decides, not the `open` index. */
  accepts(notification: Notification): boolean;
  /** How many notifications to read for one message. */
  readLimit: number;
}

/** The two queues of a channel. They take turns, single notifications first, so that a flood of these does not delay a digest. */
export interface Queues {
  notifications: Queue;
  digest: Queue;
  source: DigestSource;
  /** Keys of the records with news that the operators get too if the channel is suspended. */
  toCopy: Set<string>;
  /** Whether the digest sends the next message. */
  isDigestNext: boolean;
  /** Teams with notifications in the digest that is being sent. */
  digestTeams: Set<string>;
}

/** What a digest needs besides its notifications. */
export interface DigestSource {
  /** Notifications from before this time are due. */
  dueBefore(): number;
  isDue(since: number): boolean;
  stillOpen(teams: ReadonlySet<string>): Promise<OpenJobs | undefined>;
}

/** Records queued for one channel. The next scan finds those that were dropped. */
export const MAX_QUEUED_RECORDS = 2_000;

export function createQueues(channel: string, source: DigestSource): Queues {
  const queue = (accepts: Queue["accepts"]): Queue => ({
    pks: createTeamQueue(MAX_QUEUED_RECORDS),
    accepts: (notification) => notification.channel === channel && accepts(notification),
    readLimit: MAX_NOTIFICATIONS,
  });
  return {
    notifications: queue((notification) => !isForDigest(notification.id)),
    digest: queue((notification) => isForDigest(notification.id) && source.isDue(notification.at)),
    source,
    toCopy: new Set(),
    isDigestNext: false,
    digestTeams: new Set(),
  };
}

export function addToQueue(queues: Queues, kind: "notifications" | "digest", pk: string, since: number): void {
  queues[kind].pks.add(pk, since);
  if (kind === "digest" && jobOfPk(pk)) queues.digestTeams.add(teamOfPk(pk));
}

/** Returns the queue that sends next, and the records to read for it. Undefined if nothing may be sent. */
export function nextRecords(queues: Queues, maySend: (pk: string) => boolean): { queue: Queue; pks: string[] } | undefined {
  const { notifications, digest, isDigestNext } = queues;
  for (const queue of isDigestNext ? [digest, notifications] : [notifications, digest]) {
    const pks = [...take(queue.pks.entries(), queue.readLimit, maySend)];
    if (pks.length > 0) return { queue, pks };
  }
  return undefined;
}

export function hasWaiting({ notifications, digest }: Queues): boolean {
  return notifications.pks.size > 0 || digest.pks.size > 0;
}

/** Puts the teams of a message, and the queue that it came from, behind the others. */
export function endTurn(queues: Queues, queue: Queue, pks: string[]): void {
  queue.pks.moveBack(new Set(pks.map(teamOfPk)));
  queues.isDigestNext = queue === queues.notifications;
}

/** Returns what the message record keeps of a digest, or undefined if the message is not a digest. `found`: all that was read of the queue. */
export async function digestNote(
  { digest, source, digestTeams }: Queues,
  queue: Queue | undefined,
  found: PendingNotification[],
  batch: number,
): Promise<DigestNote | undefined> {
  if (queue !== digest) return undefined;
  for (const { notification } of found)
    if (notification.kind === "channel") for (const team of notification.transition.digest?.teams ?? []) digestTeams.add(team);
  const isLast = batch === found.length && new Set(found.map(({ pk }) => pk)).size === digest.pks.size;
  const open = isLast ? await source.stillOpen(new Set(digestTeams)) : undefined;
  if (isLast) digestTeams.clear();
  return { at: source.dueBefore(), ...(open && { open }) };
}

/** Returns the records of both queues, each with the earlier of its two times. */
export function queuedRecords({ notifications, digest }: Queues): Map<string, number> {
  const records = new Map(notifications.pks.entries());
  for (const [pk, since] of digest.pks.entries()) records.set(pk, Math.min(since, records.get(pk) ?? since));
  return records;
}

/** Removes a record from the queues for which it has nothing left. */
export function removeIfDone({ notifications, digest }: Queues, pk: string, record: StoredRecord["record"] | undefined): void {
  const pending = record ? pendingNotifications(record) : [];
  for (const queue of [notifications, digest]) if (!pending.some(queue.accepts)) queue.pks.delete(pk);
}

function* take(
  entries: Iterable<[pk: string, since: number]>,
  most: number,
  maySend: (pk: string) => boolean,
): Generator<string> {
  let taken = 0;
  for (const [pk] of entries) {
    if (taken === most) return;
    if (!maySend(pk)) continue;
    taken++;
    yield pk;
  }
}
