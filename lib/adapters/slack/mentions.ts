import { type Mentions, transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";

/** Roll-ups for a team within this time count as one flood and mention a person once. */
const FLOOD_MS = 60_000;
/** Above this number, all remembered mentions are dropped. */
const MOST_KEPT = 2_000;

/** Decides whom a message mentions. Kept in memory: losing it costs one mention too many. */
export function createMentions(now: () => number) {
  const mentionedAt = new Map<string, number>();
  const nameOf = (channel: string, { who, team }: Mention) => `${channel} ${team} ${who}`;
  const whomToMention = (channel: string, notifications: OutgoingNotification[], mentions: Mentions) => {
    const isNew = (mention: Mention) =>
      Math.abs(now() - (mentionedAt.get(nameOf(channel, mention)) ?? Number.NEGATIVE_INFINITY)) > FLOOD_MS;
    const all = notifications.flatMap((notification) => mentionsFor(notification, mentions));
    return [...new Set(all.filter((mention) => notifications.length === 1 || isNew(mention)).map(({ who }) => who))];
  };
  return {
    whomToMention,
    /** Must be called only after a delivery: an undelivered message mentioned nobody. */
    delivered(channel: string, notifications: OutgoingNotification[], mentions: Mentions, mentioned: string[]): void {
      if (mentionedAt.size > MOST_KEPT) mentionedAt.clear();
      const all = notifications.flatMap((notification) => mentionsFor(notification, mentions));
      for (const mention of all) if (mentioned.includes(mention.who)) mentionedAt.set(nameOf(channel, mention), now());
    },
  };
}

/** Counted per team, so that one team's flood never suppresses another team's mention. */
interface Mention {
  who: string;
  team: string;
}

function mentionsFor(notification: OutgoingNotification, mentions: Mentions): Mention[] {
  if (notification.kind !== "job") return [];
  const { mention } = transitionRow(notification.transition);
  const who = mention && mentions[mention];
  return who === undefined ? [] : [{ who, team: notification.job.team }];
}
