import { observe } from "../domain/job/apply-observation.ts";
import { type Job, lastNews, type Observation } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { isTooFarAhead } from "../domain/stored-times.ts";
import { jobOfPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import type { RecordStore } from "../table-ports.ts";
import { causesNotifications, withSilences } from "./silence-reader.ts";

/** One poll of a job: the observation, and when the request was made. */
export interface Poll {
  pk: string;
  /** From the response or an earlier one. Its typical duration decides when the job is late. */
  jobType: string | undefined;
  observation: Observation;
  /** The time of the request, since the process may have been paused before the response. */
  polledAt: number;
}

/**
 * Applies a poll to the stored job and saves it conditionally. Returns the job before and after. Returns undefined if the poll shows
 * nothing new, the job no longer exists, or another writer was first or has newer data: such a poll is dropped.
 */
export async function applyAndSave(
  { table, learning, silences, log, clock }: Pick<Ports, "learning" | "silences" | "log" | "clock"> & { table: RecordStore },
  rules: TrackingRules,
  { pk, jobType, observation, polledAt }: Poll,
): Promise<{ before: Job; after: Job } | undefined> {
  const key = jobOfPk(pk);
  const [stored, typical] = await Promise.all([table.read(pk), key && learning.typical(key, jobType)]);
  if (stored?.kind !== "job" || isOvertaken(stored.record, polledAt, clock.now())) return undefined;
  const before = stored.record;
  const { job, anomaly } = await withSilences(
    silences,
    rules,
    before.team,
    (own) => observe(before, observation, polledAt, own, typical),
    ({ job: after }) => causesNotifications(after, before),
  );
  const { jobId, team, projectId, correlationId } = before;
  const names = { jobId, team, projectId, correlationId };
  if (anomaly !== undefined) log.warn("the cloud contradicts an end", { ...names, anomaly });
  if (job === before && !stored.corrected) return undefined;
  const saved = await table.save({ kind: "job", record: job });
  if (!saved) return undefined;
  for (const { n, kind, state, reason } of saved.record.transitions.slice(before.transitions.length)) {
    log.info("transition", { ...names, n, kind, state, reason, requestId: observation.requestId });
  }
  return { before, after: saved.record };
}

/** A change after the start of this poll is newer than its response, unless it was written by a clock that ran ahead. */
function isOvertaken(job: Job, polledAt: number, now: number): boolean {
  const lastAt = lastNews(job)?.at ?? 0;
  return lastAt > polledAt && !isTooFarAhead(lastAt, now);
}
