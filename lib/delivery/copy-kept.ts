import { withCopies } from "../domain/channel/copies.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import { RECORDS_AT_ONCE } from "./pending-notifications.ts";
import type { Sender } from "./sender.ts";

/**
 * Copies the urgent notifications of a suspended channel to the operators' channel, each once: the job has the copy. The next sweep finds
 * it. Nothing is copied if the operators' own channel is suspended, nor for the event bus, which nobody reads.
 */
export async function copyKept({ ports: { table, clock, log }, settings, name, queues: { toCopy } }: Sender): Promise<void> {
  const { opsChannel, eventsChannel } = settings;
  const pks = name === opsChannel || name === eventsChannel ? [] : [...toCopy];
  await concurrently(pks, RECORDS_AT_ONCE, async (pk) => {
    try {
      await saveChange<StoredRecord>(table, pk, (record) =>
        "jobId" in record ? withCopies(record, name, opsChannel, clock.now()) : record,
      );
      toCopy.delete(pk);
    } catch (error) {
      log.error("a kept notification could not be copied to the operators", { channel: name, pk, ...errorFields(error) });
    }
  });
  if (pks.length > 0) log.info("kept notifications copied to the operators", { channel: name, jobs: pks.length });
}
