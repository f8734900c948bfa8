import { teamOfPk } from "../table-keys.ts";
import { type Channel, clearMessage, delayNextSend } from "./channel.ts";
import { backOffMs, type HeldMessage, hold, unhold } from "./held-messages.ts";
import { type MessageRecord, messageId, type NotificationRef, receiptOf } from "./message-record.ts";
import type { SendOutcome } from "./send-outcome.ts";
import { countOf, type Destinations, KEEP_SUSPENDED_MS, namesOf, notify, resume, suspend } from "./suspension.ts";

/** Consecutive failures that take a day with the waits of `backOffMs`. */
const ATTEMPTS_PER_DAY = 56;

/** Operators get at most one notice about refused texts per channel in this time. The log has all of them. */
const REFUSAL_NOTICE_GAP_MS = 3_600_000;

/**
 * Applies the result of a send to its channel. A message that was not delivered is kept, so that the next attempt sends the same
 * notifications under the same id. A lease of 0 means that this sender is done with it.
 */
export function afterSend(
  channel: Channel & { message: MessageRecord },
  outcome: SendOutcome,
  now: number,
  to: Destinations,
): Channel {
  const kept: MessageRecord = { ...channel.message, leaseUntil: 0 };
  switch (outcome.kind) {
    case "delivered":
      return {
        ...{ ...channel, failures: 0, deliveredAt: now },
        message: { ...channel.message, deliveredAt: now, receipt: receiptOf(channel.message, outcome) },
      };
    case "throttled":
      return { ...delayNextSend(channel, outcome.retryAfterMs, now), message: kept };
    case "failed":
      return to.oneByOne ? holdOrExpire(channel, kept, outcome, now, to) : { ...backOff(channel, now), message: kept };
    case "partly":
      return afterPartialDelivery(channel, kept, outcome, now);
    case "unknown": {
      const message = { ...kept, mayRepeat: true };
      return to.oneByOne ? holdOrExpire(channel, message, outcome, now, to) : { ...backOff(channel, now), message };
    }
    case "rejected":
      return holdOrExpire(channel, kept, outcome, now, to);
    case "refused":
      return afterRefusal(channel, kept, outcome.reason, now, to);
    case "dead":
      return suspend({ ...channel, message: kept }, outcome.reason, now, to);
  }
}

/** The destination accepted a part, so it works: refused notifications are sent separately, failed ones are retried soon. */
function afterPartialDelivery(
  channel: Channel,
  kept: MessageRecord,
  { rejected, isRefused }: Extract<SendOutcome, { kind: "partly" }>,
  now: number,
): Channel {
  const rest = moveToUnconfirmed({ ...channel, failures: 0, deliveredAt: now }, kept, rejected);
  return isRefused ? splitUp(rest, { ...rest.message, plain: true }, now) : backOff(rest, now);
}

/**
 * Holds a message until its next attempt, while others are sent. After the last attempt it expires if others were delivered in that
 * time. If none were, and the receiver rejects it, the channel is suspended.
 */
function holdOrExpire(
  channel: Channel,
  kept: MessageRecord,
  { kind, reason }: { kind: SendOutcome["kind"]; reason: string },
  now: number,
  to: Destinations,
): Channel {
  // Only a channel that was of another kind when the message was written has more than one notification here.
  if (kept.notifications.length > 1) return splitUp(channel, kept, now);
  const { since, failures } = kept.held ?? { since: now, failures: 0 };
  const isLastAttempt = kind === "rejected" ? failures + 1 >= ATTEMPTS_PER_DAY : now - since >= KEEP_SUSPENDED_MS;
  if (isLastAttempt && (channel.deliveredAt ?? 0) > since) return expire(channel, kept.notifications, reason, now, to);
  if (isLastAttempt && kind === "rejected") return suspend({ ...channel, message: kept }, reason, now, to);
  return { ...clearMessage(channel), held: [...(channel.held ?? []), hold(kept, now)] };
}

/** Makes the held message the channel's next one. */
export function takeHeld(channel: Channel, message: HeldMessage): Channel & { message: MessageRecord } {
  return { ...withoutHeld(channel, message), message: unhold(message) };
}

/** Removes a held message. */
export function withoutHeld({ held = [], ...channel }: Channel, message: HeldMessage): Channel {
  const others = held.filter(({ id }) => id !== message.id);
  return others.length > 0 ? { ...channel, held: others } : channel;
}

/** Stores the notifications as expiring and notifies the operators at once. They are confirmed as expired afterwards. */
function expire(channel: Channel, notifications: NotificationRef[], reason: string, now: number, to: Destinations): Channel {
  const expiring = [...(channel.expiring ?? []), ...notifications];
  return notify(
    { ...clearMessage(channel), expiring },
    { at: now, kind: "rejected", reason: `${countOf(notifications)} (${reason})` },
    to.opsChannel,
  );
}

/** Splits a message by team, or a single team's message into halves, so that one refused text does not block the others. */
function splitUp(channel: Channel, message: MessageRecord, now: number): Channel {
  const { notifications } = message;
  const byTeam = [...Map.groupBy(notifications, ({ pk }) => teamOfPk(pk)).values()];
  const half = Math.ceil(notifications.length / 2);
  const groups =
    byTeam.length > 1 ? byTeam : [notifications.slice(0, half), notifications.slice(half)].filter((some) => some.length > 0);
  const parts = groups.map((group) => ({
    ...hold({ ...message, id: messageId(group), notifications: group }, now),
    retryAt: now,
    failures: 0,
  }));
  return { ...clearMessage(channel), held: [...(channel.held ?? []), ...parts] };
}

/** Delivered notifications only wait for their confirmation, so that no later sender sends them again. */
function moveToUnconfirmed(
  channel: Channel,
  kept: MessageRecord,
  rejected: ReadonlySet<string>,
): Channel & { message: MessageRecord } {
  const isDelivered = ({ notificationId }: NotificationRef) => !rejected.has(notificationId);
  return {
    ...channel,
    message: { ...kept, notifications: kept.notifications.filter((ref) => !isDelivered(ref)) },
    unconfirmed: [...(channel.unconfirmed ?? []), ...kept.notifications.filter(isDelivered)],
  };
}

/** Success resumes the channel, and a dead destination suspends it. The claim of the test already delays the next send. */
export function afterTest(channel: Channel, outcome: SendOutcome, now: number, to: Destinations): Channel {
  const { nextSendAt, waitMs } = channel;
  const answer = "reason" in outcome ? outcome.reason : "answer" in outcome ? outcome.answer : undefined;
  const tested = { ...channel, lastTest: { at: now, outcome: outcome.kind, ...(answer !== undefined && { answer }) } };
  switch (outcome.kind) {
    case "delivered":
      return { ...resume(tested, now, to.opsChannel), nextSendAt, waitMs };
    case "throttled":
      return nextSendAt > now + outcome.retryAfterMs ? tested : delayNextSend(tested, outcome.retryAfterMs, now);
    case "dead":
      return suspend(tested, outcome.reason, now, to);
    case "failed":
    case "unknown":
    case "partly":
    case "rejected":
    case "refused":
      return tested;
  }
}

function backOff<Some extends Channel>(channel: Some, now: number): Some {
  return { ...delayNextSend(channel, backOffMs(channel.failures), now), failures: channel.failures + 1 };
}

/**
 * A refused layout is an error of this service: plain text is sent at once. If that is refused too, the message is split until the refused
 * notification is alone, and a fixed text is sent in its place. If even that is refused, the channel is suspended.
 */
function afterRefusal(channel: Channel, kept: MessageRecord, reason: string, now: number, to: Destinations): Channel {
  if (kept.minimal) return suspend({ ...channel, message: kept }, reason, now, to);
  if (kept.plain && kept.notifications.length > 1) return splitUp(channel, kept, now);
  const message: MessageRecord = kept.plain ? { ...kept, minimal: true } : { ...kept, plain: true };
  const kind = kept.plain ? "refused-text" : "refused-layout";
  const retry = { ...delayNextSend(channel, 0, now), message };
  const isKnown = channel.transitions.some((one) => one.kind === kind && one.at > now - REFUSAL_NOTICE_GAP_MS);
  if (isKnown) return retry;
  return notify(
    retry,
    { at: now, kind, reason: kept.plain ? `${reason}; ${namesOf(kept.notifications)}` : reason },
    to.opsChannel,
  );
}
