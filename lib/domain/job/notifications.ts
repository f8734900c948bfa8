import { hash } from "../hash.ts";
import { jobPk } from "../table-keys.ts";
import { hasEnded, type Job, type Notification, type NotifyOn, type Transition } from "./job.ts";
import { DEFAULT_NOTIFY_ON, type TrackingRules } from "./rules.ts";

const DIGEST = "digest-";

/** What a transition is news of: one of the kinds a team can choose, `always`, `operators`, or nobody's. */
export type News = NotifyOn | "always" | "operators";

export function newsOf(transition: Transition): News | undefined {
  switch (transition.kind) {
    case "registered":
    case "changed":
      return undefined;
    case "late":
    case "reminder":
      return "late";
    case "sub-job":
      return "progress";
    case "unreachable":
    case "recovered":
      return "unreachable";
    case "lost":
      return "lost";
    case "unknown-status":
      return "operators";
    case "stopped":
      // A team that stops a watch itself knows it; the watch limit is said with its reason.
      return transition.reason === undefined ? undefined : "always";
    case "status":
      return newsOfStatus(transition);
    default:
      return transition.kind satisfies never;
  }
}

function newsOfStatus({ state }: Transition): NotifyOn | undefined {
  if (state === "success") return "succeeded";
  if (state === "failed") return "failed";
  return state === "running" ? "started" : undefined;
}

/** What a channel can hear of in the morning as well: good news, and what goes on. Failures, deadlines and notices wait for nobody. */
export function canWait(transition: Transition): boolean {
  const news = newsOf(transition);
  return news === "succeeded" || news === "started" || news === "progress";
}

/** The notifications that one transition calls for, at most one a channel, and one more for its digest. */
export function notificationsFor(job: Job, transition: Transition, rules: TrackingRules): Notification[] {
  const notified = channelNotifications(job, transition, rules);
  const { eventsChannel } = rules;
  const isNotified = eventsChannel === undefined || notified.some(({ channel }) => channel === eventsChannel);
  const events = isNotified ? [] : [pendingNotification(jobPk(job), transition, eventsChannel)];
  return [...notified, ...events, ...digestNotifications(job, transition, rules)];
}

/** What a digest tells is every end but one that the team made itself, whatever is chosen to be told at once. */
export function digestNotifications(
  job: Job,
  transition: Transition,
  rules: TrackingRules,
  channels = job.channels,
): Notification[] {
  if (!hasEnded(transition) || newsOf(transition) === undefined) return [];
  return [...new Set(channels)]
    .filter((channel) => rules.channelDigest?.(channel) !== undefined)
    .map((channel) => pendingNotification(jobPk(job), transition, channel))
    .map((notification) => ({ ...notification, id: `${DIGEST}${notification.id}` }));
}

/** The id says it, so that it is known wherever a notification is named: on its job, in a message's record, in its footer. */
export function isForDigest(notificationId: string): boolean {
  return notificationId.startsWith(DIGEST);
}

/** Those of the channels that a job names, or of the operators'. */
export function channelNotifications(
  job: Job,
  transition: Transition,
  rules: TrackingRules,
  channels = job.channels,
): Notification[] {
  const news = newsOf(transition);
  if (news === undefined) return [];
  if (isSilenced(job, news, transition.at)) return [];
  const notified =
    news === "operators" ? [rules.opsChannel] : [...new Set(channels)].filter((channel) => wants(job, channel, news, rules));
  return notified.map((channel) => pendingNotification(jobPk(job), transition, channel));
}

/** A silence mutes what can wait or is known. What went wrong is told all the same, and what concerns others. */
function isSilenced({ silence }: Job, news: News, at: number): boolean {
  const exempt: News[] = ["failed", "lost", "always", "operators"];
  return silence !== undefined && at < silence.until && !exempt.includes(news);
}

function wants(job: Job, channel: string, news: Exclude<News, "operators">, rules: TrackingRules): boolean {
  if (news === "always") return true;
  const chosen = job.notifyOn ?? rules.channelNotifyOn?.(channel) ?? DEFAULT_NOTIFY_ON;
  return chosen.includes(news);
}

export function pendingNotification(stored: string, transition: { n: number; at: number }, channel: string): Notification {
  return { id: idOf(stored, transition, channel), n: transition.n, channel, state: "pending", at: transition.at };
}

export function notificationIdOf(job: Job, transition: Transition, channel: string): string {
  return idOf(jobPk(job), transition, channel);
}

/** The same whoever computes it; it stands in the message's footer. */
function idOf(stored: string, { n }: { n: number }, channel: string): string {
  return hash(`${stored}#${n}#${channel}`);
}
