import type { Delivery } from "../delivery/deliver.ts";
import { nextDeadline, trackingLimitAt } from "../domain/job/deadline.ts";
import { fingerprint } from "../domain/job/fingerprint.ts";
import {
  hasEnded,
  type Job,
  type JobKey,
  type Observation,
  type Tracking,
  type TypicalDuration,
  wasSeen,
} from "../domain/job/job.ts";
import { resolveMissing } from "../domain/job/missing.ts";
import { namesOf } from "../domain/job/resource.ts";
import { type TrackingRules, UNREACHABLE_AFTER_MS } from "../domain/job/rules.ts";
import type { JobState } from "../domain/job/states.ts";
import { openEntry } from "../domain/stored-record.ts";
import { reachabilityPk, type ServiceKey, serviceIdOf } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { applyAndSave } from "../shared/apply-and-save.ts";
import type { JobHealth } from "../shared/job-health.ts";
import type { createLimit } from "../shared/limit.ts";
import type { RecordStore } from "../table-ports.ts";
import { kindOf, type PollResult } from "./probing.ts";
import { backOff, noteFailed, noteGood, type PolledService } from "./service-polls.ts";

export type Deps = Pick<Ports, "learning" | "silences" | "cloud" | "clock" | "log" | "metrics"> & { table: RecordStore };

export interface DueJob {
  pk: string;
  key: JobKey;
  tracking: Tracking;
  /** When the poll became due. */
  dueAt: number;
  /** The tracking limit is reached: one last poll, even if the service backs off. */
  isLast: boolean;
}

/** Shared by the polls of a tick. */
export interface PollTools {
  health: JobHealth;
  delivery: Delivery;
  /** Limits how many jobs are read and saved at once. Each holds its record in memory and a connection to the table. */
  saving: ReturnType<typeof createLimit>;
}

/** Timeout of one query to the cloud. */
const POLL_TIMEOUT_MS = 5_000;
/** If the service returned another job this recently, it works, and a failed poll does not count against it. */
const ANSWERS_MS = { seen: 20_000, unseen: 2 * 60_000 };

/** Polls a job once. Counts the result for its service. If it shows something new, applies it to the job and saves the job. */
export async function pollJob(
  { table, learning, silences, cloud, clock, log, metrics }: Deps,
  rules: TrackingRules,
  { pk, key, tracking }: DueJob,
  service: PolledService,
  { health, delivery, saving }: PollTools,
): Promise<PollResult> {
  const polledAt = clock.now();
  const answer = await cloud.poll(key, POLL_TIMEOUT_MS);
  const serviceId = serviceIdOf(service.key);
  const othersSeen = answer.kind === "missing" && health.othersSeen(serviceId, pk, polledAt - rules.lostAfterMs);
  const resolved = resolveMissing(answer, { wasSeen: wasSeen(tracking), othersSeen });
  const observation = health.note(serviceId, pk, resolved, polledAt);
  // Checked only for failed polls, since most succeed.
  const answers =
    observation.kind === "unreachable" && health.othersSeen(serviceId, pk, polledAt - ANSWERS_MS[kindOf(tracking)]);
  const result = tally(service, key, observation, answers, polledAt);
  if (observation.kind === "unreachable") backOff(service, observation, clock.now());
  // The observation counts from `polledAt`: the process may have been frozen before the answer arrived.
  const jobType = observation.kind === "seen" ? (observation.jobType ?? tracking.jobType) : tracking.jobType;
  if (isUnchanged(tracking, observation, polledAt, rules, learning.knownTypical(key, jobType))) return result;
  const applied = await saving(async () => {
    const dated = await withSince(table, service.key, observation);
    return await applyAndSave({ table, learning, silences, log, clock }, rules, { pk, jobType, observation: dated, polledAt });
  });
  if (!applied) return result;
  const { before, after } = applied;
  const news = after.transitions.length - before.transitions.length;
  if (news > 0) metrics.count("Transitions", news);
  if (hasEnded(after)) {
    service.ended.push(namesOf(after)[0] ?? key.jobId);
    noteEnd(metrics, after, clock.now());
  }
  learning.note(after);
  delivery.add(openEntry({ kind: "job", record: after }) ?? { pk });
  return result;
}

/** Returns true if nothing has to be read or written: no change, and no deadline has passed. */
function isUnchanged(
  tracking: Tracking,
  observation: Observation,
  now: number,
  rules: TrackingRules,
  typical?: TypicalDuration,
): boolean {
  if (now >= trackingLimitAt(tracking, rules)) return false;
  const { failing } = tracking;
  if (observation.kind === "unreachable")
    return !observation.isOwn || (failing !== undefined && isReportedOrEarly(failing, now));
  if (failing !== undefined) return false;
  return tracking.fingerprint === fingerprint(observation) && now < nextDeadline(tracking, rules, typical);
}

function isReportedOrEarly({ since, reported }: NonNullable<Tracking["failing"]>, now: number): boolean {
  return reported === true || now < since + UNREACHABLE_AFTER_MS;
}

/** Adds since when the service has been unreachable. A job whose tracking limit is reached reports that time. */
async function withSince({ read }: RecordStore, key: ServiceKey, observation: Observation): Promise<Observation> {
  if (observation.kind !== "unreachable" || observation.isOwn) return observation;
  const found = await read(reachabilityPk(key));
  const since = found?.kind === "reachability" ? found.record.unreachable?.since : undefined;
  return since === undefined ? observation : { ...observation, since };
}

/** Counts the result for the service. A job that fails on its own does not count. `answers`: the service has just returned another job. */
function tally(service: PolledService, { jobId }: JobKey, observation: Observation, answers: boolean, at: number): PollResult {
  if (observation.kind !== "unreachable") {
    noteGood(service);
    return "good";
  }
  if (observation.isOwn) {
    service.unreachable++;
    return "own";
  }
  noteFailed(service, { ...observation, reason: withoutId(observation.reason, jobId) }, answers, at);
  return "failed";
}

/** Removes the job id from the reason, since the record of a service is visible to all teams. */
function withoutId(reason: string, jobId: string): string {
  const parts = [jobId, ...jobId.split(".")].filter((part) => part.length >= 8);
  return parts.reduce((text, part) => text.replaceAll(part, "(a job)"), reason);
}

/** The metrics of jobs that ended. Without "stopped", which polls cause only at the tracking limit. */
const ENDED: Partial<Record<JobState, string>> = { success: "JobsSucceeded", failed: "JobsFailed", lost: "JobsLost" };

/** Counts the end by state, and measures the delay from the end in the cloud to its detection. Jobs that ended before they were tracked do not count. */
function noteEnd(metrics: Ports["metrics"], { state, endTime, trackedSince }: Job, now: number): void {
  const name = ENDED[state];
  if (name !== undefined) metrics.count(name, 1);
  if (endTime !== undefined && endTime >= trackedSince) metrics.age("NoticeDelay", Math.max(now - endTime, 0) / 1_000);
}
