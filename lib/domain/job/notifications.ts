import { hash } from "../hash.ts";
import { jobPk } from "../table-keys.ts";
import { hasEnded, type Job, type Notification, type Transition } from "./job.ts";
import type { TrackingRules } from "./rules.ts";
import { suppresses } from "./team-silence.ts";
import { DEFAULT_NOTIFY_ON, type News, transitionRow } from "./transitions.ts";

const DIGEST = "digest-";

/** Returns undefined if nobody is notified. */
export function newsOf(transition: Transition): News | undefined {
  const { news, needsReason } = transitionRow(transition);
  return needsReason && transition.reason === undefined ? undefined : news;
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
    .map((channel) => digestNotification(jobPk(job), transition, channel));
}

export function digestNotification(stored: string, transition: { n: number; at: number }, channel: string): Notification {
  const notification = pendingNotification(stored, transition, channel);
  return { ...notification, id: `${DIGEST}${notification.id}` };
}

/** The id contains it, so that it is known wherever an id is used: on the job, in a message record, in a message. */
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
  if (isSilenced(job, transition) || rules.silences?.some((silence) => suppresses(silence, job, transition))) return [];
  const notified =
    news === "operators" ? [rules.opsChannel] : [...new Set(channels)].filter((channel) => wants(job, channel, news, rules));
  return notified.map((channel) => pendingNotification(jobPk(job), transition, channel));
}

/** A silence suppresses news that can wait or is known already. Failures and notices to others are delivered. */
function isSilenced({ silence }: Job, transition: Transition): boolean {
  return silence !== undefined && transition.at < silence.until && !transitionRow(transition).passesSilence;
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

/** Computed from the arguments only, so that it can be recomputed. The message contains it. */
function computeId(stored: string, { n }: { n: number }, channel: string): string {
  return hash(`${stored}#${n}#${channel}`);
}
