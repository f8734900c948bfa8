import type { Channel } from "../domain/channel/channel.ts";
import type { NotificationRef } from "../domain/channel/message-record.ts";
import { expireSuspended, KEEP_SUSPENDED_MS, resume, withoutExpired } from "../domain/channel/suspension.ts";
import { queuedRecords } from "./channel-queues.ts";
import { saveChannel } from "./channel-record.ts";
import { confirmAll } from "./confirm-delivery.ts";
import { copyKept } from "./copy-kept.ts";
import { MAX_NOTIFICATIONS, readPending, refOf } from "./pending-notifications.ts";
import { RETRY_MS, type Sender, SUSPENDED, type Wait } from "./sender.ts";

/** Characters of the reason that an expired notification keeps. */
const LONGEST_ANSWER = 60;

/** Leaves a suspended channel as it is. Copies urgent notifications to the operators, and expires those older than KEEP_SUSPENDED_MS. */
export async function waitSuspended(sender: Sender, channel: Channel, now: number): Promise<Wait | undefined> {
  const { ports, settings, name } = sender;
  const { table, log } = ports;
  const { suspended } = channel;
  await copyKept(sender);
  const isOld = (since: number) => since <= now - KEEP_SUSPENDED_MS;
  const notifications = isOld(suspended?.since ?? now) ? await oldNotifications(sender, isOld) : [];
  if (notifications.length === 0) {
    log.warn("channel is suspended", { channel: name, reason: suspended?.reason });
    return { until: SUSPENDED };
  }
  const record = expireSuspended(channel, notifications, now, settings.opsChannel);
  const saved = await table.save({ kind: "channel", record });
  return saved ? await finishExpiring(sender, channel, notifications, now) : undefined;
}

/**
 * Records on the jobs that the notifications have expired, then forgets them on the channel. Several processes may finish the same
 * expiry; the one whose write removes the notifications from the channel counts them.
 */
export async function finishExpiring(
  sender: Sender,
  { suspended }: Channel,
  notifications: NotificationRef[],
  now: number,
): Promise<Wait | undefined> {
  const receipt = suspended && { answer: suspended.reason.slice(0, LONGEST_ANSWER) };
  const failed = await confirmAll(sender, notifications, "expired", now, receipt);
  if (failed.length > 0) return { until: suspended ? SUSPENDED : sender.ports.clock.now() + RETRY_MS };
  const { log, metrics } = sender.ports;
  let removed = 0;
  await saveChannel(sender.ports, sender.name, (channel) => {
    removed = channel.expiring?.length ?? 0;
    return withoutExpired(channel, now, sender.settings.channelDigest?.(sender.name) !== undefined);
  });
  if (removed === 0) return undefined;
  log.error("notifications expired", { channel: sender.name, reason: suspended?.reason, notifications: removed });
  metrics.count("NotificationsExpired", removed);
  return undefined;
}

/** The channel has another address now. */
export async function resumeSuspended({ ports, settings, name }: Sender, now: number): Promise<undefined> {
  ports.log.info("suspended channel has a new address", { channel: name });
  await saveChannel(ports, name, (channel) => (channel.suspended ? resume(channel, now, settings.opsChannel) : channel));
}

async function oldNotifications({ ports, queues, name }: Sender, isOld: (at: number) => boolean): Promise<NotificationRef[]> {
  const pks = [...queuedRecords(queues)].flatMap(([pk, since]) => (isOld(since) ? [pk] : []));
  const wanted = ({ channel, at }: { channel: string; at: number }) => channel === name && isOld(at);
  const { notifications } = await readPending(ports.table, pks, MAX_NOTIFICATIONS, wanted);
  return notifications.slice(0, MAX_NOTIFICATIONS).map(refOf);
}
