import { counted } from "../counted.ts";
import { nameWords, withNames } from "../first-names.ts";
import { notifyOperators } from "../health/operator-notice.ts";
import { channelPk } from "../table-keys.ts";
import type { Channel } from "./channel.ts";
import type { NotificationRef } from "./message-record.ts";
import { addUndelivered } from "./undelivered.ts";

export interface Destinations {
  /** The address that the channel's messages go to as configured now; "" if it has none. */
  destination: string;
  opsChannel: string;
  /** Each notification is a message of its own, so one failure can be caused by its content. */
  oneByOne?: boolean;
}

/** How long a suspended channel keeps a notification. */
export const KEEP_SUSPENDED_MS = 14 * 86_400_000;

export function suspend(channel: Channel, reason: string, now: number, to: Destinations): Channel {
  if (channel.suspended) return channel;
  const suspended = { since: now, reason, destination: to.destination };
  return notify({ ...channel, suspended }, { at: now, kind: "suspended", reason }, to.opsChannel);
}

/** Lets a channel send at once. If it was suspended, operators are notified, also in their own channel since it works again. */
export function resume(channel: Channel, now: number, opsChannel: string): Channel {
  const { suspended, ...kept } = channel;
  const again = kept.held?.map((message) => ({ ...message, since: now, heldAt: now, retryAt: now, failures: 0 }));
  const free = { ...kept, failures: 0, nextSendAt: 0, waitMs: 0, ...(again && { held: again }) };
  if (!suspended) return free;
  const notice = { at: now, kind: "resumed", since: suspended.since, reason: suspended.reason } as const;
  return notifyOperators(free, channelPk(channel.name), notice, opsChannel);
}

/** Expires notifications that a suspended channel kept for too long, and notifies the operators at once. */
export function expireSuspended(channel: Channel, notifications: NotificationRef[], now: number, opsChannel: string): Channel {
  return notify(
    { ...channel, expiring: notifications },
    { at: now, kind: "expired", reason: countOf(notifications) },
    opsChannel,
  );
}

/** All of them are stored as expired. A channel with a digest keeps their names for the next one. */
export function withoutExpired(channel: Channel, now: number, hasDigest: boolean): Channel {
  const { expiring = [], ...done } = channel;
  const undelivered = hasDigest ? addUndelivered(channel.undelivered, expiring, now) : undefined;
  return { ...done, ...(undelivered && { undelivered }) };
}

export function countOf(notifications: NotificationRef[]): string {
  return `${counted(notifications.length, "notification")}: ${namesOf(notifications)}`;
}

export function namesOf(notifications: NotificationRef[]): string {
  const names = new Set(notifications.map(({ pk }) => pk.slice(pk.lastIndexOf("#") + 1)));
  return nameWords(withNames(undefined, [...names]));
}

/** Notices about the operators' own channel cannot be sent there. Only the metric and the log contain them. */
export function notify(
  channel: Channel,
  change: { at: number; kind: "suspended" | "refused-layout" | "refused-text" | "expired" | "rejected"; reason: string },
  opsChannel: string,
): Channel {
  return notifyOperators(channel, channelPk(channel.name), change, channel.name === opsChannel ? undefined : opsChannel);
}
