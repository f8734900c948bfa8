import { type Channel, clearMessage, nextStep } from "../domain/channel/channel.ts";
import { nextBatch } from "./build-batch.ts";
import { hasWaiting, type Queues } from "./channel-queues.ts";
import { readChannel } from "./channel-record.ts";
import { confirmAll, confirmMessage } from "./confirm-delivery.ts";
import { sendBatch } from "./send-batch.ts";
import type { DeliverySettings, Deps, Sender, Wait } from "./sender.ts";
import { finishExpiring, resumeSuspended, waitSuspended } from "./suspended-channel.ts";

/** A sender waits this long for its next send. Longer waits are left to a later sweep. */
const MAX_WAIT_MS = 1_500;

/**
 * Sends all pending notifications of one channel, message by message:
 * 1. Build the batch. 2. Claim the next send, with the message written into the channel record. 3. Send it. 4. Record the result there.
 * 5. Confirm on the jobs. Returns when to try again, or undefined if nothing is left.
 */
export async function sendAll(
  ports: Deps,
  settings: DeliverySettings,
  name: string,
  queues: Queues,
): Promise<Wait | undefined> {
  const sender: Sender = { ports, settings, name, queues, claimsLost: 0, wasHeld: false };
  while (hasWaiting(queues)) {
    const wait = await takeStep(sender);
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/** Makes one step, decided by the stored channel. Returns a time if the channel has to wait longer than MAX_WAIT_MS. */
async function takeStep(sender: Sender): Promise<Wait | undefined> {
  const { ports, name } = sender;
  const channel = withoutConfirmed(sender, await readChannel(ports, name));
  const now = ports.clock.now();
  sender.unconfirmed ??= await confirmAll(sender, channel.unconfirmed ?? [], "delivered", now);
  const step = nextStep(channel, now, ports.destinations.address(name));
  switch (step.do) {
    case "leave":
      return await waitSuspended(sender, channel, now);
    case "resume":
      return await resumeSuspended(sender, now);
    case "expire":
      return await finishExpiring(sender, channel, step.notifications, now);
    case "wait":
      return await waitUntil(sender, step.until);
    case "confirm":
      return await confirmMessage(sender, step.message, step.message.deliveredAt ?? now);
    case "send":
      return await sendNext(sender, channel);
  }
}

/** A confirmed message is finished. Only its minimum send interval still counts. */
function withoutConfirmed({ confirmedId }: Sender, channel: Channel): Channel {
  const { message } = channel;
  return message?.deliveredAt !== undefined && message.id === confirmedId ? clearMessage(channel) : channel;
}

async function sendNext(sender: Sender, channel: Channel): Promise<Wait | undefined> {
  const { clock } = sender.ports;
  if (clock.now() > sender.settings.lastSendAt) return { until: sender.settings.leaseUntil };
  const next = await nextBatch(sender, channel);
  return "batch" in next ? await sendBatch(sender, next) : next.wait;
}

async function waitUntil({ ports: { clock } }: Sender, until: number): Promise<Wait | undefined> {
  const waitMs = until - clock.now();
  if (waitMs > MAX_WAIT_MS) return { until };
  await clock.sleep(waitMs);
  return undefined;
}
