import type { Delivery } from "../delivery/deliver.ts";
import { newReachability, observeService, unreachableNow } from "../domain/health/reachability.ts";
import { openEntry } from "../domain/stored-record.ts";
import { reachabilityPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveOrCreate } from "../shared/save-record.ts";
import type { RecordStore } from "../table-ports.ts";
import type { PolledService } from "./service-polls.ts";

/**
 * Updates the reachability of services after each sweep, so that operators are notified once per service, not once per job.
 * Remembers which services are reachable: while all is well, each record is read only once per tick.
 */
export function createReachabilityNotes(
  ports: Pick<Ports, "clock" | "log"> & { table: RecordStore },
  opsChannel: string,
  delivery: Delivery,
): { afterSweep(services: ReadonlyMap<string, PolledService>): Promise<void>; reported(): number } {
  const reachable = new Set<string>();
  const reported = new Set<string>();

  const note = async (id: string, polls: PolledService): Promise<void> => {
    const { bad, key } = polls;
    if (bad) {
      const { cause, reason, requestId } = bad;
      ports.log.warn("polls failed", { ...key, polls: polls.failedPolls, cause, reason, requestId });
    }
    const record = await saveOrCreate(ports.table, { kind: "reachability", record: newReachability(key) }, (before) =>
      observeService(before, polls, ports.clock.now(), opsChannel),
    );
    if (record.unreachable) reachable.delete(id);
    else reachable.add(id);
    if (unreachableNow(record, ports.clock.now())?.reported) reported.add(id);
    else reported.delete(id);
    delivery.add(openEntry({ kind: "reachability", record }) ?? { pk: reachabilityPk(key) });
  };

  return {
    async afterSweep(services) {
      for (const [id, polls] of services) {
        const polled = polls.good > 0 || polls.bad !== undefined;
        const allWell = polls.bad === undefined && reachable.has(id);
        if (polls.noticeWaits || (polled && !allWell)) await note(id, polls);
      }
    },
    /** Returns the number of services that were reported to the operators as unreachable. */
    reported: () => reported.size,
  };
}
