import {
  afterSend,
  type Channel,
  type Claim,
  claim,
  clearMessage,
  type Destinations,
  expireSuspended,
  KEEP_SUSPENDED_MS,
  type MessageRecord,
  type NotificationRef,
  nextStep,
  releaseMessage,
  resume,
  takeHeld,
  withoutExpired,
  withoutHeld,
} from "../domain/channel/channel.ts";
import { type HeldMessage, heldLimits } from "../domain/channel/held-messages.ts";
import type { NotificationState } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { OutgoingNotification, Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import {
  digestNote,
  endTurn,
  hasWaiting,
  nextRecords,
  type Queue,
  type Queues,
  queuedRecords,
  removeIfDone,
} from "./channel-queues.ts";
import { readChannel, saveChannel } from "./channel-record.ts";
import { confirmDelivery } from "./confirm-delivery.ts";
import { logSend } from "./log-send.ts";
import {
  inTurnsByTeam,
  MAX_NOTIFICATIONS,
  type PendingNotification,
  readNotifications,
  readPending,
} from "./pending-notifications.ts";

export interface DeliverySettings
  extends Pick<TrackingRules, "opsChannel" | "channelQuiet" | "channelDigest" | "channelTeams"> {
  /** No send starts later: 5 s for Slack and 4 s for the confirmation must be left. */
  lastSendAt: number;
  /** When the platform ends the invocation. */
  endsAt: number;
  /** No other poller takes over a message earlier. Later than this invocation can end. */
  leaseUntil: number;
}

export type Deps = Pick<Ports, "table" | "destinations" | "clock" | "log" | "metrics">;
type Claimed = Channel & { message: MessageRecord };

/** A sender waits this long for its next send. Longer waits are left to a later sweep. */
const MAX_WAIT_MS = 1_500;
const SAVE_RETRY_MS = 1_000;
/** After this many lost claims in a row, another sender is at work. */
const MAX_LOST_CLAIMS = 5;
const RETRY_MS = 5_000;

/** When to try again. If `teams` is set, only these teams must wait. */
export interface Wait {
  until: number;
  teams?: ReadonlySet<string>;
}

/** The wait of a suspended channel: it ends only when somebody resumes the channel. */
export const SUSPENDED = Number.POSITIVE_INFINITY;

/**
 * Sends all pending notifications of one channel, message by message:
 * 1. Claim the next send, with the message written into the channel record. 2. Send it. 3. Record the result there. 4. Confirm on the jobs.
 * Returns when to try again, or undefined if nothing is left.
 */
export async function sendAll(
  ports: Deps,
  settings: DeliverySettings,
  name: string,
  queues: Queues,
): Promise<Wait | undefined> {
  const sender = createSender(ports, settings, name, queues);
  while (hasWaiting(queues)) {
    const wait = await sender.advance();
    if (wait !== undefined) return typeof wait === "number" ? { until: wait } : wait;
  }
  return undefined;
}

function createSender(ports: Deps, settings: DeliverySettings, name: string, queues: Queues) {
  const { table, destinations, clock, log, metrics } = ports;
  /** Id of the last message that was delivered and confirmed. */
  let confirmedId: string | undefined;
  let claimsLost = 0;
  /** Whether the last message was a held one. Held and new messages take turns. */
  let wasHeld = false;
  /** Delivered notifications whose confirmation failed. Undefined until those of an earlier sender have been retried. */
  let unconfirmed: NotificationRef[] | undefined;

  return { advance };

  /** Makes one step. Returns a time if the channel has to wait longer than MAX_WAIT_MS. */
  async function advance(): Promise<number | Wait | undefined> {
    const stored = await readChannel(ports, name);
    // A confirmed message is finished. Only its minimum send interval still counts.
    const channel =
      stored.message?.deliveredAt !== undefined && stored.message.id === confirmedId ? clearMessage(stored) : stored;
    const now = clock.now();
    unconfirmed ??= await confirm(channel.unconfirmed ?? [], "delivered", now);
    const step = nextStep(channel, now, destinations.address(name));
    switch (step.do) {
      case "leave":
        return await waitSuspended(channel, now);
      case "wait":
        return await waitUntil(step.until);
      case "resume":
        log.info("suspended channel has a new address", { channel: name });
        await saveChannel(ports, name, (suspended) =>
          suspended.suspended ? resume(suspended, now, settings.opsChannel) : suspended,
        );
        return undefined;
      case "expire":
        return await finishExpiring(channel, step.notifications, now);
      case "confirm":
        return await confirmDelivered(step.message, step.message.deliveredAt ?? now);
      case "send":
        return await sendNext(channel);
      default:
        return step satisfies never;
    }
  }

  async function waitUntil(until: number): Promise<number | undefined> {
    const waitMs = until - clock.now();
    if (waitMs > MAX_WAIT_MS) return until;
    await clock.sleep(waitMs);
    return undefined;
  }

  /** Expires the notifications of a suspended channel that are older than KEEP_SUSPENDED_MS. */
  async function waitSuspended(channel: Channel, now: number): Promise<number | undefined> {
    const reason = channel.suspended?.reason;
    const tooOld = now - KEEP_SUSPENDED_MS;
    const old = [...queuedRecords(queues)].flatMap(([pk, since]) => (since <= tooOld ? [pk] : []));
    const notifications = (channel.suspended?.since ?? now) <= tooOld ? await oldNotifications(old, tooOld) : [];
    if (notifications.length === 0) {
      log.warn("channel is suspended", { channel: name, reason });
      return SUSPENDED;
    }
    log.error("notifications expired", { channel: name, reason, notifications: notifications.length });
    metrics.count("NotificationsExpired", notifications.length);
    const saved = await table.save({
      kind: "channel",
      record: expireSuspended(channel, notifications, now, settings.opsChannel),
    });
    return saved ? await finishExpiring(channel, notifications, now) : undefined;
  }

  async function finishExpiring(
    { suspended }: Channel,
    notifications: NotificationRef[],
    now: number,
  ): Promise<number | undefined> {
    const failed = await confirm(notifications, "expired", now);
    if (failed.length > 0) return suspended ? SUSPENDED : clock.now() + RETRY_MS;
    await saveChannel(ports, name, withoutExpired);
    return undefined;
  }

  async function oldNotifications(old: string[], tooOld: number): Promise<NotificationRef[]> {
    const { notifications } = await readPending(
      table,
      old,
      MAX_NOTIFICATIONS,
      ({ channel, at }) => channel === name && at <= tooOld,
    );
    return notifications.slice(0, MAX_NOTIFICATIONS).map(refOf);
  }

  /** Sends one message. An unfinished message of an earlier sender comes first. */
  async function sendNext(channel: Channel): Promise<number | Wait | undefined> {
    if (clock.now() > settings.lastSendAt) return settings.leaseUntil;
    const { message } = channel;
    const undelivered = message ? withoutDelivered((await readNotifications(table, message.notifications)).notifications) : [];
    return undelivered.length > 0
      ? await sendAgain(channel, undelivered)
      : await sendNew({ ...clearMessage(channel), unconfirmed: unconfirmed ?? [] });
  }

  /** Held messages and new ones take turns. */
  async function sendNew(channel: Channel): Promise<number | Wait | undefined> {
    const { due, maySend, teams, until } = heldLimits(channel.held ?? [], clock.now());
    const next = nextRecords(queues, maySend);
    if (due && !(wasHeld && next)) {
      wasHeld = true;
      return await sendHeld(channel, due);
    }
    wasHeld = false;
    return next ? await sendPending(channel, next.queue, next.pks) : { until, teams };
  }

  /** Sends a message again without splitting it. If its layout no longer fits, it goes out as plain text. */
  async function sendAgain(channel: Channel, undelivered: PendingNotification[]): Promise<number | undefined> {
    return await claimAndSend(channel, undelivered, { plain: batchSizeOf(undelivered) < undelivered.length });
  }

  async function sendHeld(channel: Channel, held: HeldMessage): Promise<number | undefined> {
    const undelivered = withoutDelivered((await readNotifications(table, held.notifications)).notifications);
    if (undelivered.length > 0) return await sendAgain(takeHeld(channel, held), undelivered);
    await table.save({ kind: "channel", record: withoutHeld(channel, held) });
    return undefined;
  }

  async function sendPending(channel: Channel, queue: Queue, pks: string[]): Promise<number | undefined> {
    const found = inTurnsByTeam(await readQueue(queue, pks)).slice(0, MAX_NOTIFICATIONS);
    const batchSize = batchSizeOf(found);
    queue.readLimit = Math.min(2 * batchSize, MAX_NOTIFICATIONS);
    if (found.length === 0) return undefined;
    const batch = found.slice(0, batchSize);
    endTurn(
      queues,
      queue,
      batch.map(({ pk }) => pk),
    );
    const digest = await digestNote(queues, queue, found, batch.length);
    return await claimAndSend(channel, batch, digest ? { digest } : {});
  }

  function batchSizeOf(found: PendingNotification[]): number {
    return destinations.maxBatchSize(
      name,
      found.map(({ notification }) => notification),
    );
  }

  async function claimAndSend(
    channel: Channel,
    batch: PendingNotification[],
    form: Pick<Claim, "plain" | "digest">,
  ): Promise<number | undefined> {
    const minSendIntervalMs = destinations.minSendIntervalMs(name);
    const record = claim(channel, batch.map(refOf), clock.now(), settings.leaseUntil, { ...form, minSendIntervalMs });
    const claimed = await table.save({ kind: "channel", record });
    claimsLost = claimed ? 0 : claimsLost + 1;
    if (claimed) await sendClaimed(record.message, batch);
    return claimsLost < MAX_LOST_CLAIMS ? undefined : clock.now() + RETRY_MS;
  }

  async function readQueue({ pks, accepts, readLimit }: Queue, wanted: string[]): Promise<PendingNotification[]> {
    const { notifications, done } = await readPending(table, wanted, readLimit, accepts);
    const undelivered = withoutDelivered(notifications);
    const left = new Set(undelivered.map(({ pk }) => pk));
    for (const pk of [...done, ...notifications.map((notification) => notification.pk)]) if (!left.has(pk)) pks.delete(pk);
    return undelivered;
  }

  /** A delivered notification is never sent again, even if it is unconfirmed and another sender has taken over its message. */
  function withoutDelivered(notifications: PendingNotification[]): PendingNotification[] {
    const delivered = new Set(unconfirmed?.map(({ notificationId }) => notificationId));
    return notifications.filter(({ notification }) => !delivered.has(notification.notificationId));
  }

  async function sendClaimed(message: MessageRecord, batch: PendingNotification[]): Promise<void> {
    // The process may have been frozen since the claim, or the table slow.
    if (clock.now() > settings.lastSendAt) return await saveMessage(message, releaseMessage);
    const outcome = await destinations.send(
      name,
      batch.map(({ notification }) => notification),
      message,
    );
    logSend(ports, { channel: name, messageId: message.id }, batch, outcome);
    const { opsChannel } = settings;
    const to: Destinations = { destination: destinations.address(name), opsChannel, oneByOne: destinations.oneByOne(name) };
    await saveMessage(message, (channel) => afterSend(channel, outcome, clock.now(), to));
    if (outcome.kind === "delivered") await confirmDelivered(message, clock.now());
    if (outcome.kind === "partly") await confirmAccepted(message, outcome.rejected);
  }

  async function confirmDelivered({ id, notifications }: MessageRecord, at: number): Promise<undefined> {
    unconfirmed = [...(unconfirmed ?? []), ...(await confirm(notifications, "delivered", at))];
    confirmedId = id;
  }

  async function confirmAccepted({ notifications }: MessageRecord, rejected: ReadonlySet<string>): Promise<void> {
    const accepted = notifications.filter(({ notificationId }) => !rejected.has(notificationId));
    unconfirmed = [...(unconfirmed ?? []), ...(await confirm(accepted, "delivered", clock.now()))];
  }

  /**
   * Saves the result of a send, unless another sender has taken over the message. Retries until the invocation ends:
   * a delivered message without its result would be sent again.
   */
  async function saveMessage(sent: MessageRecord, change: (channel: Claimed) => Channel): Promise<void> {
    const applied = (channel: Channel) => {
      const { message } = channel;
      return message?.id === sent.id && message.attempt === sent.attempt ? change({ ...channel, message }) : channel;
    };
    for (;;) {
      try {
        return await saveChannel(ports, name, applied);
      } catch (error) {
        log.error("send result could not be saved", { channel: name, messageId: sent.id, ...errorFields(error) });
        if (clock.now() + SAVE_RETRY_MS > settings.endsAt) throw error;
        await clock.sleep(SAVE_RETRY_MS);
      }
    }
  }

  function confirm(
    notifications: NotificationRef[],
    state: Exclude<NotificationState, "pending">,
    at: number,
  ): Promise<NotificationRef[]> {
    return confirmDelivery(ports, name, notifications, state, at, (pk, stored) => removeIfDone(queues, pk, stored));
  }
}

function refOf({ pk, notification }: { pk: string; notification: OutgoingNotification }): NotificationRef {
  return { pk, notificationId: notification.notificationId };
}
