import { hasEnded, type Job, type JobKey, type Observation, wasSeen } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { applyAndSave } from "../shared/apply-and-save.ts";
import type { LeaseStore, RecordStore, SegmentStore } from "../table-ports.ts";
import { resolveAnswer } from "./resolve-answer.ts";

export type Refreshed =
  | { kind: "polled"; job: Job; observation?: Observation }
  | { kind: "absent" }
  /** The job was polled a moment ago. It can be refreshed again at `until`. */
  | { kind: "too soon"; until: number };

/** Between two refreshes of a job by its team. */
const PAUSE_MS = 5_000;
const POLL_TIMEOUT_MS = 5_000;

/**
 * Polls a job at once and applies the observation as the poller does. The poller delivers the notifications. An ended job is not
 * polled, since its end is final.
 */
export async function refreshJob(
  ports: Pick<Ports, "learning" | "silences" | "cloud" | "clock" | "log"> & { table: RecordStore & LeaseStore & SegmentStore },
  key: JobKey,
  rules: TrackingRules,
): Promise<Refreshed> {
  const { table, cloud, clock } = ports;
  const pk = jobPk(key);
  const found = await table.read(pk);
  if (found?.kind !== "job") return { kind: "absent" };
  if (hasEnded(found.record)) return { kind: "polled", job: found.record };
  const polledAt = clock.now();
  const lease = { pk: `limit#${key.team}#refresh#${pk}`, owner: crypto.randomUUID(), until: polledAt + PAUSE_MS };
  const other = await table.readLease(lease.pk);
  if (other || !(await table.takeLease(lease))) return { kind: "too soon", until: other?.until ?? lease.until };
  const answer = await cloud.poll(key, POLL_TIMEOUT_MS).catch(async (refusal: unknown) => {
    // Nothing was polled, so the next request need not wait.
    await table.renewLease({ ...lease, until: 0 });
    throw refusal;
  });
  const observation = await resolveAnswer(ports, key, answer, wasSeen(found.record), rules);
  const jobType = (observation.kind === "seen" ? observation.jobType : undefined) ?? found.record.jobType;
  const applied = await applyAndSave(ports, rules, { pk, jobType, observation, polledAt });
  if (applied) ports.learning.note(applied.after);
  await ports.learning.flush();
  const now = applied ? { kind: "job" as const, record: applied.after } : await table.read(pk);
  return now?.kind === "job" ? { kind: "polled", job: now.record, observation } : { kind: "absent" };
}
