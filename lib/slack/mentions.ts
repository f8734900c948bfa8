import type { Telling } from "../ports.ts";
import { endedAs } from "./job-facts.ts";

/** Whom a channel calls for what wants a person, as Slack writes it: `<@U024BE7LH>`. From the configuration alone. */
export type Mentions = Partial<Record<"failed" | "late" | "lost", string>>;

/** Roll-ups that follow each other within this time are one flood, and call nobody twice. */
const FLOOD_MS = 60_000;

/** Who is called in which message. Kept in memory: forgetting it costs one call too many. */
export function createMentions(now: () => number) {
  const calledAt = new Map<string, number>();
  const calls = (channel: string, tellings: Telling[], mentions: Mentions) => {
    const called = new Set(tellings.flatMap((telling) => mentionFor(telling, mentions)));
    const isNew = (who: string) => Math.abs(now() - (calledAt.get(`${channel} ${who}`) ?? Number.NEGATIVE_INFINITY)) > FLOOD_MS;
    return [...called].filter((who) => tellings.length === 1 || isNew(who));
  };
  return {
    calls,
    /** What was not delivered called nobody. */
    delivered(channel: string, called: string[]): void {
      for (const who of called) calledAt.set(`${channel} ${who}`, now());
    },
  };
}

function mentionFor(telling: Telling, mentions: Mentions): string[] {
  const kind = kindOf(telling);
  const mention = kind && mentions[kind];
  return mention === undefined ? [] : [mention];
}

function kindOf(telling: Telling): keyof Mentions | undefined {
  if (telling.kind !== "job") return undefined;
  const { transition } = telling;
  if (endedAs(transition) === "failed") return "failed";
  if (transition.kind === "lost") return "lost";
  return transition.kind === "late" || transition.kind === "reminder" ? "late" : undefined;
}
