import type { JobKey, Observation } from "../domain/job/job.ts";
import { resolveMissing } from "../domain/job/missing.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { serviceOf } from "../domain/job/sources.ts";
import { jobPk, serviceIdOf } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { createJobHealth } from "../shared/job-health.ts";
import type { SegmentStore } from "../table-ports.ts";

/**
 * Decides a conditional "missing" outside a tick. The poller's state shows whether other jobs of the service were seen; it is read only
 * if the result depends on it.
 */
export async function resolveAnswer(
  { table, clock }: Pick<Ports, "clock"> & { table: SegmentStore },
  key: JobKey,
  answer: Observation,
  wasSeen: boolean,
  { lostAfterMs, pollSegments = 1 }: TrackingRules,
): Promise<Observation> {
  if (answer.kind !== "missing" || answer.onlyIf === undefined) return answer;
  const service = serviceIdOf({ projectId: key.projectId, service: serviceOf(key.source) });
  const since = clock.now() - lostAfterMs;
  const states = await table.readSegments(pollSegments);
  const othersSeen = states.some((state) => createJobHealth(state).othersSeen(service, jobPk(key), since));
  return resolveMissing(answer, { wasSeen, othersSeen });
}
