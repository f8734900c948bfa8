import type { Channel } from "./channel/channel.ts";
import type { Service } from "./health/downtime.ts";
import { type Reachability, waitsToReport } from "./health/reachability.ts";
import { type Alert, type AlertState, hasEnded, type Job, pendingAlerts, type Watch } from "./job/job.ts";
import { canWait, isForDigest } from "./job/notifications.ts";
import { channelPk, jobPk, reachabilityPk, servicePk } from "./table-keys.ts";

/** Whatever carries alerts: it is read, saved and told in one way. */
export type Subject = (
  | { kind: "job"; record: Job }
  | { kind: "reachability"; record: Reachability }
  | { kind: "channel"; record: Channel }
  | { kind: "service"; record: Service }
) & {
  /** Times that a clock running ahead wrote were corrected as it was read (stored-times.ts): worth a write. */
  corrected?: true;
};

/** What the open index says of an item with work left. */
export interface OpenEntry {
  pk: string;
  /** A job that has not ended. */
  watch?: Watch;
  /** Its times cannot be right: the job is due at once. */
  mustPoll?: true;
  /** The channels that have something to be told at once, and since when the oldest of it waits. */
  pending?: Waiting;
  /** The channels for which all that the item has can wait until they are no longer quiet. */
  canWait?: Waiting;
  /** The channels whose next digest has something of it. */
  digest?: Waiting;
}

interface Waiting {
  channels: string[];
  since: number;
}

export function subjectPk(subject: Subject): string {
  switch (subject.kind) {
    case "job":
      return jobPk(subject.record);
    case "reachability":
      return reachabilityPk(subject.record);
    case "channel":
      return channelPk(subject.record.name);
    case "service":
      return servicePk();
    default:
      return subject satisfies never;
  }
}

/** An item leaves the index only when nothing is left to do: ended, and every alert delivered or given up. */
export function openEntry(subject: Subject): OpenEntry | undefined {
  const pk = subjectPk(subject);
  const waiting = pendingAlerts(subject.record);
  const watch = subject.kind === "job" && !hasEnded(subject.record) ? { watch: subject.record } : {};
  const isWaiting = hasNotice(subject) || "watch" in watch || waiting.length > 0;
  return isWaiting ? { pk, ...watch, ...waitingOf(subject, waiting) } : undefined;
}

/** It waits to tell something that is not yet an alert. */
function hasNotice(subject: Subject): boolean {
  if (subject.kind === "service") return subject.record.outage !== undefined;
  return subject.kind === "reachability" && waitsToReport(subject.record);
}

/** One alert that cannot wait takes along all that its item has for the channel: within a job the order stays. */
function waitingOf(subject: Subject, waiting: Alert[]): Pick<OpenEntry, "pending" | "canWait" | "digest"> {
  const digest = waiting.filter(({ id }) => isForDigest(id));
  const single = waiting.filter(({ id }) => !isForDigest(id));
  const urgent = single.filter((alert) => !alertCanWait(subject, alert));
  const channels = new Set(urgent.map(({ channel }) => channel));
  const others = single.filter(({ channel }) => !channels.has(channel));
  return {
    ...(urgent.length > 0 && { pending: of(urgent) }),
    ...(others.length > 0 && { canWait: of(others) }),
    ...(digest.length > 0 && { digest: of(digest) }),
  };
}

function alertCanWait({ kind, record }: Subject, { n }: Alert): boolean {
  const transition = kind === "job" ? record.transitions.find((one) => one.n === n) : undefined;
  return transition !== undefined && canWait(transition);
}

function of(alerts: Alert[]): Waiting {
  return { channels: [...new Set(alerts.map(({ channel }) => channel))], since: Math.min(...alerts.map(({ at }) => at)) };
}

/** The subject with these alerts delivered or given up; the very object where none of them waits. */
export function markAlerts<Some extends Subject>(
  subject: Some,
  alertIds: ReadonlySet<string>,
  state: Exclude<AlertState, "pending">,
  at: number,
): Some {
  const isNew = (alert: Alert) => alert.state === "pending" && alertIds.has(alert.id);
  if (!subject.record.alerts.some(isNew)) return subject;
  const alerts = subject.record.alerts.map((alert): Alert => (isNew(alert) ? { ...alert, state, at } : alert));
  return { ...subject, record: { ...subject.record, alerts } };
}
