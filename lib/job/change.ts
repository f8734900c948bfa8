import { channelAlerts, digestAlerts } from "./alerts.ts";
import { type Alert, hasEnded, type Job, type JobOptions, type Silence } from "./job.ts";
import type { WatchRules } from "./rules.ts";

/** What a team changes of a job it watches: absent stays as it is, `null` takes away. */
export type JobChange = Partial<Pick<JobOptions, "channels">> & {
  [Name in "title" | "notifyOn" | "labels" | "expectedMinutes" | "runbookUrl"]?: JobOptions[Name] | null;
} & { silence?: Silence | null };

/** The job with the change; the very object where nothing is different. A channel that comes after the end is told of the end. */
export function changeJob(job: Job, change: JobChange, now: number, rules: WatchRules): Job {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const changed = Object.fromEntries(
    Object.entries({ ...job, ...Object.fromEntries(given) }).filter(([, value]) => value !== null),
  );
  const next = changed as unknown as Job;
  const added = next.channels.filter((channel) => !job.channels.includes(channel));
  return { ...next, channels: [...new Set(next.channels)], alerts: [...next.alerts, ...alertsOfEnd(next, added, now, rules)] };
}

/** What channels that a job is given after its end are to be told of it. */
export function alertsOfEnd(job: Job, added: string[], now: number, rules: WatchRules): Alert[] {
  const end = job.transitions.findLast((transition) => transition.state === job.state && transition.kind === "status");
  if (added.length === 0 || !hasEnded(job) || end === undefined) return [];
  const isKnown = (id: string) => job.alerts.some((alert) => alert.id === id);
  const toldNow = { ...end, at: now };
  return [...channelAlerts(job, toldNow, rules, added), ...digestAlerts(job, toldNow, rules, added)].filter(
    ({ id }) => !isKnown(id),
  );
}

/** Tells again what was given up, on one channel or all; what waits is told anyway, and what was told is never told twice. */
export function replayAlerts(job: Job, now: number, channel?: string): Job {
  const isMeant = (alert: Alert) => alert.state === "given-up" && (channel === undefined || alert.channel === channel);
  if (!job.alerts.some(isMeant)) return job;
  return { ...job, alerts: job.alerts.map((alert) => (isMeant(alert) ? { ...alert, state: "pending", at: now } : alert)) };
}
