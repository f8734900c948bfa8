import {
  afterSend,
  type Channel,
  type Claim,
  claim,
  clearMessage,
  type Destinations,
  expireSuspended,
  handBack,
  KEEP_SUSPENDED_MS,
  type MessageRecord,
  type NotificationRef,
  nextStep,
  resume,
  takeHeld,
  withoutExpired,
  withoutHeld,
} from "../domain/channel/channel.ts";
import { type HeldMessage, holdsOf } from "../domain/channel/held-messages.ts";
import type { NotificationState } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { OutgoingNotification, Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import {
  digestNote,
  hasWaiting,
  nextItems,
  noteTurn,
  type Queue,
  type Queues,
  takeOut,
  waitingItems,
} from "./channel-queues.ts";
import { readChannel, saveChannel } from "./channel-record.ts";
import { confirmDelivery } from "./confirm-delivery.ts";
import { noteSend } from "./log-send.ts";
import { type Found, inTurnsByTeam, MOST, readNotifications, readPending } from "./pending-notifications.ts";

export interface DeliverySettings
  extends Pick<TrackingRules, "opsChannel" | "channelQuiet" | "channelDigest" | "channelTeams"> {
  /** No send is begun later: 5 s for Slack and 4 s for the mark must be left. */
  lastSendAt: number;
  /** When the platform ends the invocation. */
  endsAt: number;
  /** No other poller touches a message before: longer than this invocation can live. */
  leaseUntil: number;
}

export type Deps = Pick<Ports, "table" | "destinations" | "clock" | "log" | "metrics">;
type Claimed = Channel & { message: MessageRecord };

/** A sender waits this long for its slot; whatever takes longer is left to a later pass. */
const PATIENCE_MS = 1_500;
const SAVE_AGAIN_MS = 1_000;
/** So many claims lost in a row: others are at work. */
const MOST_CLAIMS_LOST = 5;
const LATER_MS = 5_000;

/** When to try again. Where only these teams must wait, what others have goes out before. */
export interface Wait {
  until: number;
  teams?: ReadonlySet<string>;
}

/** A channel that is parked: nothing is to be done there before somebody acts. */
export const SUSPENDED = Number.POSITIVE_INFINITY;

/**
 * Tells one channel all it can, message by message, single notifications and its digest in turn:
 * 1. claim the channel's slot and write down the message, 2. send it, 3. mark there that it was told, 4. mark the jobs.
 * Gives back when to try again, undefined where nothing is left.
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
  /** The message whose members are all known to be marked. */
  let confirmed: string | undefined;
  let claimsLost = 0;
  /** The last message was one that had been held. */
  let wasHeld = false;
  /** Told, but their items refuse the mark: they stop no other one. Undefined until those that an earlier sender left are tried. */
  let unconfirmed: NotificationRef[] | undefined;

  return { advance };

  /** One step of the channel; gives back a time where it has to wait longer than a sender's patience. */
  async function advance(): Promise<number | Wait | undefined> {
    const found = await readChannel(ports, name);
    // A message that is told and marked has had its day, but for the slot that it took.
    const channel = found.message?.deliveredAt !== undefined && found.message.id === confirmed ? clearMessage(found) : found;
    const now = clock.now();
    unconfirmed ??= await confirm(channel.unconfirmed ?? [], "delivered", now);
    const step = nextStep(channel, now, destinations.address(name));
    switch (step.do) {
      case "leave":
        return await leave(channel, now);
      case "wait":
        return await wait(step.until);
      case "resume":
        log.info("a parked channel has a new address", { channel: name });
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

  async function wait(until: number): Promise<number | undefined> {
    const waitMs = until - clock.now();
    if (waitMs > PATIENCE_MS) return until;
    await clock.sleep(waitMs);
    return undefined;
  }

  /** A parked channel keeps its notifications, but not for ever. */
  async function leave(channel: Channel, now: number): Promise<number | undefined> {
    const reason = channel.suspended?.reason;
    const tooOld = now - KEEP_SUSPENDED_MS;
    const old = [...waitingItems(queues)].flatMap(([pk, since]) => (since <= tooOld ? [pk] : []));
    const notifications = (channel.suspended?.since ?? now) <= tooOld ? await oldNotifications(old, tooOld) : [];
    if (notifications.length === 0) {
      log.warn("channel is parked", { channel: name, reason });
      return SUSPENDED;
    }
    log.error("notifications are given up", { channel: name, reason, notifications: notifications.length });
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
    const refused = await confirm(notifications, "expired", now);
    if (refused.length > 0) return suspended ? SUSPENDED : clock.now() + LATER_MS;
    await saveChannel(ports, name, withoutExpired);
    return undefined;
  }

  async function oldNotifications(old: string[], tooOld: number): Promise<NotificationRef[]> {
    const { notifications } = await readPending(table, old, MOST, ({ channel, at }) => channel === name && at <= tooOld);
    return notifications.slice(0, MOST).map(refOf);
  }

  /** Sends one message: what was left behind first. */
  async function sendNext(channel: Channel): Promise<number | Wait | undefined> {
    if (clock.now() > settings.lastSendAt) return settings.leaseUntil;
    const { message } = channel;
    const left = message ? withoutDelivered((await readNotifications(table, message.notifications)).notifications) : [];
    return left.length > 0
      ? await sendLeft(channel, left)
      : await sendNew({ ...clearMessage(channel), unconfirmed: unconfirmed ?? [] });
  }

  /** What is held and what is pending, in turn. */
  async function sendNew(channel: Channel): Promise<number | Wait | undefined> {
    const { due, maySend, teams, until } = holdsOf(channel.held ?? [], clock.now());
    const next = nextItems(queues, maySend);
    if (due && !(wasHeld && next)) {
      wasHeld = true;
      return await sendHeld(channel, due);
    }
    wasHeld = false;
    return next ? await sendPending(channel, next.queue, next.pks) : { until, teams };
  }

  /** What was one message stays one: where it has grown too long for its layout it goes out plain. */
  async function sendLeft(channel: Channel, left: Found["notifications"]): Promise<number | undefined> {
    return await claimAndSend(channel, left, { plain: batchSizeOf(left) < left.length });
  }

  async function sendHeld(channel: Channel, held: HeldMessage): Promise<number | undefined> {
    const left = withoutDelivered((await readNotifications(table, held.notifications)).notifications);
    if (left.length > 0) return await sendLeft(takeHeld(channel, held), left);
    await table.save({ kind: "channel", record: withoutHeld(channel, held) });
    return undefined;
  }

  async function sendPending(channel: Channel, queue: Queue, pks: string[]): Promise<number | undefined> {
    const found = inTurnsByTeam(await pending(queue, pks)).slice(0, MOST);
    const batchSize = batchSizeOf(found);
    queue.worthReading = Math.min(2 * batchSize, MOST);
    if (found.length === 0) return undefined;
    const batch = found.slice(0, batchSize);
    noteTurn(
      queues,
      queue,
      batch.map(({ pk }) => pk),
    );
    const digest = await digestNote(queues, queue, found, batch.length);
    return await claimAndSend(channel, batch, digest ? { digest } : {});
  }

  function batchSizeOf(found: Found["notifications"]): number {
    return destinations.maxBatchSize(
      name,
      found.map(({ notification }) => notification),
    );
  }

  async function claimAndSend(
    channel: Channel,
    batch: Found["notifications"],
    form: Pick<Claim, "plain" | "digest">,
  ): Promise<number | undefined> {
    const minSendIntervalMs = destinations.minSendIntervalMs(name);
    const record = claim(channel, batch.map(refOf), clock.now(), settings.leaseUntil, { ...form, minSendIntervalMs });
    const claimed = await table.save({ kind: "channel", record });
    claimsLost = claimed ? 0 : claimsLost + 1;
    if (claimed) await sendClaimed(record.message, batch);
    return claimsLost < MOST_CLAIMS_LOST ? undefined : clock.now() + LATER_MS;
  }

  async function pending({ pks, holds, worthReading }: Queue, wanted: string[]): Promise<Found["notifications"]> {
    const { notifications, done } = await readPending(table, wanted, worthReading, holds);
    const undelivered = withoutDelivered(notifications);
    const left = new Set(undelivered.map(({ pk }) => pk));
    for (const pk of [...done, ...notifications.map((notification) => notification.pk)]) if (!left.has(pk)) pks.delete(pk);
    return undelivered;
  }

  /** What was delivered and could not be confirmed is never sent again, not even when another sender has taken its message over meanwhile. */
  function withoutDelivered(notifications: Found["notifications"]): Found["notifications"] {
    const delivered = new Set(unconfirmed?.map(({ notificationId }) => notificationId));
    return notifications.filter(({ notification }) => !delivered.has(notification.notificationId));
  }

  async function sendClaimed(message: MessageRecord, batch: Found["notifications"]): Promise<void> {
    // Between the claim and here the process may have been stopped, or the table slow.
    if (clock.now() > settings.lastSendAt) return await saveMessage(message, handBack);
    const outcome = await destinations.send(
      name,
      batch.map(({ notification }) => notification),
      message,
    );
    noteSend(ports, { channel: name, messageId: message.id }, batch, outcome);
    const { opsChannel } = settings;
    const to: Destinations = { destination: destinations.address(name), opsChannel, oneByOne: destinations.oneByOne(name) };
    await saveMessage(message, (channel) => afterSend(channel, outcome, clock.now(), to));
    if (outcome.kind === "delivered") await confirmDelivered(message, clock.now());
    if (outcome.kind === "partly") await confirmAccepted(message, outcome.rejected);
  }

  async function confirmDelivered({ id, notifications }: MessageRecord, at: number): Promise<undefined> {
    unconfirmed = [...(unconfirmed ?? []), ...(await confirm(notifications, "delivered", at))];
    confirmed = id;
  }

  async function confirmAccepted({ notifications }: MessageRecord, rejected: ReadonlySet<string>): Promise<void> {
    const taken = notifications.filter(({ notificationId }) => !rejected.has(notificationId));
    unconfirmed = [...(unconfirmed ?? []), ...(await confirm(taken, "delivered", clock.now()))];
  }

  /**
   * Only the sender's own try is folded in: a message that was taken over meanwhile is another's. Tried as long as the
   * invocation lives, since what was told and is not marked would be told again.
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
        log.error("what became of a message could not be saved", { channel: name, messageId: sent.id, ...errorFields(error) });
        if (clock.now() + SAVE_AGAIN_MS > settings.endsAt) throw error;
        await clock.sleep(SAVE_AGAIN_MS);
      }
    }
  }

  function confirm(
    notifications: NotificationRef[],
    state: Exclude<NotificationState, "pending">,
    at: number,
  ): Promise<NotificationRef[]> {
    return confirmDelivery(ports, name, notifications, state, at, (pk, stored) => takeOut(queues, pk, stored));
  }
}

function refOf({ pk, notification }: { pk: string; notification: OutgoingNotification }): NotificationRef {
  return { pk, notificationId: notification.notificationId };
}
