import type { MessageRecord, NotificationRef } from "../domain/channel/message-record.ts";
import type { NotificationState, Receipt } from "../domain/job/job.ts";
import { endNotifications, type StoredRecord } from "../domain/stored-record.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import { removeIfDone } from "./channel-queues.ts";
import { RECORDS_AT_ONCE } from "./pending-notifications.ts";
import type { Sender } from "./sender.ts";

/** If more confirmations fail, the whole table fails. */
const MAX_FAILED = 10;

/** Confirms all notifications of a delivered message on their jobs. */
export async function confirmMessage(
  sender: Sender,
  { id, notifications, receipt }: MessageRecord,
  at: number,
): Promise<undefined> {
  await confirmDelivered(sender, notifications, at, receipt);
  sender.confirmedId = id;
}

/** Confirms the notifications that a destination accepted of a message. */
export async function confirmAccepted(
  sender: Sender,
  { notifications, receipt }: MessageRecord,
  rejected: ReadonlySet<string>,
  at: number,
): Promise<void> {
  const accepted = notifications.filter(({ notificationId }) => !rejected.has(notificationId));
  await confirmDelivered(sender, accepted, at, receipt);
}

async function confirmDelivered(
  sender: Sender,
  notifications: NotificationRef[],
  at: number,
  receipt: Receipt | undefined,
): Promise<void> {
  const failed = await confirmAll(sender, notifications, "delivered", at, receipt);
  sender.unconfirmed = [...(sender.unconfirmed ?? []), ...failed];
}

/**
 * Records on the jobs that notifications were delivered or expired, and removes records without pending ones from the queues. Safe to
 * repeat. Returns the notifications that could not be confirmed.
 */
export async function confirmAll(
  { ports: { table, log }, name: channel, queues }: Sender,
  notifications: NotificationRef[],
  state: Exclude<NotificationState, "pending">,
  at: number,
  receipt?: Receipt,
): Promise<NotificationRef[]> {
  const failed: NotificationRef[] = [];
  await concurrently(
    Map.groupBy(notifications, ({ pk }) => pk),
    RECORDS_AT_ONCE,
    async ([pk, refs]) => {
      const ids = new Set(refs.map(({ notificationId }) => notificationId));
      try {
        const saved = await saveChange<StoredRecord>(table, pk, (record) => endNotifications(record, ids, state, at, receipt));
        removeIfDone(queues, pk, saved);
      } catch (error) {
        log.error("delivery could not be confirmed", { channel, pk, ...errorFields(error) });
        failed.push(...refs);
        if (failed.length > MAX_FAILED) throw error;
      }
    },
  );
  return failed;
}
