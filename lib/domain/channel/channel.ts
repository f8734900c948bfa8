import { type Noticed, notifyOperators } from "../health/operator-notice.ts";
import { channelPk, teamOfPk } from "../table-keys.ts";
import { backOffMs, type HeldMessage, hold, unhold } from "./held-messages.ts";
import { type MessageRecord, messageId, type NotificationRef } from "./message-record.ts";

export type { DigestNote, MessageRecord, NotificationRef } from "./message-record.ts";
export { messageId } from "./message-record.ts";

/** What a channel is: one of Slack's, a signed webhook, or the event bus. */
export type ChannelKind = "slack" | "webhook" | "events";

/** One named destination of one kind: its pace, its rest, whether it is parked, and the message in flight. */
export interface Channel extends Noticed {
  name: string;
  /** No message before this moment: in Slack one a second over all pollers, longer where a destination asked for rest. */
  nextSendAt: number;
  /** How far ahead that was set. */
  waitMs: number;
  /** Sends in a row that were not delivered: the waits grow with it. */
  failures: number;
  /** `destination`: the webhook that is dead; another one releases the channel. */
  suspended?: { since: number; reason: string; destination?: string };
  message?: MessageRecord;
  /** Messages that the destination refused: each is tried again on its own, and holds up no other team and no other job. */
  held?: HeldMessage[];
  /** When the destination took a message last. */
  deliveredAt?: number;
  /** Told, but their items refused the mark: tried again by every sender, and never told again. */
  unconfirmed?: NotificationRef[];
  /** Notifications that were kept for too long, until each is marked as given up. */
  expiring?: NotificationRef[];
  version: number;
}

/** What became of one send. */
export type SendOutcome =
  | { kind: "delivered" }
  /** 429: the whole channel rests. */
  | { kind: "throttled"; retryAfterMs: number }
  /** Not posted: no connection, or a 5xx that refuses the request. */
  | { kind: "failed"; reason: string }
  /** May have been posted: no answer, an answer cut short, a 200 without `ok`, or a gateway that got no answer (unanswered.ts). */
  | { kind: "unknown"; reason: string }
  /** Only some of the members were taken; the others surely not. `isRefused`: for what stands in them, not for a fault of the destination. */
  | { kind: "partly"; rejected: ReadonlySet<string>; reason: string; isRefused?: true }
  /**
   * Answered by what may be a mistake of the receiver's, or of this message: tried again for a day. Then it has expired where the
   * receiver took others meanwhile; where it took none, the channel is parked.
   */
  | { kind: "rejected"; reason: string }
  /** This layout is not taken. */
  | { kind: "refused"; reason: string }
  /** The destination is gone until somebody acts. */
  | { kind: "dead"; reason: string };

export interface Destinations {
  /** Where the channel's messages go as configured now; "" where it has no webhook. */
  destination: string;
  opsChannel: string;
  /** Each notification is a message of its own: one that fails may fail for what stands in it. */
  oneByOne?: boolean;
}

const NAMES_SHOWN = 10;
/** Slack's pace. */
export const MIN_SEND_INTERVAL_MS = 1000;
/** With the waits above, so many failures in a row take a day. */
const TRIES_OF_A_DAY = 56;
/** How long a parked channel keeps a notification. */
export const KEEP_SUSPENDED_MS = 14 * 86_400_000;

export function newChannel(name: string): Channel {
  return { name, nextSendAt: 0, waitMs: 0, failures: 0, transitions: [], notifications: [], version: 0 };
}

/** What a poller that has notifications for a channel does next, with the reason where it is to wait. */
export type NextStep =
  | { do: "send" }
  | { do: "confirm"; message: MessageRecord }
  | { do: "expire"; notifications: NotificationRef[] }
  | { do: "resume" }
  | { do: "wait"; until: number; why: "interval" | "another sender" }
  | { do: "leave"; why: "suspended" };

/** `destination`: where the channel's messages go as configured now; "" where it has no webhook. */
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

/** Operators are notified of refused texts so often at most, for each channel: the log has each. */
const REFUSAL_NOTICE_GAP_MS = 3_600_000;

export interface Claim extends Pick<MessageRecord, "digest"> {
  /** Its members no longer fit into a layout, and what was one message stays one. */
  plain?: boolean;
  /** Until the next message. */
  minSendIntervalMs?: number;
}

/** Takes the next slot and writes down the message. A message taken over from a dead sender may have arrived. */
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
  return { ...after(channel, minSendIntervalMs, now), message };
}

/**
 * Folds what became of a send into its channel. Whatever is not delivered keeps its message, so that the next try sends
 * the same members under the same id; a lease of 0 says that this sender is done with it.
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
      return { ...channel, failures: 0, deliveredAt: now, message: { ...channel.message, deliveredAt: now } };
    case "throttled":
      return { ...after(channel, outcome.retryAfterMs, now), message: kept };
    case "failed":
      return to.oneByOne ? held(channel, kept, outcome, now, to) : { ...later(channel, now), message: kept };
    case "partly":
      return partlyTaken(channel, kept, outcome, now);
    case "unknown": {
      const message = { ...kept, mayRepeat: true };
      return to.oneByOne ? held(channel, message, outcome, now, to) : { ...later(channel, now), message };
    }
    case "rejected":
      return held(channel, kept, outcome, now, to);
    case "refused":
      return refused(channel, kept, outcome.reason, now, to);
    case "dead":
      return suspend({ ...channel, message: kept }, outcome.reason, now, to);
    default:
      return outcome satisfies never;
  }
}

/** The destination took a part, so it works: what it refused is sent apart, what failed is tried again soon. */
function partlyTaken(
  channel: Channel,
  kept: MessageRecord,
  { rejected, isRefused }: Extract<SendOutcome, { kind: "partly" }>,
  now: number,
): Channel {
  const rest = takenApart({ ...channel, failures: 0, deliveredAt: now }, kept, rejected);
  return isRefused ? splitUp(rest, { ...rest.message, plain: true }, now) : later(rest, now);
}

/**
 * Keeps a message beside the others until its next try. One that was tried for long enough has expired if others were delivered meanwhile.
 * Where nothing else was, and the receiver rejects it, the channel is suspended.
 */
function held(
  channel: Channel,
  kept: MessageRecord,
  { kind, reason }: { kind: SendOutcome["kind"]; reason: string },
  now: number,
  to: Destinations,
): Channel {
  // More than one notification only where the channel was of another kind when the message was written down.
  if (kept.notifications.length > 1) return splitUp(channel, kept, now);
  const { since, failures } = kept.held ?? { since: now, failures: 0 };
  const isTried = kind === "rejected" ? failures + 1 >= TRIES_OF_A_DAY : now - since >= KEEP_SUSPENDED_MS;
  if (isTried && (channel.deliveredAt ?? 0) > since) return expire(channel, kept.notifications, reason, now, to);
  if (isTried && kind === "rejected") return suspend({ ...channel, message: kept }, reason, now, to);
  return { ...clearMessage(channel), held: [...(channel.held ?? []), hold(kept, now)] };
}

/** The held message becomes the channel's next one. */
export function takeHeld(channel: Channel, message: HeldMessage): Channel & { message: MessageRecord } {
  return { ...withoutHeld(channel, message), message: unhold(message) };
}

/** Nothing of a held message waits any more. */
export function withoutHeld({ held = [], ...channel }: Channel, message: HeldMessage): Channel {
  const others = held.filter(({ id }) => id !== message.id);
  return others.length > 0 ? { ...channel, held: others } : channel;
}

/** Written down and told to the operators at once, then marked. */
function expire(channel: Channel, notifications: NotificationRef[], reason: string, now: number, to: Destinations): Channel {
  const expiring = [...(channel.expiring ?? []), ...notifications];
  return notify(
    { ...clearMessage(channel), expiring },
    { at: now, kind: "rejected", reason: `${countOf(notifications)} (${reason})` },
    to.opsChannel,
  );
}

/** A part for each team, or two halves of one team's: whoever's text is refused, the others are delivered. */
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

/** What was taken waits for its mark alone, so that whoever comes after a death does not send it again. */
function takenApart(
  channel: Channel,
  kept: MessageRecord,
  rejected: ReadonlySet<string>,
): Channel & { message: MessageRecord } {
  const isTaken = ({ notificationId }: NotificationRef) => !rejected.has(notificationId);
  return {
    ...channel,
    message: { ...kept, notifications: kept.notifications.filter((ref) => !isTaken(ref)) },
    unconfirmed: [...(channel.unconfirmed ?? []), ...kept.notifications.filter(isTaken)],
  };
}

/** The sender has no time left to send: nothing was posted, and anybody may send the message at once. */
export function handBack(channel: Channel & { message: MessageRecord }): Channel {
  return { ...channel, message: { ...channel.message, leaseUntil: 0 } };
}

/** All members are marked: the channel is free for the next message. */
export function clearMessage(channel: Channel): Channel {
  const { message: _, ...free } = channel;
  return free;
}

export function suspend(channel: Channel, reason: string, now: number, to: Destinations): Channel {
  if (channel.suspended) return channel;
  const suspended = { since: now, reason, destination: to.destination };
  return notify({ ...channel, suspended }, { at: now, kind: "suspended", reason }, to.opsChannel);
}

/** Lets a channel send at once. Operators are notified where it was suspended, in their own channel too: it works again. */
export function resume(channel: Channel, now: number, opsChannel: string): Channel {
  const { suspended, ...kept } = channel;
  const again = kept.held?.map((message) => ({ ...message, since: now, heldAt: now, retryAt: now, failures: 0 }));
  const free = { ...kept, failures: 0, nextSendAt: 0, waitMs: 0, ...(again && { held: again }) };
  if (!suspended) return free;
  const notice = { at: now, kind: "resumed", since: suspended.since, reason: suspended.reason } as const;
  return notifyOperators(free, channelPk(channel.name), notice, opsChannel);
}

/** What a parked channel has kept for too long: written down and told to the operators at once, then marked. */
export function expireSuspended(channel: Channel, notifications: NotificationRef[], now: number, opsChannel: string): Channel {
  return notify(
    { ...channel, expiring: notifications },
    { at: now, kind: "expired", reason: countOf(notifications) },
    opsChannel,
  );
}

/** All of them are marked as given up. */
export function withoutExpired(channel: Channel): Channel {
  const { expiring: _, ...done } = channel;
  return done;
}

/** A test message takes a slot as any other; only what it says of the destination counts. */
export function afterTest(channel: Channel, outcome: SendOutcome, now: number, to: Destinations): Channel {
  if (outcome.kind === "delivered") return after(resume(channel, now, to.opsChannel), MIN_SEND_INTERVAL_MS, now);
  const waitMs = outcome.kind === "throttled" ? outcome.retryAfterMs : MIN_SEND_INTERVAL_MS;
  const tested = channel.nextSendAt > now + waitMs ? channel : after(channel, waitMs, now);
  return outcome.kind === "dead" ? suspend(tested, outcome.reason, now, to) : tested;
}

function countOf(notifications: NotificationRef[]): string {
  return `${notifications.length} ${notifications.length === 1 ? "notification" : "notifications"}: ${namesOf(notifications)}`;
}

function namesOf(notifications: NotificationRef[]): string {
  const names = [...new Set(notifications.map(({ pk }) => pk.slice(pk.lastIndexOf("#") + 1)))];
  return names.length > NAMES_SHOWN
    ? `${names.slice(0, NAMES_SHOWN).join(", ")} and ${names.length - NAMES_SHOWN} more`
    : names.join(", ");
}

function later<Some extends Channel>(channel: Some, now: number): Some {
  return { ...after(channel, backOffMs(channel.failures), now), failures: channel.failures + 1 };
}

/** No message before so much time has passed. */
function after<Some extends Channel>(channel: Some, waitMs: number, now: number): Some {
  return { ...channel, nextSendAt: now + waitMs, waitMs };
}

/**
 * A refused layout is our fault: plain text at once. Where that is refused too, the message is split until the notification that is refused stands
 * alone, and its channel gets fixed words in its place. Where even these are refused, nothing gets through.
 */
function refused(channel: Channel, kept: MessageRecord, reason: string, now: number, to: Destinations): Channel {
  if (kept.minimal) return suspend({ ...channel, message: kept }, reason, now, to);
  if (kept.plain && kept.notifications.length > 1) return splitUp(channel, kept, now);
  const message: MessageRecord = kept.plain ? { ...kept, minimal: true } : { ...kept, plain: true };
  const kind = kept.plain ? "refused-text" : "refused-layout";
  const again = { ...after(channel, 0, now), message };
  const isKnown = channel.transitions.some((one) => one.kind === kind && one.at > now - REFUSAL_NOTICE_GAP_MS);
  if (isKnown) return again;
  return notify(
    again,
    { at: now, kind, reason: kept.plain ? `${reason}; ${namesOf(kept.notifications)}` : reason },
    to.opsChannel,
  );
}

/** What concerns the operators' own channel cannot be told there: the metric and the log have it. */
function notify(
  channel: Channel,
  change: { at: number; kind: "suspended" | "refused-layout" | "refused-text" | "expired" | "rejected"; reason: string },
  opsChannel: string,
): Channel {
  return notifyOperators(channel, channelPk(channel.name), change, channel.name === opsChannel ? undefined : opsChannel);
}
