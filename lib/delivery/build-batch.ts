import { takeHeld, withoutHeld } from "../domain/channel/after-send.ts";
import { type Channel, type Claim, clearMessage } from "../domain/channel/channel.ts";
import { type HeldMessage, heldLimits } from "../domain/channel/held-messages.ts";
import { digestNote, endTurn, nextRecords, type Queue } from "./channel-queues.ts";
import {
  inTurnsByTeam,
  MAX_NOTIFICATIONS,
  type PendingNotification,
  readNotifications,
  readPending,
} from "./pending-notifications.ts";
import type { Sender, Wait } from "./sender.ts";

/** The next message of a channel. */
export interface Batch {
  /** The channel as the message is to be claimed on it. */
  channel: Channel;
  batch: PendingNotification[];
  form: Pick<Claim, "plain" | "digest">;
}

type Next = Batch | { wait: Wait | undefined };
/** Nothing to send now; the next step decides again. */
const NEXT_STEP: Next = { wait: undefined };

/** Returns an unfinished message of an earlier sender first. Then held messages and new ones take turns. */
export async function nextBatch(sender: Sender, channel: Channel): Promise<Next> {
  const unfinished = channel.message ? await undeliveredOf(sender, channel.message) : [];
  if (unfinished.length > 0) return repeated(sender, channel, unfinished);
  const free = { ...clearMessage(channel), unconfirmed: sender.unconfirmed ?? [] };
  const { due, maySend, teams, until } = heldLimits(free.held ?? [], sender.ports.clock.now());
  const next = nextRecords(sender.queues, maySend);
  sender.wasHeld = due !== undefined && !(sender.wasHeld && next !== undefined);
  if (due && sender.wasHeld) return await heldBatch(sender, free, due);
  return next ? await pendingBatch(sender, free, next.queue, next.pks) : { wait: { until, teams } };
}

async function heldBatch(sender: Sender, channel: Channel, held: HeldMessage): Promise<Next> {
  const undelivered = await undeliveredOf(sender, held);
  if (undelivered.length > 0) return repeated(sender, takeHeld(channel, held), undelivered);
  await sender.ports.table.save({ kind: "channel", record: withoutHeld(channel, held) });
  return NEXT_STEP;
}

/** Sends a message again without splitting it. If its layout no longer fits, it goes out as plain text. */
function repeated(sender: Sender, channel: Channel, batch: PendingNotification[]): Batch {
  return { channel, batch, form: { plain: batchSizeOf(sender, batch) < batch.length } };
}

async function pendingBatch(sender: Sender, channel: Channel, queue: Queue, pks: string[]): Promise<Next> {
  const { queues } = sender;
  const found = inTurnsByTeam(await readQueue(sender, queue, pks)).slice(0, MAX_NOTIFICATIONS);
  const batchSize = batchSizeOf(sender, found);
  queue.readLimit = Math.min(2 * batchSize, MAX_NOTIFICATIONS);
  if (found.length === 0) return NEXT_STEP;
  const batch = found.slice(0, batchSize);
  const keys = batch.map(({ pk }) => pk);
  endTurn(queues, queue, keys);
  const digest = await digestNote(queues, queue, found, batch.length);
  return { channel, batch, form: digest ? { digest } : {} };
}

/** Reads the wanted records of a queue, and removes those that have nothing left for it. */
async function readQueue(sender: Sender, queue: Queue, wanted: string[]): Promise<PendingNotification[]> {
  const { notifications, done } = await readPending(sender.ports.table, wanted, queue.readLimit, queue.accepts);
  const undelivered = withoutDelivered(sender, notifications);
  const left = new Set(undelivered.map(({ pk }) => pk));
  for (const pk of [...done, ...notifications.map((found) => found.pk)]) if (!left.has(pk)) queue.pks.delete(pk);
  return undelivered;
}

async function undeliveredOf(sender: Sender, message: Pick<HeldMessage, "notifications">): Promise<PendingNotification[]> {
  return withoutDelivered(sender, (await readNotifications(sender.ports.table, message.notifications)).notifications);
}

/** A delivered notification is never sent again, even if it is unconfirmed and another sender has taken over its message. */
function withoutDelivered({ unconfirmed = [] }: Sender, notifications: PendingNotification[]): PendingNotification[] {
  const delivered = new Set(unconfirmed.map(({ notificationId }) => notificationId));
  return notifications.filter(({ notification }) => !delivered.has(notification.notificationId));
}

function batchSizeOf({ ports, name }: Sender, found: PendingNotification[]): number {
  const notifications = found.map(({ notification }) => notification);
  return ports.destinations.maxBatchSize(name, notifications);
}
