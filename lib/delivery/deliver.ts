import { awakeSince, isQuiet, type QuietHours } from "../domain/channel/quiet-hours.ts";
import { stillOpen } from "../domain/channel/still-open.ts";
import type { OpenEntry } from "../domain/stored-record.ts";
import { ChannelSenders, type Waiting } from "./channel-senders.ts";
import { createGathering } from "./gather-digests.ts";
import { createDigestPlans, type DigestPlans } from "./plan-digests.ts";
import { createOpenJobs } from "./read-open-jobs.ts";
import type { DeliverySettings, Deps } from "./sender.ts";

export interface Delivery {
  /**
   * Queues the pending notifications of a record and starts the senders of its channels. Notifications that can wait are skipped during
   * quiet hours: the first tick afterwards finds them in the `open` index. Notifications of a digest are gathered first.
   */
  add(entry: OpenEntry): void;
  /** Begins a scan: plans the digests that became due after `plannedUntil`. */
  scanBegins(startedAt: number, plannedUntil: number | undefined): DigestPlans;
  /** Must be called after every open record was added. Sends the digests that were gathered. */
  scanEnded(): void;
  /** Resolves when every sender has sent all it had, or must wait for a later sweep. */
  drain(): Promise<void>;
  waiting(): Waiting;
}

/** Delivers pending notifications, each channel by a sender of its own. */
export function createDelivery(ports: Deps, settings: DeliverySettings): Delivery {
  const { clock } = ports;
  const digests = createGathering(settings, clock, (channel, pk, since) => senders.add(channel, "digest", pk, since));
  const openJobs = createOpenJobs(ports);
  const senders = new ChannelSenders(ports, settings, (channel) => ({
    dueBefore: () => digests.dueBefore(channel),
    isDue: (since: number) => digests.isDue(channel, since),
    // Includes the teams that the channel is for, even if this digest has no notification of theirs.
    stillOpen: async (teams: ReadonlySet<string>) =>
      stillOpen(await openJobs(new Set([...teams, ...(settings.channelTeams?.(channel) ?? [])])), channel),
  }));
  const addNow = (channel: string, pk: string, since: number) => senders.add(channel, "notifications", pk, since);
  /** When the quiet hours of a channel ended. Delivery delays count from then on. */
  const quietEndedAt = new Map<string, number>();
  const sinceQuietEnded = (channel: string, quiet: QuietHours, since: number) => {
    const at = quietEndedAt.get(channel) ?? awakeSince(quiet, clock.now());
    quietEndedAt.set(channel, at);
    return Math.max(since, at);
  };

  return {
    scanBegins: (startedAt, plannedUntil) => createDigestPlans(ports, settings, digests, startedAt, plannedUntil),
    scanEnded() {
      digests.flush();
      senders.copyRest();
    },
    add({ pk, pending, canWait, digest, toCopy = [] }) {
      for (const channel of toCopy) senders.mayCopy(channel, pk);
      forEachChannel(pending, (channel, since) => addNow(channel, pk, since));
      forEachChannel(canWait, (channel, since) => {
        const quiet = settings.channelQuiet?.(channel);
        if (quiet === undefined) addNow(channel, pk, since);
        else if (!isQuiet(quiet, clock.now())) addNow(channel, pk, sinceQuietEnded(channel, quiet, since));
      });
      forEachChannel(digest, (channel, since) => digests.add(channel, pk, since));
    },
    async drain() {
      digests.flush();
      await senders.drain();
    },
    waiting: () => senders.waiting(),
  };
}

function forEachChannel(work: OpenEntry["pending"], visit: (channel: string, since: number) => void): void {
  for (const channel of work?.channels ?? []) visit(channel, work?.since ?? 0);
}
