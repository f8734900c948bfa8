import type { NotificationRef } from "../domain/channel/channel.ts";
import type { NotificationState } from "../domain/job/job.ts";
import { endNotifications, type StoredRecord } from "../domain/stored-record.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import { RECORDS_AT_ONCE } from "./pending-notifications.ts";

/** If more confirmations fail, the whole table fails. */
const MAX_FAILED = 10;

/**
 * Records on the jobs that notifications were delivered or expired. Safe to repeat.
 * Calls `confirmed` with each saved record, or with undefined if it is gone. Returns the notifications that could not be confirmed.
 */
export async function confirmDelivery(
  { table, log }: Pick<Ports, "table" | "log">,
  channel: string,
  notifications: NotificationRef[],
  state: Exclude<NotificationState, "pending">,
  at: number,
  confirmed: (pk: string, stored: StoredRecord | undefined) => void,
): Promise<NotificationRef[]> {
  const failed: NotificationRef[] = [];
  await concurrently(
    Map.groupBy(notifications, ({ pk }) => pk),
    RECORDS_AT_ONCE,
    async ([pk, refs]) => {
      const ids = new Set(refs.map(({ notificationId }) => notificationId));
      try {
        confirmed(pk, await saveChange<StoredRecord>(table, pk, (stored) => endNotifications(stored, ids, state, at)));
      } catch (error) {
        log.error("delivery could not be confirmed", { channel, pk, ...errorFields(error) });
        failed.push(...refs);
        if (failed.length > MAX_FAILED) throw error;
      }
    },
  );
  return failed;
}
