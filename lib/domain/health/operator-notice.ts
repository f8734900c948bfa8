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
    | "parked"
    | "resumed"
    | "refused-layout"
    | "refused-text"
    | "rejected"
    | "given-up"
    | "outage";
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
export function tellOperators<Subject extends Noticed>(
  subject: Subject,
  name: string,
  change: Omit<OperatorTransition, "n">,
  opsChannel: string | undefined,
): Subject {
  const transition = { n: (subject.transitions.at(-1)?.n ?? 0) + 1, ...change };
  const waiting = new Set(
    pendingNotifications(subject)
      .map(({ n }) => n)
      .slice(1 - MOST_WAITING),
  );
  const transitions = [
    ...subject.transitions.filter(({ n }) => waiting.has(n) || n > transition.n - KEPT_TRANSITIONS),
    transition,
  ];
  const kept = subject.notifications.filter(
    ({ n, state }) => transitions.some((one) => one.n === n) && (state !== "pending" || waiting.has(n)),
  );
  return {
    ...subject,
    transitions,
    notifications: opsChannel === undefined ? kept : [...kept, pendingNotification(name, transition, opsChannel)],
  };
}
