import { teamOfPk } from "../table-keys.ts";
import type { MessageRecord } from "./message-record.ts";

// A destination can refuse a message for what stands in it. Such a message is held and tried again on its own, while the channel goes on
// with the other teams, and with the other jobs of its team.

/** A message that waits for its next try beside the channel's other messages. It is of one team. */
export interface HeldMessage extends Omit<MessageRecord, "leaseUntil" | "deliveredAt" | "held"> {
  /** When it was refused first, and last. */
  since: number;
  heldAt: number;
  retryAt: number;
  /** 0: split from a message that was refused, and not tried on its own yet. */
  failures: number;
}

/** What the held messages of a channel keep back. */
export interface Holds {
  /** The first of them that may be tried now. */
  due?: HeldMessage;
  /** Teams with held messages. */
  teams: ReadonlySet<string>;
  /** The next moment at which one may be tried, or its team may send something else. */
  until: number;
  /** The notifications of an item may be sent: its team does not wait, and nothing of the item is held. */
  maySend(pk: string): boolean;
}

const FIRST_WAIT_MS = 5_000;
export const LONGEST_WAIT_MS = 30 * 60_000;
/** Bounds the channel's record: a team with so many, or with one where the channel has so many, starts no other message. */
const MOST_OF_TEAM = 10;
const MOST_OF_CHANNEL = 100;

/** Waits after failures in a row: 5 s, twice as long each time, 30 minutes at most. */
export function backOffMs(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
}

/** The message as one that waits for its next try. */
export function hold(message: MessageRecord, now: number): HeldMessage {
  const {
    leaseUntil: _,
    deliveredAt: _deliveredAt,
    held: { since, failures } = { since: now, failures: 0 },
    ...kept
  } = message;
  return { ...kept, since, heldAt: now, retryAt: now + backOffMs(failures), failures: failures + 1 };
}

/** The held message as the channel's next one. */
export function unhold({ since, failures, heldAt: _, retryAt: _retry, ...message }: HeldMessage): MessageRecord {
  return { ...message, leaseUntil: 0, held: { since, failures } };
}

export function holdsOf(held: readonly HeldMessage[], now: number): Holds {
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

/** A team whose messages are refused one after another sends new ones at growing waits. */
function teamWaitsUntil(own: readonly HeldMessage[], all: number): number {
  if (own.length >= MOST_OF_TEAM || all >= MOST_OF_CHANNEL || own.some(({ failures }) => failures === 0))
    return Number.POSITIVE_INFINITY;
  return Math.max(...own.map(({ heldAt }) => heldAt)) + backOffMs(own.length - 1);
}

function teamOfMessage({ notifications }: HeldMessage): string {
  return teamOfPk(notifications[0]?.pk ?? "");
}
