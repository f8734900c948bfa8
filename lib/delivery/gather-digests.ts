import { lastDigestAt, nextDigestAt } from "../domain/channel/digest.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { isTooFarAhead } from "../domain/stored-times.ts";
import type { Clock } from "../ports.ts";
import { MAX_QUEUED_RECORDS } from "./channel-queues.ts";
import { createTeamQueue, type TeamQueue } from "./team-queue.ts";

export interface Gathering {
  /** Notifications from before this time are due in a channel's digest. */
  dueBefore(channel: string): number;
  /** Whether a notification of this time is due. A time too far in the future, written by a wrong clock, is due. */
  isDue(channel: string, since: number): boolean;
  /** Adds a record with notifications for a channel's digest. `since`: time of the oldest. Skipped if that is not due. */
  add(channel: string, pk: string, since: number): void;
  /** Whether anything was added for the channel's digest in this tick. */
  hasEnds(channel: string): boolean;
  /** Queues all that was gathered. Called at the end of the scan. */
  flush(): void;
}

/** A poll that began before the time of a digest has been saved by then, and is in the digest. */
export const DELAY_MS = 30_000;
/** If the scan takes longer, the digest goes out in parts. */
const MAX_GATHER_MS = 20_000;
const MINUTE_MS = 60_000;

/** Gathers due notifications while the open records are scanned, so that a channel's digest is one message. */
export function createGathering(
  { channelDigest }: Pick<TrackingRules, "channelDigest">,
  clock: Clock,
  send: (channel: string, pk: string, since: number) => void,
): Gathering {
  const startedAt = clock.now();
  const known = new Map<string, { minute: number; before: number }>();
  const gathered = new Map<string, TeamQueue>();
  const found = new Set<string>();

  /** Without a digest setting, everything is due. */
  const dueBefore = (channel: string) => {
    const times = channelDigest?.(channel);
    const now = clock.now() - DELAY_MS;
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
      found.add(channel);
      const times = channelDigest?.(channel);
      const items = gathered.get(channel) ?? createTeamQueue(MAX_QUEUED_RECORDS);
      gathered.set(channel, items);
      items.add(pk, times ? nextDigestAt(times, since) : since);
      if (clock.now() > startedAt + MAX_GATHER_MS) flush();
    },
    hasEnds: (channel) => found.has(channel),
    flush,
  };
}
