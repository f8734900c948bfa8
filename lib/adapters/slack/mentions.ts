import { type Mentions, transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";

/** Roll-ups within this time mention a person for new events only, and at most so often for a team. */
const FLOOD_MS = 60_000;
const MOST_PER_FLOOD = 3;
/** Above this number, all remembered mentions are dropped. */
const MOST_KEPT = 2_000;

/** Decides whom a message mentions: the person for its most urgent news. Kept in memory: losing it costs one mention too many. */
export function createMentions(now: () => number) {
  const mentionedAt = new Map<string, number[]>();
  const nameOf = (channel: string, { who, team }: Mention) => `${channel} ${team} ${who}`;
  const recentOf = (name: string) => (mentionedAt.get(name) ?? []).filter((at) => Math.abs(now() - at) <= FLOOD_MS);
  const isNew = (channel: string, mention: Mention) => {
    const recent = recentOf(nameOf(channel, mention));
    return recent.length < MOST_PER_FLOOD && recent.every((at) => mention.at > at);
  };
  return {
    /** Returns whom to mention, or undefined. */
    whomToMention(channel: string, notifications: OutgoingNotification[], mentions: Mentions): string | undefined {
      const all = notifications.flatMap((notification) => mentionsFor(notification, mentions));
      const due = notifications.length === 1 ? all : all.filter((mention) => isNew(channel, mention));
      return due.toSorted((one, other) => one.rank - other.rank)[0]?.who;
    },
    /** Must be called only after a delivery: an undelivered message mentioned nobody. */
    delivered(channel: string, notifications: OutgoingNotification[], mentions: Mentions, mentioned: string | undefined): void {
      if (mentionedAt.size > MOST_KEPT) mentionedAt.clear();
      const all = notifications.flatMap((notification) => mentionsFor(notification, mentions));
      const names = new Set(all.flatMap((mention) => (mention.who === mentioned ? [nameOf(channel, mention)] : [])));
      for (const name of names) mentionedAt.set(name, [...recentOf(name), now()]);
    },
  };
}

/** Counted per team, so that one team's flood never suppresses another team's mention. */
interface Mention {
  who: string;
  team: string;
  /** When it happened. */
  at: number;
  rank: number;
}

function mentionsFor(notification: OutgoingNotification, mentions: Mentions): Mention[] {
  if (notification.kind !== "job") return [];
  const { mention, rank } = transitionRow(notification.transition);
  const who = mention && mentions[mention];
  return who === undefined ? [] : [{ who, team: notification.job.team, at: notification.transition.at, rank }];
}
