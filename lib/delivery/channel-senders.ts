import { teamOfPk } from "../domain/table-keys.ts";
import { errorFields } from "../shared/error-fields.ts";
import { addToQueue, createQueues, type DigestSource, hasWaiting, type Queues, queuedRecords } from "./channel-queues.ts";
import { sendAll } from "./channel-sender.ts";
import { type DeliverySettings, type Deps, SUSPENDED, type Wait } from "./sender.ts";

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

/** One sender per channel, so that a slow or dead channel does not delay the others. */
export class ChannelSenders {
  readonly #ports: Deps;
  readonly #settings: DeliverySettings;
  readonly #digestOf: (channel: string) => DigestSource;
  readonly #queues = new Map<string, Queues>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waits = new Map<string, Wait>();

  constructor(ports: Deps, settings: DeliverySettings, digestOf: (channel: string) => DigestSource) {
    this.#ports = ports;
    this.#settings = settings;
    this.#digestOf = digestOf;
  }

  /** Queues a record for a channel, and starts the channel's sender if it may send. */
  add(channel: string, kind: "notifications" | "digest", pk: string, since: number): void {
    const queues = this.#queuesOf(channel);
    addToQueue(queues, kind, pk, since);
    if (this.#running.has(channel)) return;
    const isOver = this.#untilOf(channel) <= this.#ports.clock.now();
    if (isOver || this.#mayStart(channel, teamOfPk(pk))) this.#start(channel, queues);
  }

  /** Remembers that the operators get news of a record too if the channel is suspended. Must be called before `add`. */
  mayCopy(channel: string, pk: string): void {
    this.#queuesOf(channel).toCopy.add(pk);
  }

  /** Lets the senders of suspended channels copy what was found since they started. */
  copyRest(): void {
    for (const [channel, queues] of this.#queues) {
      const isSuspended = this.#waits.get(channel)?.until === SUSPENDED && !this.#running.has(channel);
      if (isSuspended && queues.toCopy.size > 0) this.#start(channel, queues);
    }
  }

  /** Resolves when no sender is running. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  waiting(): Waiting {
    const pending = [...this.#queues].filter(([, queues]) => hasWaiting(queues));
    const isSuspended = ([channel]: [string, Queues]) => this.#waits.get(channel)?.until === SUSPENDED;
    const since = oldest(pending);
    const deliverableSince = oldest(pending.filter((channel) => !isSuspended(channel)));
    return {
      suspended: pending.filter(isSuspended).length,
      ...(since !== undefined && { since }),
      ...(deliverableSince !== undefined && { deliverableSince }),
      ...(pending.length > 0 && { until: Math.min(...pending.map(([channel]) => this.#untilOf(channel))) }),
    };
  }

  #queuesOf(channel: string): Queues {
    const queues = this.#queues.get(channel) ?? createQueues(channel, this.#digestOf(channel));
    this.#queues.set(channel, queues);
    return queues;
  }

  #start(channel: string, queues: Queues): void {
    const sender = this.#run(channel, queues).then(() => {
      this.#running.delete(channel);
      if (teamsOf(queues).some((team) => this.#mayStart(channel, team))) this.#start(channel, queues);
    });
    this.#running.set(channel, sender);
  }

  async #run(channel: string, queues: Queues): Promise<void> {
    const { clock, log } = this.#ports;
    try {
      this.#waits.set(channel, (await sendAll(this.#ports, this.#settings, channel, queues)) ?? NO_WAIT);
    } catch (error) {
      this.#waits.set(channel, { until: clock.now() + RETRY_AFTER_ERROR_MS });
      log.error("channel sender failed", { channel, ...errorFields(error) });
    }
  }

  #untilOf(channel: string): number {
    return this.#waits.get(channel)?.until ?? SUSPENDED;
  }

  /** If only some teams must wait, a notification of another team starts the sender at once. */
  #mayStart(channel: string, team: string): boolean {
    const { until, teams } = this.#waits.get(channel) ?? NO_WAIT;
    return until === 0 || teams?.has(team) === false;
  }
}

function teamsOf({ notifications, digest }: Queues): string[] {
  return [...notifications.pks.teams(), ...digest.pks.teams()];
}

function oldest(channels: [string, Queues][]): number | undefined {
  const moments = channels.flatMap(([, queues]) => [...queuedRecords(queues).values()]);
  return moments.length === 0 ? undefined : moments.reduce((one, other) => Math.min(one, other));
}
