import { hasEnded, type JobKey } from "../domain/job/job.ts";
import { hasSequenceNumber } from "../domain/job/sources.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";

/** Longer than any job is kept, so that no number comes twice. */
const KEPT_MS = 12 * 365 * 86_400_000;
/** More ended operations than the note can be behind by. */
const MOST_STEPS = 100;

/**
 * The key of a job whose reference can come again: `<share>.<operation>` becomes `<share>.<operation>.<n>`, where n is that
 * of the operation that is watched, or the next one where the last has ended. Where to begin to look is noted, since ended
 * jobs are deleted some day; a note that is behind costs a few reads and nothing else.
 */
export async function withSequenceNumber<Some extends JobKey>(
  { table, clock }: Pick<Ports, "table" | "clock">,
  job: Some,
): Promise<Some> {
  if (!hasSequenceNumber(job.source)) return job;
  const pk = `operations#${jobPk(job)}`;
  const noted = Number((await table.readLease(pk))?.note ?? 1);
  for (let n = noted; n < noted + MOST_STEPS; n++) {
    const key = { ...job, jobId: `${job.jobId}.${n}` };
    const known = await table.read(jobPk(key));
    if (known?.kind === "job" && hasEnded(known.record)) continue;
    if (n !== noted) await table.takeLease({ pk, owner: "operations", until: clock.now() + KEPT_MS, note: String(n) });
    return key;
  }
  throw new Error(`${pk} has no number left to try`);
}
