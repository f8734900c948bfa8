import { afterSend } from "../domain/channel/after-send.ts";
import { type Channel, claim, releaseMessage } from "../domain/channel/channel.ts";
import { type MessageRecord, receiptOf } from "../domain/channel/message-record.ts";
import type { SendOutcome } from "../domain/channel/send-outcome.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { Batch } from "./build-batch.ts";
import { saveChannel } from "./channel-record.ts";
import { confirmAccepted, confirmMessage } from "./confirm-delivery.ts";
import { logSend } from "./log-send.ts";
import { type PendingNotification, refOf } from "./pending-notifications.ts";
import { RETRY_MS, type Sender, type Wait } from "./sender.ts";

/** After this many lost claims in a row, another sender is at work. */
const MAX_LOST_CLAIMS = 5;
const SAVE_RETRY_MS = 1_000;

/** Claims the next send, with the message written into the channel record, and sends it. Waits after losing several claims in a row. */
export async function sendBatch(sender: Sender, { channel, batch, form }: Batch): Promise<Wait | undefined> {
  const { name, settings, ports } = sender;
  const { table, destinations, clock } = ports;
  const minSendIntervalMs = destinations.minSendIntervalMs(name);
  const record = claim(channel, batch.map(refOf), clock.now(), settings.leaseUntil, { ...form, minSendIntervalMs });
  const claimed = await table.save({ kind: "channel", record });
  sender.claimsLost = claimed ? 0 : sender.claimsLost + 1;
  if (claimed) await sendClaimed(sender, record.message, batch);
  return sender.claimsLost < MAX_LOST_CLAIMS ? undefined : { until: clock.now() + RETRY_MS };
}

async function sendClaimed(sender: Sender, message: MessageRecord, batch: PendingNotification[]): Promise<void> {
  const { name, settings, ports } = sender;
  const { destinations, clock } = ports;
  // The process may have been frozen since the claim, or the table slow.
  if (clock.now() > settings.lastSendAt) return await recordOnChannel(sender, message, releaseMessage);
  const notifications = batch.map(({ notification }) => notification);
  const sentAt = clock.now();
  const answer = await destinations.send(name, notifications, message);
  const outcome = withLatency(answer, clock.now() - sentAt);
  logSend(ports, { channel: name, messageId: message.id }, batch, outcome);
  const to = {
    destination: destinations.address(name),
    opsChannel: settings.opsChannel,
    oneByOne: destinations.oneByOne(name),
  };
  await recordOnChannel(sender, message, (channel) => afterSend(channel, outcome, clock.now(), to));
  if (outcome.kind !== "delivered" && outcome.kind !== "partly") return;
  const delivered = { ...message, receipt: receiptOf(message, outcome) };
  if (outcome.kind === "delivered") await confirmMessage(sender, delivered, clock.now());
  else await confirmAccepted(sender, delivered, outcome.rejected, clock.now());
}

function withLatency(outcome: SendOutcome, latencyMs: number): SendOutcome {
  return outcome.kind === "delivered" || outcome.kind === "partly" ? { ...outcome, latencyMs } : outcome;
}

/**
 * Records the result of a send, unless another sender has taken over the message. Retries until the invocation ends:
 * a delivered message without its result would be sent again.
 */
async function recordOnChannel(
  { ports, settings, name }: Sender,
  sent: MessageRecord,
  change: (channel: Channel & { message: MessageRecord }) => Channel,
): Promise<void> {
  const { clock, log } = ports;
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
