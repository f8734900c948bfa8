import type { DigestNote } from "../domain/channel/channel.ts";
import type { OpenJobs } from "../domain/channel/still-open.ts";
import { type Notification, pendingNotifications } from "../domain/job/job.ts";
import { isForDigest } from "../domain/job/notifications.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import { MOST } from "./pending-notifications.ts";
import { createTeamQueue, type TeamQueue } from "./team-queue.ts";

/** One sort of what a channel is to be told. */
export interface Queue {
  /** Items that have something of it, and since when it may be told. */
  pks: TeamQueue;
  /** The item decides what it has, never the index. */
  holds(notification: Notification): boolean;
  /** How many notifications are worth reading for one message. */
  worthReading: number;
}

/** No message is of both sorts. They take turns, single notifications first: a flood of these holds no digest back. */
export interface Queues {
  notifications: Queue;
  digest: Queue;
  source: DigestSource;
  /** The last message was one of single notifications. */
  isDigestNext: boolean;
  /** Teams with something in the digest that is being sent. */
  digestTeams: Set<string>;
}

/** What a channel's digest is made of besides its notifications. */
interface DigestSource {
  /** What was caused before this moment is due. */
  before(): number;
  isDue(since: number): boolean;
  stillOpen(teams: ReadonlySet<string>): Promise<OpenJobs | undefined>;
}

/** Items kept in mind for one channel; the rest are found again by the next scan. */
export const MOST_WAITING = 2_000;

export function createQueues(channel: string, source: DigestSource): Queues {
  const queue = (holds: Queue["holds"]): Queue => ({
    pks: createTeamQueue(MOST_WAITING),
    holds: (notification) => notification.channel === channel && holds(notification),
    worthReading: MOST,
  });
  return {
    notifications: queue((notification) => !isForDigest(notification.id)),
    digest: queue((notification) => isForDigest(notification.id) && source.isDue(notification.at)),
    source,
    isDigestNext: false,
    digestTeams: new Set(),
  };
}

export function addToQueue(queues: Queues, sort: "notifications" | "digest", pk: string, since: number): void {
  queues[sort].pks.add(pk, since);
  if (sort === "digest") queues.digestTeams.add(teamOfPk(pk));
}

/** The queue of which the next message is, and the items that are worth reading for it; undefined where none may be sent. */
export function nextItems(queues: Queues, maySend: (pk: string) => boolean): { queue: Queue; pks: string[] } | undefined {
  const { notifications, digest, isDigestNext } = queues;
  for (const queue of isDigestNext ? [digest, notifications] : [notifications, digest]) {
    const pks = [...take(queue.pks.entries(), queue.worthReading, maySend)];
    if (pks.length > 0) return { queue, pks };
  }
  return undefined;
}

export function hasWaiting({ notifications, digest }: Queues): boolean {
  return notifications.pks.size > 0 || digest.pks.size > 0;
}

/** A message takes from these items: the other teams and the other sort come first now. */
export function noteTurn(queues: Queues, queue: Queue, pks: string[]): void {
  queue.pks.moveBack(new Set(pks.map(teamOfPk)));
  queues.isDigestNext = queue === queues.notifications;
}

/** What a message of these notifications notes as a digest; undefined where it is none. `found`: all that was read of the queue. */
export async function digestNote(
  { digest, source, digestTeams }: Queues,
  queue: Queue | undefined,
  found: { pk: string }[],
  batch: number,
): Promise<DigestNote | undefined> {
  if (queue !== digest) return undefined;
  const isLast = batch === found.length && new Set(found.map(({ pk }) => pk)).size === digest.pks.size;
  const open = isLast ? await source.stillOpen(new Set(digestTeams)) : undefined;
  if (isLast) digestTeams.clear();
  return { at: source.before(), ...(open && { open }) };
}

/** All items of both, each since its earlier moment. */
export function waitingItems({ notifications, digest }: Queues): Map<string, number> {
  const items = new Map(notifications.pks.entries());
  for (const [pk, since] of digest.pks.entries()) items.set(pk, Math.min(since, items.get(pk) ?? since));
  return items;
}

/** Takes an item out of the queues for which it has nothing more. */
export function takeOut({ notifications, digest }: Queues, pk: string, stored: StoredRecord | undefined): void {
  const pending = stored ? pendingNotifications(stored.record) : [];
  for (const queue of [notifications, digest]) if (!pending.some(queue.holds)) queue.pks.delete(pk);
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
