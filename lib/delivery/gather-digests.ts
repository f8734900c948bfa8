import { lastDigestAt, nextDigestAt } from "../domain/channel/digest.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { isTooFarAhead } from "../domain/stored-times.ts";
import type { Clock } from "../ports.ts";
import { MOST_WAITING } from "./channel-queues.ts";
import { createTeamQueue, type TeamQueue } from "./team-queue.ts";

export interface Gathering {
  /** What was caused before this moment is due in a channel's digest. */
  dueBefore(channel: string): number;
  /** Whether what was caused then is due. A time that a clock running ahead wrote is. */
  isDue(channel: string, since: number): boolean;
  /** An item has something for a channel's digest, the oldest of it since then. What is not due is passed over. */
  add(channel: string, pk: string, since: number): void;
  /** The scan is through: all that was gathered goes out. */
  flush(): void;
}

/** What a look that was begun before a digest's moment finds out has been saved by then, and is in the digest. */
const AFTER_MS = 30_000;
/** A scan that takes longer holds no digest back: it goes out in parts. */
const LONGEST_MS = 20_000;
const MINUTE_MS = 60_000;

/** Gathers what is due in digests while the open items are scanned, so that a channel's digest is one message. */
export function createGathering(
  { channelDigest }: Pick<TrackingRules, "channelDigest">,
  clock: Clock,
  send: (channel: string, pk: string, since: number) => void,
): Gathering {
  const startedAt = clock.now();
  const known = new Map<string, { minute: number; before: number }>();
  const gathered = new Map<string, TeamQueue>();

  /** Where the setting was taken away nothing is held. */
  const dueBefore = (channel: string) => {
    const times = channelDigest?.(channel);
    const now = clock.now() - AFTER_MS;
    if (times === undefined) return clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    const last = known.get(channel);
    if (last?.minute === minute) return last.before;
    const before = lastDigestAt(times, now);
    known.set(channel, { minute, before });
    return before;
  };

  const isDue = (channel: string, since: number) => since < dueBefore(channel) || isTooFarAhead(since, clock.now());

  const flush = () => {
    const all = [...gathered];
    gathered.clear();
    for (const [channel, items] of all) for (const [pk, since] of items.entries()) send(channel, pk, since);
  };

  return {
    dueBefore,
    isDue,
    add(channel, pk, since) {
      if (!isDue(channel, since)) return;
      const times = channelDigest?.(channel);
      const items = gathered.get(channel) ?? createTeamQueue(MOST_WAITING);
      gathered.set(channel, items);
      items.add(pk, times ? nextDigestAt(times, since) : since);
      if (clock.now() > startedAt + LONGEST_MS) flush();
    },
    flush,
  };
}
