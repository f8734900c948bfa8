import type { JobKey, Observation } from "./job/job.ts";
import { resolveMissing } from "./job/missing.ts";
import { idOf, jobPk } from "./job/names.ts";
import type { WatchRules } from "./job/rules.ts";
import { serviceOf } from "./job/sources.ts";
import { createJobHealth } from "./pass/job-health.ts";
import type { Ports } from "./ports.ts";

/**
 * Decides a conditional "missing" outside a tick, where the poller's state says whether other jobs of the service were seen.
 * That state is read only where the answer depends on it.
 */
export async function resolveAnswer(
  { table, clock }: Pick<Ports, "table" | "clock">,
  key: JobKey,
  answer: Observation,
  wasSeen: boolean,
  { lostAfterMs, pollSegments = 1 }: WatchRules,
): Promise<Observation> {
  if (answer.kind !== "missing" || answer.onlyIf === undefined) return answer;
  const service = idOf({ projectId: key.projectId, service: serviceOf(key.source) });
  const since = clock.now() - lostAfterMs;
  const cycles = await table.readCycles(pollSegments);
  const othersSeen = cycles.some((cycle) => createJobHealth(cycle).othersSeen(service, jobPk(key), since));
  return resolveMissing(answer, { wasSeen, othersSeen });
}
