import type { Channel } from "./channel.ts";
import { type Alert, type AlertState, hasEnded, type Job, pendingAlerts, type Watch } from "./job.ts";
import { channelPk, jobPk, projectPk } from "./names.ts";
import { type Sight, waitsToTell } from "./sight.ts";

/** Whatever carries alerts: it is read, saved and told in one way. */
export type Subject = { kind: "job"; record: Job } | { kind: "project"; record: Sight } | { kind: "channel"; record: Channel };

/** What the open index says of an item with work left. */
export interface OpenEntry {
  pk: string;
  /** A job that has not ended. */
  watch?: Watch;
  /** The channels that have something to be told, and since when the oldest of it waits. */
  pending?: { channels: string[]; since: number };
}

export function subjectPk(subject: Subject): string {
  switch (subject.kind) {
    case "job":
      return jobPk(subject.record);
    case "project":
      return projectPk(subject.record.projectId);
    case "channel":
      return channelPk(subject.record.name);
    default:
      return subject satisfies never;
  }
}

/** An item leaves the index only when nothing is left to do: ended, and every alert delivered or given up. */
export function openEntry(subject: Subject): OpenEntry | undefined {
  const pk = subjectPk(subject);
  const waiting = pendingAlerts(subject.record);
  const watch = subject.kind === "job" && !hasEnded(subject.record) ? { watch: subject.record } : {};
  const pending = waiting.length > 0 ? { pending: pendingOf(waiting) } : {};
  const waits = subject.kind === "project" && waitsToTell(subject.record);
  return waits || "watch" in watch || "pending" in pending ? { pk, ...watch, ...pending } : undefined;
}

function pendingOf(waiting: Alert[]): NonNullable<OpenEntry["pending"]> {
  return { channels: [...new Set(waiting.map(({ channel }) => channel))], since: Math.min(...waiting.map(({ at }) => at)) };
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
