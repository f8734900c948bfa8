import { awakeSince, isQuiet, type QuietHours } from "../domain/channel/quiet-hours.ts";
import { stillOpen } from "../domain/channel/still-open.ts";
import type { OpenEntry } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import { addToQueue, createQueues, hasWaiting, type Queues, queuedRecords } from "./channel-queues.ts";
import { sendAll } from "./channel-sender.ts";
import { createGathering } from "./gather-digests.ts";
import { createOpenJobs } from "./read-open-jobs.ts";
import { type DeliverySettings, type Deps, SUSPENDED, type Wait } from "./sender.ts";

export interface Delivery {
  /**
   * Queues the pending notifications of a record and starts the senders of its channels. Notifications that can wait are skipped during
   * quiet hours: the first tick afterwards finds them in the `open` index. Notifications of a digest are gathered first.
   */
  add(entry: OpenEntry): void;
  /** Must be called after every open record was added. Sends the digests that were gathered. */
  scanEnded(): void;
  /** Resolves when every sender has sent all it had, or must wait for a later sweep. */
  drain(): Promise<void>;
  waiting(): Waiting;
}

/** What is still to be delivered. */
export interface Waiting {
  /** Time of the oldest pending notification. */
  since?: number;
  /** The same, without those of suspended channels. */
  deliverableSince?: number;
  /** Number of suspended channels with pending notifications. */
  suspended: number;
  /** When the first sender may try again. */
  until?: number;
}

const RETRY_AFTER_ERROR_MS = 5_000;
const NO_WAIT: Wait = { until: 0 };

/** Delivers pending notifications with one sender per channel, so that a slow or dead channel does not delay the others. */
export function createDelivery(ports: Deps, settings: DeliverySettings): Delivery {
  const waiting = new Map<string, Queues>();
  const senders = new Map<string, Promise<void>>();
  const waits = new Map<string, Wait>();

  const run = async (channel: string, queues: Queues) => {
    try {
      waits.set(channel, (await sendAll(ports, settings, channel, queues)) ?? NO_WAIT);
    } catch (error) {
      waits.set(channel, { until: ports.clock.now() + RETRY_AFTER_ERROR_MS });
      ports.log.error("channel sender failed", { channel, ...errorFields(error) });
    }
  };
  const start = (channel: string, queues: Queues) => {
    const sender = run(channel, queues).then(() => {
      senders.delete(channel);
      if (teamsOf(queues).some((team) => mayStart(channel, team))) start(channel, queues);
    });
    senders.set(channel, sender);
  };
  const untilOf = (channel: string) => waits.get(channel)?.until ?? SUSPENDED;
  /** If only some teams must wait, a notification of another team starts the sender at once. */
  const mayStart = (channel: string, team: string) => {
    const { until, teams } = waits.get(channel) ?? NO_WAIT;
    return until === 0 || teams?.has(team) === false;
  };

  const digests = createGathering(settings, ports.clock, (channel, pk, since) => addTo(channel, pk, since, "digest"));
  const openJobs = createOpenJobs(ports);
  const sourceOf = (channel: string) => ({
    dueBefore: () => digests.dueBefore(channel),
    isDue: (since: number) => digests.isDue(channel, since),
    // Includes the teams that the channel is for, even if this digest has no notification of theirs.
    stillOpen: async (teams: ReadonlySet<string>) =>
      stillOpen(await openJobs(new Set([...teams, ...(settings.channelTeams?.(channel) ?? [])])), channel),
  });
  const addTo = (channel: string, pk: string, since: number, kind: "notifications" | "digest" = "notifications") => {
    const queues = waiting.get(channel) ?? createQueues(channel, sourceOf(channel));
    waiting.set(channel, queues);
    addToQueue(queues, kind, pk, since);
    if (senders.has(channel)) return;
    if (mayStart(channel, teamOfPk(pk)) || untilOf(channel) <= ports.clock.now()) start(channel, queues);
  };
  /** When the quiet hours of a channel ended. Delivery delays count from then on. */
  const quietEndedAt = new Map<string, number>();
  const sinceQuietEnded = (channel: string, quiet: QuietHours, since: number) => {
    const at = quietEndedAt.get(channel) ?? awakeSince(quiet, ports.clock.now());
    quietEndedAt.set(channel, at);
    return Math.max(since, at);
  };

  return {
    scanEnded: digests.flush,
    add({ pk, pending, canWait, digest }) {
      forEachChannel(pending, (channel, since) => addTo(channel, pk, since));
      forEachChannel(canWait, (channel, since) => {
        const quiet = settings.channelQuiet?.(channel);
        if (quiet === undefined) addTo(channel, pk, since);
        else if (!isQuiet(quiet, ports.clock.now())) addTo(channel, pk, sinceQuietEnded(channel, quiet, since));
      });
      forEachChannel(digest, (channel, since) => digests.add(channel, pk, since));
    },
    async drain() {
      digests.flush();
      while (senders.size > 0) await Promise.all(senders.values());
    },
    waiting() {
      const pending = [...waiting].filter(([, queues]) => hasWaiting(queues));
      const [suspended, open] = split(pending, ([channel]) => waits.get(channel)?.until === SUSPENDED);
      const since = oldest(pending);
      const deliverableSince = oldest(open);
      return {
        suspended: suspended.length,
        ...(since !== undefined && { since }),
        ...(deliverableSince !== undefined && { deliverableSince }),
        ...(pending.length > 0 && { until: Math.min(...pending.map(([channel]) => untilOf(channel))) }),
      };
    },
  };
}

function forEachChannel(work: OpenEntry["pending"], visit: (channel: string, since: number) => void): void {
  for (const channel of work?.channels ?? []) visit(channel, work?.since ?? 0);
}

function teamsOf({ notifications, digest }: Queues): string[] {
  return [...notifications.pks.teams(), ...digest.pks.teams()];
}

function oldest(channels: [string, Queues][]): number | undefined {
  const moments = channels.flatMap(([, queues]) => [...queuedRecords(queues).values()]);
  return moments.length === 0 ? undefined : moments.reduce((one, other) => Math.min(one, other));
}

function split<Item>(items: Item[], test: (item: Item) => boolean): [yes: Item[], no: Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
