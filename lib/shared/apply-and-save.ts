import { observe } from "../domain/job/apply-observation.ts";
import { type Job, lastNews, type Observation } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { isTooFarAhead } from "../domain/stored-times.ts";
import { jobOfPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";

/** A look at a job: what the cloud said, and when it was asked. */
export interface Poll {
  pk: string;
  /** As the answer or an earlier one has it: what is usual for it decides when the job is late. */
  jobType: string | undefined;
  observation: Observation;
  /** The answer is as old as the question: between the two a process may have stood still for long. */
  polledAt: number;
}

/**
 * Folds a look into the job as it stands and saves it on condition. Gives back the job before and after; undefined where the
 * look shows nothing new, where the job has gone, or where somebody else was first or knows more: such a look is dropped.
 */
export async function applyAndSave(
  { table, learning, log, clock }: Pick<Ports, "table" | "learning" | "log" | "clock">,
  rules: TrackingRules,
  { pk, jobType, observation, polledAt }: Poll,
): Promise<{ before: Job; after: Job } | undefined> {
  const key = jobOfPk(pk);
  const [stored, typical] = await Promise.all([table.read(pk), key && learning.typical(key, jobType)]);
  if (stored?.kind !== "job" || isOvertaken(stored.record, polledAt, clock.now())) return undefined;
  const before = stored.record;
  const { job, anomaly } = observe(before, observation, polledAt, rules, typical);
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

/** What somebody else found out after this poll was begun is newer than its answer, unless a clock that ran ahead wrote it. */
function isOvertaken(job: Job, polledAt: number, now: number): boolean {
  const lastAt = lastNews(job)?.at ?? 0;
  return lastAt > polledAt && !isTooFarAhead(lastAt, now);
}
