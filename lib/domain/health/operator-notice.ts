import type { Undelivered } from "../channel/undelivered.ts";
import { type Notification, pendingNotifications } from "../job/job.ts";
import { pendingNotification } from "../job/notifications.ts";
import type { WatchableSource } from "../job/sources.ts";

/**
 * A notice to operators about a service, a channel or the poller, to a team about its watches, or to a channel itself: its digest on a day
 * on which nothing ended. Recorded and delivered like a job's transitions.
 */
export interface OperatorTransition {
  n: number;
  at: number;
  kind:
    | "unreachable"
    | "still-unreachable"
    | "recovered"
    | "suspended"
    | "resumed"
    | "refused-layout"
    | "refused-text"
    | "rejected"
    | "expired"
    | "digest"
    | "downtime"
    | "watch-unreachable"
    | "watch-recovered";
  reason: string;
  /** When the service became unreachable, the channel was suspended, or the poller stopped. */
  since?: number;
  /** The X-request-id of the last failed poll or list. */
  requestId?: string;
  /** What a digest lists besides ends: open jobs of these teams, and what could not be delivered. */
  digest?: { teams: string[]; undelivered?: Undelivered };
  /** The watched project that the notice is about, and when it was last listed. */
  watch?: { source: WatchableSource; projectId: string; listedAt?: number };
}

export interface Noticed {
  transitions: OperatorTransition[];
  notifications: Notification[];
}

const KEPT_TRANSITIONS = 20;
/** The maximum number of undelivered notices. Beyond it the oldest is dropped. */
const MAX_WAITING = 100;

/** Records a transition with its notification, or only the transition if there is no operators' channel. */
export function notifyOperators<StoredRecord extends Noticed>(
  stored: StoredRecord,
  name: string,
  change: Omit<OperatorTransition, "n">,
  opsChannel: string | undefined,
): StoredRecord {
  return addNotice(stored, name, change, opsChannel === undefined ? [] : [opsChannel]);
}

/** Records a transition with one notification per channel. */
export function addNotice<StoredRecord extends Noticed>(
  stored: StoredRecord,
  name: string,
  change: Omit<OperatorTransition, "n">,
  channels: readonly string[],
): StoredRecord {
  const transition = { n: (stored.transitions.at(-1)?.n ?? 0) + 1, ...change };
  const waiting = new Set(
    pendingNotifications(stored)
      .map(({ n }) => n)
      .slice(1 - MAX_WAITING),
  );
  const transitions = [
    ...stored.transitions.filter(({ n }) => waiting.has(n) || n > transition.n - KEPT_TRANSITIONS),
    transition,
  ];
  const kept = stored.notifications.filter(
    ({ n, state }) => transitions.some((one) => one.n === n) && (state !== "pending" || waiting.has(n)),
  );
  return {
    ...stored,
    transitions,
    notifications: [...kept, ...channels.map((channel) => pendingNotification(name, transition, channel))],
  };
}
