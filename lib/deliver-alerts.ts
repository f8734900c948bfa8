import { type DeliverySettings, type Needs, PARKED, type Pending, sendAll } from "./delivery/channel-sender.ts";
import { faultOf } from "./fault.ts";
import { awakeSince, isQuiet, type QuietHours } from "./job/quiet-hours.ts";
import type { OpenEntry } from "./job/subject.ts";

export interface Delivery {
  /**
   * An item has something to tell. The senders of its channels start at once unless they are at work. What can wait is
   * passed over while its channel is quiet: it stays among the open items, and the first tick after that finds it.
   */
  add(entry: OpenEntry): void;
  /** Resolves when every sender has told all it had, or must wait for a later pass. */
  settle(): Promise<void>;
  waiting(): Waiting;
}

/** What is still to be told. */
export interface Waiting {
  /** The oldest of it. */
  since?: number;
  /** The oldest of it that no parked channel keeps. */
  deliverableSince?: number;
  /** Channels that are parked and keep something. */
  parked: number;
  /** The first moment at which trying again makes sense. */
  until?: number;
}

/** Items kept in mind for one channel; the rest are found again by the next scan. */
const MOST_WAITING = 2_000;
const AFTER_FAULT_MS = 5_000;

/** Sends what is to be told, one sender a channel, so that a slow or dead channel delays no other one. */
export function createDelivery(ports: Needs, settings: DeliverySettings): Delivery {
  const waiting = new Map<string, Map<string, number>>();
  const senders = new Map<string, Promise<void>>();
  const retryAt = new Map<string, number>();

  const run = async (channel: string, pks: Pending) => {
    try {
      const until = await sendAll(ports, settings, channel, pks);
      retryAt.set(channel, until ?? 0);
    } catch (error) {
      retryAt.set(channel, ports.clock.now() + AFTER_FAULT_MS);
      ports.log.error("a channel's sender stopped", { channel, ...faultOf(error) });
    }
  };
  const start = (channel: string, pks: Pending) => {
    const sender = run(channel, pks).then(() => {
      senders.delete(channel);
      if (pks.size > 0 && retryAt.get(channel) === 0) start(channel, pks);
    });
    senders.set(channel, sender);
  };

  const addTo = (channel: string, pk: string, since: number) => {
    const pks = waiting.get(channel) ?? new Map<string, number>();
    waiting.set(channel, pks);
    if (pks.size < MOST_WAITING) pks.set(pk, since);
    if (!senders.has(channel) && (retryAt.get(channel) ?? 0) <= ports.clock.now()) start(channel, pks);
  };
  /** What was held waits, for all that watch over deliveries, since it may be told. */
  const awake = new Map<string, number>();
  const sinceAwake = (channel: string, quiet: QuietHours, since: number) => {
    const at = awake.get(channel) ?? awakeSince(quiet, ports.clock.now());
    awake.set(channel, at);
    return Math.max(since, at);
  };

  return {
    add({ pk, pending, canWait }) {
      for (const channel of pending?.channels ?? []) addTo(channel, pk, pending?.since ?? 0);
      for (const channel of canWait?.channels ?? []) {
        const quiet = settings.channelQuiet?.(channel);
        const since = canWait?.since ?? 0;
        if (quiet === undefined) addTo(channel, pk, since);
        else if (!isQuiet(quiet, ports.clock.now())) addTo(channel, pk, sinceAwake(channel, quiet, since));
      }
    },
    async settle() {
      while (senders.size > 0) await Promise.all(senders.values());
    },
    waiting() {
      const kept = [...waiting].filter(([, pks]) => pks.size > 0);
      const [parked, open] = split(kept, ([channel]) => retryAt.get(channel) === PARKED);
      const since = oldest(kept);
      const deliverableSince = oldest(open);
      return {
        parked: parked.length,
        ...(since !== undefined && { since }),
        ...(deliverableSince !== undefined && { deliverableSince }),
        ...(kept.length > 0 && { until: Math.min(...kept.map(([channel]) => retryAt.get(channel) ?? PARKED)) }),
      };
    },
  };
}

function oldest(channels: [string, Pending][]): number | undefined {
  const moments = channels.flatMap(([, pks]) => [...pks.values()]);
  return moments.length === 0 ? undefined : moments.reduce((one, other) => Math.min(one, other));
}

function split<Item>(items: Item[], test: (item: Item) => boolean): [yes: Item[], no: Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
