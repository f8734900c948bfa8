import type { Job } from "../domain/job/job.ts";
import type { Ports } from "../ports.ts";
import type { RecordStore } from "../table-ports.ts";

/** Saves a new job with what is typical for its type. Returns undefined if the team has such a job already. */
export async function createJob(
  { table, learning }: Pick<Ports, "learning"> & { table: RecordStore },
  job: Job,
): Promise<Job | undefined> {
  const typical = await learning.typical(job, job.jobType);
  return (await table.save({ kind: "job", record: typical ? { ...job, typical } : job }))?.record;
}
