import { isForDigest } from "../job/alerts.ts";
import type { DigestNote } from "../job/channel.ts";
import { type Alert, pendingAlerts } from "../job/job.ts";
import type { OpenJobs } from "../job/still-open.ts";
import type { Subject } from "../job/subject.ts";
import { MOST } from "./tellings.ts";

/** One sort of what a channel is to be told. */
export interface Queue {
  /** Items that have something of it, and since when it may be told. */
  pks: Map<string, number>;
  /** The item decides what it has, never the index. */
  holds(alert: Alert): boolean;
  /** How many alerts are worth reading for one message. */
  worthReading: number;
}

/** No message is of both sorts. Single alerts go first. */
export interface Queues {
  alerts: Queue;
  digest: Queue;
  source: DigestSource;
}

/** What a channel's digest is made of besides its alerts. */
interface DigestSource {
  /** What was caused before this moment is due. */
  before(): number;
  isDue(since: number): boolean;
  stillOpen(): Promise<OpenJobs | undefined>;
}

export function createQueues(channel: string, source: DigestSource): Queues {
  const queue = (holds: Queue["holds"]): Queue => ({
    pks: new Map(),
    holds: (alert) => alert.channel === channel && holds(alert),
    worthReading: MOST,
  });
  return {
    alerts: queue((alert) => !isForDigest(alert.id)),
    digest: queue((alert) => isForDigest(alert.id) && source.isDue(alert.at)),
    source,
  };
}

export function nextQueue({ alerts, digest }: Queues): Queue | undefined {
  return [alerts, digest].find(({ pks }) => pks.size > 0);
}

/** What a message of these alerts notes as a digest; undefined where it is none. `found`: all that was read of the queue. */
export async function digestNote(
  { digest, source }: Queues,
  queue: Queue | undefined,
  found: { pk: string }[],
  told: number,
): Promise<DigestNote | undefined> {
  if (queue !== digest) return undefined;
  const isLast = told === found.length && new Set(found.map(({ pk }) => pk)).size === digest.pks.size;
  const open = isLast ? await source.stillOpen() : undefined;
  return { at: source.before(), ...(open && { open }) };
}

/** All items of both, each since its earlier moment. */
export function waitingItems({ alerts, digest }: Queues): Map<string, number> {
  const items = new Map(alerts.pks);
  for (const [pk, since] of digest.pks) items.set(pk, Math.min(since, items.get(pk) ?? since));
  return items;
}

/** Takes an item out of the queues for which it has nothing more. */
export function takeOut({ alerts, digest }: Queues, pk: string, subject: Subject | undefined): void {
  const pending = subject ? pendingAlerts(subject.record) : [];
  for (const queue of [alerts, digest]) if (!pending.some(queue.holds)) queue.pks.delete(pk);
}
