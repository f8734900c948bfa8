import type { Noticed } from "../health/operator-notice.ts";
import type { HeldMessage } from "./held-messages.ts";
import { type MessageRecord, messageId, type NotificationRef } from "./message-record.ts";
import type { SendOutcome } from "./send-outcome.ts";
import type { Undelivered } from "./undelivered.ts";

/** One named destination: when it may send next, whether it is suspended, and the message in flight. */
export interface Channel extends Noticed {
  name: string;
  /** No message is sent before this time. It holds for all pollers; a destination can request a longer wait. */
  nextSendAt: number;
  /** How far ahead `nextSendAt` was set. */
  waitMs: number;
  /** Consecutive failed sends. The waits grow with it. */
  failures: number;
  /** `destination`: the address that is dead. Configuring another one resumes the channel. */
  suspended?: { since: number; reason: string; destination?: string };
  message?: MessageRecord;
  /** Messages that the destination rejected. Each is retried on its own and delays no other team or job. */
  held?: HeldMessage[];
  /** When the destination last accepted a message. */
  deliveredAt?: number;
  /** The result of the last test message, with the destination's answer, or why there was none. */
  lastTest?: { at: number; outcome: SendOutcome["kind"]; answer?: string };
  /** Delivered, but the confirmation could not be saved. Every sender retries the confirmation; they are never sent again. */
  unconfirmed?: NotificationRef[];
  /** Notifications that were kept for too long, until each is stored as expired. */
  expiring?: NotificationRef[];
  /** The time of the last digest that was claimed or planned. */
  digestAt?: number;
  /** What could not be delivered since the last digest; absent without one. */
  undelivered?: Undelivered;
  version: number;
}

/** Between two messages of a channel, unless its destination says otherwise. */
export const MIN_SEND_INTERVAL_MS = 1000;

export function newChannel(name: string): Channel {
  return { name, nextSendAt: 0, waitMs: 0, failures: 0, transitions: [], notifications: [], version: 0 };
}

/** What a poller with notifications for a channel does next, and why it waits. */
export type NextStep =
  | { do: "send" }
  | { do: "confirm"; message: MessageRecord }
  | { do: "expire"; notifications: NotificationRef[] }
  | { do: "resume" }
  | { do: "wait"; until: number; why: "interval" | "another sender" }
  | { do: "leave"; why: "suspended" };

/** `destination`: the address that the channel's messages go to as configured now; "" if it has none. */
export function nextStep(channel: Channel, now: number, destination: string): NextStep {
  const { message, suspended, expiring } = channel;
  if (message?.deliveredAt !== undefined) return { do: "confirm", message };
  if (expiring) return { do: "expire", notifications: expiring };
  if (suspended)
    return (suspended.destination ?? destination) === destination ? { do: "leave", why: "suspended" } : { do: "resume" };
  if (message && message.leaseUntil > now) return { do: "wait", until: message.leaseUntil, why: "another sender" };
  if (channel.nextSendAt > now) return { do: "wait", until: channel.nextSendAt, why: "interval" };
  return { do: "send" };
}

export interface Claim extends Pick<MessageRecord, "digest"> {
  /** Its notifications no longer fit into a layout, and a message that was written is never split for that. */
  plain?: boolean;
  /** The wait before the next message. */
  minSendIntervalMs?: number;
}

/** Claims the next send and stores the message. A message taken over from a crashed sender may have arrived. */
export function claim(
  channel: Channel,
  notifications: NotificationRef[],
  now: number,
  leaseUntil: number,
  { plain = false, minSendIntervalMs = MIN_SEND_INTERVAL_MS, digest }: Claim = {},
): Channel & { message: MessageRecord } {
  const { message: earlier } = channel;
  const message: MessageRecord = {
    id: earlier?.id ?? messageId(notifications),
    notifications,
    leaseUntil,
    attempt: (earlier?.attempt ?? 0) + 1,
    mayRepeat: earlier !== undefined && (earlier.mayRepeat || earlier.leaseUntil > 0),
    plain: plain || earlier?.plain === true,
    ...(earlier?.minimal && { minimal: true }),
    ...(earlier?.held && { held: earlier.held }),
    ...((earlier?.digest ?? digest) && { digest: earlier?.digest ?? digest }),
  };
  const digestAt = message.digest && { digestAt: Math.max(message.digest.at, channel.digestAt ?? 0) };
  return { ...delayNextSend(channel, minSendIntervalMs, now), ...digestAt, message };
}

/** The sender has no time left: nothing was posted, and any sender may send the message at once. */
export function releaseMessage(channel: Channel & { message: MessageRecord }): Channel {
  return { ...channel, message: { ...channel.message, leaseUntil: 0 } };
}

/** All notifications are confirmed: the channel is free for the next message. */
export function clearMessage(channel: Channel): Channel {
  const { message: _, ...free } = channel;
  return free;
}

/** Allows no message before this wait is over. */
export function delayNextSend<Some extends Channel>(channel: Some, waitMs: number, now: number): Some {
  return { ...channel, nextSendAt: now + waitMs, waitMs };
}
