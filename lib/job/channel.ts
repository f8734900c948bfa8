import { channelPk } from "./names.ts";
import { type Noticed, tellOperators } from "./operator-notice.ts";
import type { OpenJobs } from "./still-open.ts";

/** What a channel is: one of Slack's, a signed webhook, or the event bus. */
export type ChannelKind = "slack" | "webhook" | "events";

/** One named destination of one kind: its pace, its rest, whether it is parked, and the message in flight. */
export interface Channel extends Noticed {
  name: string;
  /** No message before this moment: in Slack one a second over all pollers, longer where a destination asked for rest. */
  nextSlotAt: number;
  /** How far ahead that was set. */
  waitMs: number;
  /** Sends in a row that were not delivered: the waits grow with it. */
  failures: number;
  /** `destination`: the webhook that is dead; another one releases the channel. */
  parked?: { since: number; reason: string; destination?: string };
  message?: MessageRecord;
  /** Told, but their items refused the mark: tried again by every sender, and never told again. */
  unmarked?: Member[];
  /** Alerts that were kept for too long, until each is marked as given up. */
  givingUp?: Member[];
  version: number;
}

/** Written before a message is sent, so that whoever comes after a death knows what was under way. */
export interface MessageRecord {
  id: string;
  members: Member[];
  /** Nobody else touches the message before: longer than its sender can live. */
  leaseUntil: number;
  /** 1 for the first try. */
  attempt: number;
  /** An earlier try may have arrived: Slack's message says "may repeat", an event has the same id. */
  mayRepeat: boolean;
  /** The layout was refused: plain text alone, an event without what it can do without. */
  plain: boolean;
  digest?: DigestNote;
  /** It was taken: the members are to be marked, never sent again. */
  toldAt?: number;
}

/** The message is the channel's digest of a moment. Written down, so that a repeat says the same. */
export interface DigestNote {
  at: number;
  /** In its last message alone. */
  open?: OpenJobs;
}

/** One alert in a message: the item it stands on, and its id there. */
export interface Member {
  pk: string;
  alertId: string;
}

/** What became of one send. */
export type SendOutcome =
  | { kind: "delivered" }
  /** 429: the whole channel rests. */
  | { kind: "throttled"; restMs: number }
  /** Not posted: no connection, or a 5xx that refuses the request. */
  | { kind: "failed"; reason: string }
  /** May have been posted: no answer, an answer cut short, a 200 without `ok`, or a gateway that got no answer (unanswered.ts). */
  | { kind: "unknown"; reason: string }
  /** Only some of the members were taken; the others surely not. */
  | { kind: "partly"; untaken: ReadonlySet<string>; reason: string }
  /** Answered by what may be a mistake of the receiver's: tried again for a day, then the channel is parked. */
  | { kind: "rejected"; reason: string }
  /** This layout is not taken. */
  | { kind: "refused"; reason: string }
  /** The destination is gone until somebody acts. */
  | { kind: "dead"; reason: string };

export interface Destinations {
  /** Where the channel's messages go as configured now; "" where it has no webhook. */
  destination: string;
  opsChannel: string;
}

const NAMES_SHOWN = 10;
/** Slack's pace. */
export const SLOT_MS = 1000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 30 * 60_000;
/** With the waits above, so many failures in a row take a day. */
const TRIES_OF_A_DAY = 56;
/** How long a parked channel keeps an alert. */
export const KEEP_PARKED_MS = 14 * 86_400_000;

export function newChannel(name: string): Channel {
  return { name, nextSlotAt: 0, waitMs: 0, failures: 0, transitions: [], alerts: [], version: 0 };
}

/** What a poller that has alerts for a channel does next, with the reason where it is to wait. */
export type NextStep =
  | { do: "send" }
  | { do: "mark"; message: MessageRecord }
  | { do: "give up"; members: Member[] }
  | { do: "release" }
  | { do: "wait"; until: number; why: "slot" | "another sender" }
  | { do: "leave"; why: "parked" };

/** `destination`: where the channel's messages go as configured now; "" where it has no webhook. */
export function nextStep(channel: Channel, now: number, destination: string): NextStep {
  const { message, parked, givingUp } = channel;
  if (message?.toldAt !== undefined) return { do: "mark", message };
  if (givingUp) return { do: "give up", members: givingUp };
  if (parked) return (parked.destination ?? destination) === destination ? { do: "leave", why: "parked" } : { do: "release" };
  if (message && message.leaseUntil > now) return { do: "wait", until: message.leaseUntil, why: "another sender" };
  if (channel.nextSlotAt > now) return { do: "wait", until: channel.nextSlotAt, why: "slot" };
  return { do: "send" };
}

export interface Claim extends Pick<MessageRecord, "digest"> {
  /** Its members no longer fit into a layout, and what was one message stays one. */
  plain?: boolean;
  /** Until the next message. */
  slotMs?: number;
}

/** Takes the next slot and writes down the message. A message taken over from a dead sender may have arrived. */
export function claim(
  channel: Channel,
  members: Member[],
  now: number,
  leaseUntil: number,
  { plain = false, slotMs = SLOT_MS, digest }: Claim = {},
): Channel & { message: MessageRecord } {
  const { message: earlier } = channel;
  const message: MessageRecord = {
    id: earlier?.id ?? messageId(members),
    members,
    leaseUntil,
    attempt: (earlier?.attempt ?? 0) + 1,
    mayRepeat: earlier !== undefined && (earlier.mayRepeat || earlier.leaseUntil > 0),
    plain: plain || earlier?.plain === true,
    ...((earlier?.digest ?? digest) && { digest: earlier?.digest ?? digest }),
  };
  return { ...after(channel, slotMs, now), message };
}

/** One alert's message carries the alert's id, a roll-up the id of its first one with the number of the others. */
export function messageId(members: Member[]): string {
  const first = members[0]?.alertId ?? "";
  return members.length === 1 ? first : `${first}+${members.length - 1}`;
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
      return { ...channel, failures: 0, message: { ...channel.message, toldAt: now } };
    case "throttled":
      return { ...after(channel, outcome.restMs, now), message: kept };
    case "failed":
      return { ...later(channel, now), message: kept };
    case "partly":
      return later(takenApart(channel, kept, outcome.untaken), now);
    case "rejected":
      return channel.failures + 1 < TRIES_OF_A_DAY
        ? { ...later(channel, now), message: kept }
        : park({ ...channel, message: kept }, outcome.reason, now, to);
    case "unknown":
      return { ...later(channel, now), message: { ...kept, mayRepeat: true } };
    case "refused":
      return refused(channel, kept, outcome.reason, now, to);
    case "dead":
      return park({ ...channel, message: kept }, outcome.reason, now, to);
    default:
      return outcome satisfies never;
  }
}

/** What was taken waits for its mark alone, so that whoever comes after a death does not send it again. */
function takenApart(channel: Channel, kept: MessageRecord, untaken: ReadonlySet<string>): Channel {
  const isTaken = ({ alertId }: Member) => !untaken.has(alertId);
  return {
    ...channel,
    message: { ...kept, members: kept.members.filter((member) => !isTaken(member)) },
    unmarked: [...(channel.unmarked ?? []), ...kept.members.filter(isTaken)],
  };
}

/** The sender has no time left to send: nothing was posted, and anybody may send the message at once. */
export function handBack(channel: Channel & { message: MessageRecord }): Channel {
  return { ...channel, message: { ...channel.message, leaseUntil: 0 } };
}

/** All members are marked: the channel is free for the next message. */
export function settled(channel: Channel): Channel {
  const { message: _, ...free } = channel;
  return free;
}

export function park(channel: Channel, reason: string, now: number, to: Destinations): Channel {
  if (channel.parked) return channel;
  const parked = { since: now, reason, destination: to.destination };
  return tell({ ...channel, parked }, { at: now, kind: "parked", reason }, to.opsChannel);
}

/** Lets a channel send at once. Operators are notified where it was suspended, in their own channel too: it works again. */
export function release(channel: Channel, now: number, opsChannel: string): Channel {
  const { parked, ...kept } = channel;
  const free = { ...kept, failures: 0, nextSlotAt: 0, waitMs: 0 };
  if (!parked) return free;
  const notice = { at: now, kind: "resumed", since: parked.since, reason: parked.reason } as const;
  return tellOperators(free, channelPk(channel.name), notice, opsChannel);
}

/** What a parked channel has kept for too long: written down and told to the operators at once, then marked. */
export function giveUp(channel: Channel, members: Member[], now: number, opsChannel: string): Channel {
  const reason = `${members.length} ${members.length === 1 ? "alert" : "alerts"}: ${namesOf(members)}`;
  return tell({ ...channel, givingUp: members }, { at: now, kind: "given-up", reason }, opsChannel);
}

/** All of them are marked as given up. */
export function gaveUp(channel: Channel): Channel {
  const { givingUp: _, ...done } = channel;
  return done;
}

/** A test message takes a slot as any other; only what it says of the destination counts. */
export function afterTest(channel: Channel, outcome: SendOutcome, now: number, to: Destinations): Channel {
  if (outcome.kind === "delivered") return after(release(channel, now, to.opsChannel), SLOT_MS, now);
  const waitMs = outcome.kind === "throttled" ? outcome.restMs : SLOT_MS;
  const tested = channel.nextSlotAt > now + waitMs ? channel : after(channel, waitMs, now);
  return outcome.kind === "dead" ? park(tested, outcome.reason, now, to) : tested;
}

function namesOf(members: Member[]): string {
  const names = [...new Set(members.map(({ pk }) => pk.slice(pk.lastIndexOf("#") + 1)))];
  return names.length > NAMES_SHOWN
    ? `${names.slice(0, NAMES_SHOWN).join(", ")} and ${names.length - NAMES_SHOWN} more`
    : names.join(", ");
}

function later(channel: Channel, now: number): Channel {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** channel.failures, LONGEST_WAIT_MS);
  return { ...after(channel, waitMs, now), failures: channel.failures + 1 };
}

/** No message before so much time has passed. */
function after(channel: Channel, waitMs: number, now: number): Channel {
  return { ...channel, nextSlotAt: now + waitMs, waitMs };
}

/** A refused layout is our fault: plain text at once. Where even that is refused, nothing gets through. */
function refused(channel: Channel, kept: MessageRecord, reason: string, now: number, to: Destinations): Channel {
  if (kept.plain) return park({ ...channel, message: kept }, reason, now, to);
  const plain = { ...after(channel, 0, now), message: { ...kept, plain: true } };
  return tell(plain, { at: now, kind: "refused-layout", reason }, to.opsChannel);
}

/** What concerns the operators' own channel cannot be told there: the metric and the log have it. */
function tell(
  channel: Channel,
  change: { at: number; kind: "parked" | "refused-layout" | "given-up"; reason: string },
  opsChannel: string,
): Channel {
  return tellOperators(channel, channelPk(channel.name), change, channel.name === opsChannel ? undefined : opsChannel);
}
