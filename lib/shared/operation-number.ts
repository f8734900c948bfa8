import { hasEnded, type JobKey } from "../domain/job/job.ts";
import { hasSequenceNumber } from "../domain/job/sources.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import type { LeaseStore, RecordStore } from "../table-ports.ts";

/** Longer than any job is kept, so that no number is used twice. */
const KEPT_MS = 12 * 365 * 86_400_000;
/** More ended operations than the stored number can lag by. */
const MAX_STEPS = 100;

/**
 * Appends the sequence number to a reference that can be used again: `<share>.<operation>` becomes `<share>.<operation>.<n>`. n is the
 * number of the open operation, or the next one if the last has ended. The first number to try is stored, since ended jobs are
 * deleted later. If the stored number is too low, a few more reads are made.
 */
export async function withSequenceNumber<Some extends JobKey>(
  { table, clock }: Pick<Ports, "clock"> & { table: RecordStore & LeaseStore },
  job: Some,
): Promise<Some> {
  if (!hasSequenceNumber(job.source)) return job;
  const pk = `operations#${jobPk(job)}`;
  const noted = Number((await table.readLease(pk))?.note ?? 1);
  for (let n = noted; n < noted + MAX_STEPS; n++) {
    const key = { ...job, jobId: `${job.jobId}.${n}` };
    const known = await table.read(jobPk(key));
    if (known?.kind === "job" && hasEnded(known.record)) continue;
    if (n !== noted) await table.takeLease({ pk, owner: "operations", until: clock.now() + KEPT_MS, note: String(n) });
    return key;
  }
  throw new Error(`${pk} has no free operation number`);
}
