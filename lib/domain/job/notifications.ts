import { hash } from "../hash.ts";
import { jobPk } from "../table-keys.ts";
import { hasEnded, type Job, type Notification, type NotifyOn, type Transition } from "./job.ts";
import { DEFAULT_NOTIFY_ON, type TrackingRules } from "./rules.ts";

const DIGEST = "digest-";

/** The kind of news in a transition: one that a team can choose, `always` or `operators`. Undefined: nobody is notified. */
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
      // A team that stops a job knows it. The tracking limit is reported, with its reason.
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

/** Returns true for news that can wait until quiet hours end: success and progress. Failures, deadlines and notices are urgent. */
export function canWait(transition: Transition): boolean {
  const news = newsOf(transition);
  return news === "succeeded" || news === "started" || news === "progress";
}

/** Returns the notifications of one transition: at most one per channel, and one more for its digest. */
export function notificationsFor(job: Job, transition: Transition, rules: TrackingRules): Notification[] {
  const notified = channelNotifications(job, transition, rules);
  const { eventsChannel } = rules;
  const isNotified = eventsChannel === undefined || notified.some(({ channel }) => channel === eventsChannel);
  const events = isNotified ? [] : [pendingNotification(jobPk(job), transition, eventsChannel)];
  return [...notified, ...events, ...digestNotifications(job, transition, rules)];
}

/** A digest contains every end except those that the team made itself, independent of `notifyOn`. */
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

/** The id contains it, so that it is known wherever an id is used: on the job, in a message record, in a footer. */
export function isForDigest(notificationId: string): boolean {
  return notificationId.startsWith(DIGEST);
}

/** The notifications for the job's channels, or for the operators' channel. */
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

/** A silence suppresses news that can wait or is known already. Failures and notices to others are delivered. */
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
  return { id: computeId(stored, transition, channel), n: transition.n, channel, state: "pending", at: transition.at };
}

export function notificationIdOf(job: Job, transition: Transition, channel: string): string {
  return computeId(jobPk(job), transition, channel);
}

/** Computed from the arguments only, so that it can be recomputed. The message's footer shows it. */
function computeId(stored: string, { n }: { n: number }, channel: string): string {
  return hash(`${stored}#${n}#${channel}`);
}
