import type { NotificationRef } from "../domain/channel/channel.ts";
import type { NotificationState } from "../domain/job/job.ts";
import { endNotifications, type StoredRecord } from "../domain/stored-record.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import { AT_ONCE } from "./pending-notifications.ts";

/** Where more items than this refuse their mark, it is the table that fails. */
const MOST_REFUSED = 10;

/**
 * Marking is repeated by whoever finds the record of a message until every member is marked, so that it repeats nothing.
 * `marked` is given each item as it stands then, undefined where it has gone. Gives back the members whose items refuse.
 */
export async function confirmDelivery(
  { table, log }: Pick<Ports, "table" | "log">,
  channel: string,
  notifications: NotificationRef[],
  state: Exclude<NotificationState, "pending">,
  at: number,
  confirmed: (pk: string, stored: StoredRecord | undefined) => void,
): Promise<NotificationRef[]> {
  const refused: NotificationRef[] = [];
  await concurrently(
    Map.groupBy(notifications, ({ pk }) => pk),
    AT_ONCE,
    async ([pk, ofItem]) => {
      const ids = new Set(ofItem.map(({ notificationId }) => notificationId));
      try {
        confirmed(pk, await saveChange<StoredRecord>(table, pk, (stored) => endNotifications(stored, ids, state, at)));
      } catch (error) {
        log.error("a notification could not be marked", { channel, pk, ...errorFields(error) });
        refused.push(...ofItem);
        if (refused.length > MOST_REFUSED) throw error;
      }
    },
  );
  return refused;
}
