import { type Notification, pendingNotifications } from "../job/job.ts";
import { pendingNotification } from "../job/notifications.ts";

/** What operators are notified of about a service, a channel or the poller itself: recorded and delivered as a job's transitions are. */
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
    | "downtime";
  reason: string;
  /** Since when the service was unreachable, the channel suspended, or the poller down. */
  since?: number;
  /** The X-request-id of the poll that failed last. */
  requestId?: string;
}

export interface Noticed {
  transitions: OperatorTransition[];
  notifications: Notification[];
}

const KEPT_TRANSITIONS = 20;
/** While nobody can be told, the oldest of what waits makes room. */
const MOST_WAITING = 100;

/** Records a transition with its notification; without an operators' channel it is recorded alone. */
export function notifyOperators<StoredRecord extends Noticed>(
  stored: StoredRecord,
  name: string,
  change: Omit<OperatorTransition, "n">,
  opsChannel: string | undefined,
): StoredRecord {
  const transition = { n: (stored.transitions.at(-1)?.n ?? 0) + 1, ...change };
  const waiting = new Set(
    pendingNotifications(stored)
      .map(({ n }) => n)
      .slice(1 - MOST_WAITING),
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
    notifications: opsChannel === undefined ? kept : [...kept, pendingNotification(name, transition, opsChannel)],
  };
}
