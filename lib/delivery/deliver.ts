import { awakeSince, isQuiet, type QuietHours } from "../domain/channel/quiet-hours.ts";
import { stillOpen } from "../domain/channel/still-open.ts";
import type { OpenEntry } from "../domain/stored-record.ts";
import { teamOfPk } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import { addToQueue, createQueues, hasWaiting, type Queues, waitingItems } from "./channel-queues.ts";
import { type DeliverySettings, type Deps, SUSPENDED, sendAll, type Wait } from "./channel-sender.ts";
import { createGathering } from "./gather-digests.ts";
import { createOpenJobs } from "./read-open-jobs.ts";

export interface Delivery {
  /**
   * An item has something to tell. The senders of its channels start at once unless they are at work. What can wait is
   * passed over while its channel is quiet: it stays among the open items, and the first tick after that finds it. What is
   * due in a digest is gathered first.
   */
  add(entry: OpenEntry): void;
  /** Every open item was added: what was gathered for digests goes out. */
  scanned(): void;
  /** Resolves when every sender has told all it had, or must wait for a later pass. */
  drain(): Promise<void>;
  waiting(): Waiting;
}

/** What is still to be told. */
export interface Waiting {
  /** The oldest of it. */
  since?: number;
  /** The oldest of it that no parked channel keeps. */
  deliverableSince?: number;
  /** Channels that are parked and keep something. */
  suspended: number;
  /** The first moment at which trying again makes sense. */
  until?: number;
}

const AFTER_ERROR_MS = 5_000;
const NO_WAIT: Wait = { until: 0 };

/** Sends what is to be told, one sender a channel, so that a slow or dead channel delays no other one. */
export function createDelivery(ports: Deps, settings: DeliverySettings): Delivery {
  const waiting = new Map<string, Queues>();
  const senders = new Map<string, Promise<void>>();
  const waits = new Map<string, Wait>();

  const run = async (channel: string, queues: Queues) => {
    try {
      waits.set(channel, (await sendAll(ports, settings, channel, queues)) ?? NO_WAIT);
    } catch (error) {
      waits.set(channel, { until: ports.clock.now() + AFTER_ERROR_MS });
      ports.log.error("a channel's sender stopped", { channel, ...errorFields(error) });
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
  /** Where only some teams must wait, what comes from another one starts the sender at once. */
  const mayStart = (channel: string, team: string) => {
    const { until, teams } = waits.get(channel) ?? NO_WAIT;
    return until === 0 || teams?.has(team) === false;
  };

  const digests = createGathering(settings, ports.clock, (channel, pk, since) => addTo(channel, pk, since, "digest"));
  const openJobs = createOpenJobs(ports);
  const sourceOf = (channel: string) => ({
    before: () => digests.dueBefore(channel),
    isDue: (since: number) => digests.isDue(channel, since),
    // Also of the teams that the channel is for, though nothing of theirs is in this digest.
    stillOpen: async (teams: ReadonlySet<string>) =>
      stillOpen(await openJobs(new Set([...teams, ...(settings.channelTeams?.(channel) ?? [])])), channel),
  });
  const addTo = (channel: string, pk: string, since: number, sort: "notifications" | "digest" = "notifications") => {
    const queues = waiting.get(channel) ?? createQueues(channel, sourceOf(channel));
    waiting.set(channel, queues);
    addToQueue(queues, sort, pk, since);
    if (senders.has(channel)) return;
    if (mayStart(channel, teamOfPk(pk)) || untilOf(channel) <= ports.clock.now()) start(channel, queues);
  };
  /** What was held waits, for all that watch over deliveries, since it may be told. */
  const awake = new Map<string, number>();
  const sinceAwake = (channel: string, quiet: QuietHours, since: number) => {
    const at = awake.get(channel) ?? awakeSince(quiet, ports.clock.now());
    awake.set(channel, at);
    return Math.max(since, at);
  };

  return {
    scanned: digests.flush,
    add({ pk, pending, canWait, digest }) {
      forEachChannel(pending, (channel, since) => addTo(channel, pk, since));
      forEachChannel(canWait, (channel, since) => {
        const quiet = settings.channelQuiet?.(channel);
        if (quiet === undefined) addTo(channel, pk, since);
        else if (!isQuiet(quiet, ports.clock.now())) addTo(channel, pk, sinceAwake(channel, quiet, since));
      });
      forEachChannel(digest, (channel, since) => digests.add(channel, pk, since));
    },
    async drain() {
      digests.flush();
      while (senders.size > 0) await Promise.all(senders.values());
    },
    waiting() {
      const kept = [...waiting].filter(([, queues]) => hasWaiting(queues));
      const [suspended, open] = split(kept, ([channel]) => waits.get(channel)?.until === SUSPENDED);
      const since = oldest(kept);
      const deliverableSince = oldest(open);
      return {
        suspended: suspended.length,
        ...(since !== undefined && { since }),
        ...(deliverableSince !== undefined && { deliverableSince }),
        ...(kept.length > 0 && { until: Math.min(...kept.map(([channel]) => untilOf(channel))) }),
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
  const moments = channels.flatMap(([, queues]) => [...waitingItems(queues).values()]);
  return moments.length === 0 ? undefined : moments.reduce((one, other) => Math.min(one, other));
}

function split<Item>(items: Item[], test: (item: Item) => boolean): [yes: Item[], no: Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
