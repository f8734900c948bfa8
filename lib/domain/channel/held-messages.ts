import { teamOfPk } from "../table-keys.ts";
import { growingWait, LONGEST_SEND_WAIT_MS } from "../waits.ts";
import type { MessageRecord } from "./message-record.ts";

// A destination can refuse or reject a message (after-send.ts). Such a message is held and retried on its own, while the channel
// continues with the other teams, and with the other jobs of its team.

/** A message that waits for its next attempt while the channel sends others. All its notifications are of one team. */
export interface HeldMessage extends Omit<MessageRecord, "leaseUntil" | "deliveredAt" | "receipt" | "held"> {
  /** When it was first held, and last. */
  since: number;
  heldAt: number;
  retryAt: number;
  /** 0: split from another message, and not sent on its own yet. */
  failures: number;
}

/** How the held messages of a channel limit what it may send. */
export interface HeldLimits {
  /** The first held message that may be retried now. */
  due?: HeldMessage;
  /** Teams with held messages. */
  teams: ReadonlySet<string>;
  /** The next time at which one may be retried, or its team may send something else. */
  until: number;
  /** Returns true if the notifications of an item may be sent: its team does not wait, and nothing of the item is held. */
  maySend(pk: string): boolean;
}

/** Limits the size of the channel's record. At these counts a team, or any team with a held message, starts no other message. */
const MAX_PER_TEAM = 10;
const MAX_PER_CHANNEL = 100;

/** The wait before the next send after consecutive failures. */
export function backOffMs(failures: number): number {
  return growingWait(failures, LONGEST_SEND_WAIT_MS);
}

/** Turns a message into a held one. */
export function hold(message: MessageRecord, now: number): HeldMessage {
  const {
    leaseUntil: _,
    deliveredAt: _deliveredAt,
    receipt: _receipt,
    held: { since, failures } = { since: now, failures: 0 },
    ...kept
  } = message;
  return { ...kept, since, heldAt: now, retryAt: now + backOffMs(failures), failures: failures + 1 };
}

/** Turns a held message back into the channel's next one. */
export function unhold({ since, failures, heldAt: _, retryAt: _retry, ...message }: HeldMessage): MessageRecord {
  return { ...message, leaseUntil: 0, held: { since, failures } };
}

export function heldLimits(held: readonly HeldMessage[], now: number): HeldLimits {
  const byTeam = Map.groupBy(held, teamOfMessage);
  const pks = new Set(held.flatMap(({ notifications }) => notifications.map(({ pk }) => pk)));
  const waits = new Map([...byTeam].map(([team, own]) => [team, teamWaitsUntil(own, held.length)]));
  const due = held.find(({ retryAt }) => retryAt <= now);
  const moments = [...held.map(({ retryAt }) => retryAt), ...waits.values()].filter((at) => at > now);
  return {
    ...(due && { due }),
    teams: new Set(byTeam.keys()),
    until: Math.min(...moments),
    maySend: (pk) => !pks.has(pk) && (waits.get(teamOfPk(pk)) ?? 0) <= now,
  };
}

/** A team whose messages are held one after another sends new ones at growing waits. */
function teamWaitsUntil(own: readonly HeldMessage[], all: number): number {
  if (own.length >= MAX_PER_TEAM || all >= MAX_PER_CHANNEL || own.some(({ failures }) => failures === 0))
    return Number.POSITIVE_INFINITY;
  return Math.max(...own.map(({ heldAt }) => heldAt)) + backOffMs(own.length - 1);
}

function teamOfMessage({ notifications }: HeldMessage): string {
  return teamOfPk(notifications[0]?.pk ?? "");
}
