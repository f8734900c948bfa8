import type { Member } from "../domain/channel/channel.ts";
import type { NotificationState } from "../domain/job/job.ts";
import { markNotifications, type Subject } from "../domain/stored-record.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { faultOf } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import { AT_ONCE } from "./pending-notifications.ts";

/** Where more items than this refuse their mark, it is the table that fails. */
const MOST_REFUSED = 10;

/**
 * Marking is repeated by whoever finds the record of a message until every member is marked, so that it repeats nothing.
 * `marked` is given each item as it stands then, undefined where it has gone. Gives back the members whose items refuse.
 */
export async function markMembers(
  { table, log }: Pick<Ports, "table" | "log">,
  channel: string,
  members: Member[],
  state: Exclude<NotificationState, "pending">,
  at: number,
  marked: (pk: string, subject: Subject | undefined) => void,
): Promise<Member[]> {
  const refused: Member[] = [];
  await concurrently(
    Map.groupBy(members, ({ pk }) => pk),
    AT_ONCE,
    async ([pk, ofItem]) => {
      const ids = new Set(ofItem.map(({ notificationId }) => notificationId));
      try {
        marked(pk, await saveChange<Subject>(table, pk, (subject) => markNotifications(subject, ids, state, at)));
      } catch (error) {
        log.error("a notification could not be marked", { channel, pk, ...faultOf(error) });
        refused.push(...ofItem);
        if (refused.length > MOST_REFUSED) throw error;
      }
    },
  );
  return refused;
}
