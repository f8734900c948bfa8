import { concurrently } from "../concurrently.ts";
import { faultOf } from "../fault.ts";
import type { Member } from "../job/channel.ts";
import { type AlertState, pendingAlerts } from "../job/job.ts";
import { markAlerts, type Subject } from "../job/subject.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../save-change.ts";
import { AT_ONCE } from "./tellings.ts";

/** What became of the marks on the members' own items. */
interface Marking {
  /** Items with nothing more for the channel. */
  done: string[];
  /** Members whose items refuse the mark. */
  refused: Member[];
}

/** Where more items than this refuse their mark, it is the table that fails. */
const MOST_REFUSED = 10;

/** Marking is repeated by whoever finds the record of a message until every member is marked, so that it repeats nothing. */
export async function markMembers(
  { table, log }: Pick<Ports, "table" | "log">,
  channel: string,
  members: Member[],
  state: Exclude<AlertState, "pending">,
  at: number,
): Promise<Marking> {
  const marking: Marking = { done: [], refused: [] };
  await concurrently(
    Map.groupBy(members, ({ pk }) => pk),
    AT_ONCE,
    async ([pk, ofItem]) => {
      const ids = new Set(ofItem.map(({ alertId }) => alertId));
      try {
        const saved = await saveChange<Subject>(table, pk, (subject) => markAlerts(subject, ids, state, at));
        if (!saved || !hasPending(saved, channel)) marking.done.push(pk);
      } catch (error) {
        log.error("an alert could not be marked", { channel, pk, ...faultOf(error) });
        marking.refused.push(...ofItem);
        if (marking.refused.length > MOST_REFUSED) throw error;
      }
    },
  );
  return marking;
}

function hasPending(subject: Subject, channel: string): boolean {
  return pendingAlerts(subject.record).some((alert) => alert.channel === channel);
}
