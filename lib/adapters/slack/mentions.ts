import type { OutgoingNotification } from "../../ports.ts";
import { endedAs } from "./job-facts.ts";

/** Whom a channel calls for what wants a person, as Slack writes it: `<@U024BE7LH>`. From the configuration alone. */
export type Mentions = Partial<Record<"failed" | "late" | "lost", string>>;

/** Roll-ups of a team that follow each other within this time are one flood, and call nobody twice. */
const FLOOD_MS = 60_000;
/** More calls are not remembered. */
const MOST_KEPT = 2_000;

/** Who is called in which message. Kept in memory: forgetting it costs one call too many. */
export function createMentions(now: () => number) {
  const calledAt = new Map<string, number>();
  const nameOf = (channel: string, { who, team }: Call) => `${channel} ${team} ${who}`;
  const calls = (channel: string, notifications: OutgoingNotification[], mentions: Mentions) => {
    const isNew = (call: Call) =>
      Math.abs(now() - (calledAt.get(nameOf(channel, call)) ?? Number.NEGATIVE_INFINITY)) > FLOOD_MS;
    const called = notifications.flatMap((notification) => mentionFor(notification, mentions));
    return [...new Set(called.filter((call) => notifications.length === 1 || isNew(call)).map(({ who }) => who))];
  };
  return {
    calls,
    /** What was not delivered called nobody. */
    delivered(channel: string, notifications: OutgoingNotification[], mentions: Mentions, called: string[]): void {
      if (calledAt.size > MOST_KEPT) calledAt.clear();
      const calls = notifications.flatMap((notification) => mentionFor(notification, mentions));
      for (const call of calls) if (called.includes(call.who)) calledAt.set(nameOf(channel, call), now());
    },
  };
}

/** Whom what a team is told calls: one team's flood takes no call away from another. */
interface Call {
  who: string;
  team: string;
}

function mentionFor(notification: OutgoingNotification, mentions: Mentions): Call[] {
  const kind = kindOf(notification);
  const who = kind && mentions[kind];
  return notification.kind !== "job" || who === undefined ? [] : [{ who, team: notification.job.team }];
}

function kindOf(notification: OutgoingNotification): keyof Mentions | undefined {
  if (notification.kind !== "job") return undefined;
  const { transition } = notification;
  if (endedAs(transition) === "failed") return "failed";
  if (transition.kind === "lost") return "lost";
  return transition.kind === "late" || transition.kind === "reminder" ? "late" : undefined;
}
