import type { Delivery } from "../deliver-alerts.ts";
import { nextDeadline, watchLimitAt } from "../job/deadline.ts";
import { fingerprint } from "../job/fingerprint.ts";
import { hasEnded, type Job, type JobKey, type Observation, type Usual, type Watch } from "../job/job.ts";
import { observe } from "../job/observe.ts";
import type { WatchRules } from "../job/rules.ts";
import type { ProjectLooks } from "../job/sight.ts";
import { openEntry } from "../job/subject.ts";
import type { Ports } from "../ports.ts";

export type Needs = Pick<Ports, "table" | "learning" | "cloud" | "clock" | "log" | "metrics">;

export interface DueJob {
  pk: string;
  key: JobKey;
  watch: Watch;
  /** The first moment at which the look was due. */
  dueAt: number;
}

export interface ProjectPass extends ProjectLooks {
  /** Looks of this pass that were not good. */
  unreachable: number;
  /** When the first of the looks was due that were left out: for rest, sight, budget or clock. */
  leftOutSince: number;
  /** Its item waits to tell that sight is back. */
  noticeWaits: boolean;
  /** The cloud asked for rest until then; 0 where it did not. */
  restUntil: number;
}

/** Longest wait for one answer of the cloud. */
const LOOK_TIMEOUT_MS = 5_000;

/** One look: counted for its project, and where it shows something new, folded into the job and saved on condition. */
export async function lookAt(
  { table, learning, cloud, clock, log, metrics }: Needs,
  rules: WatchRules,
  { pk, key, watch }: DueJob,
  project: ProjectPass,
  delivery: Delivery,
): Promise<void> {
  const askedAt = clock.now();
  const observation = await cloud.look(key, LOOK_TIMEOUT_MS);
  tally(project, observation, clock.now());
  // The answer is as old as the question: between the two this process may have stood still for long.
  const jobType = observation.kind === "seen" ? (observation.jobType ?? watch.jobType) : watch.jobType;
  if (isOldNews(watch, observation, askedAt, rules, learning.knownUsual(key.source, jobType))) return;
  const [subject, usual] = await Promise.all([table.read(pk), learning.usual(key.source, jobType)]);
  if (subject?.kind !== "job" || isOvertaken(subject.record, askedAt)) return;
  const { job, anomaly } = observe(subject.record, observation, askedAt, rules, usual);
  if (anomaly !== undefined) log.warn("the cloud contradicts an end", { ...namesOf(subject.record), anomaly });
  if (job === subject.record) return;
  const saved = await table.save({ kind: "job", record: job });
  if (!saved) return;
  noteSaved({ log, metrics }, saved.record, subject.record, project);
  if (hasEnded(saved.record)) noteEnd(metrics, saved.record, clock.now());
  learning.note(saved.record);
  delivery.add(openEntry(saved) ?? { pk });
}

/** Nothing to read or write: the same as at the last look and no deadline passed, or no look at the job at all. */
function isOldNews(watch: Watch, observation: Observation, now: number, rules: WatchRules, usual?: Usual): boolean {
  if (observation.kind === "unreachable") return now < watchLimitAt(watch, rules);
  return watch.fingerprint === fingerprint(observation) && now < nextDeadline(watch, rules, usual);
}

/** What somebody else found out after this look was begun is newer than its answer. */
function isOvertaken({ transitions }: Job, askedAt: number): boolean {
  return (transitions.at(-1)?.at ?? 0) > askedAt;
}

function tally(project: ProjectPass, observation: Observation, now: number): void {
  if (observation.kind !== "unreachable") {
    project.good++;
    project.badLooks = 0;
    return;
  }
  project.unreachable++;
  project.badLooks++;
  project.bad = observation;
  if (observation.restMs !== undefined) project.restUntil = now + observation.restMs;
}

function noteSaved({ log, metrics }: Pick<Needs, "log" | "metrics">, job: Job, before: Job, project: ProjectPass): void {
  if (hasEnded(job)) project.ended.push(job.title ?? job.jobId);
  const news = job.transitions.slice(before.transitions.length);
  for (const { n, kind, state, reason } of news) log.info("transition", { ...namesOf(job), n, kind, state, reason });
  if (news.length > 0) metrics.count("Transitions", news.length);
}

/** How long after the end in the cloud it was noticed. A job watched since later was found ended, not noticed. */
function noteEnd(metrics: Ports["metrics"], { endTime, watchedSince }: Job, now: number): void {
  if (endTime !== undefined && endTime >= watchedSince) metrics.age("NoticeDelay", Math.max(now - endTime, 0) / 1_000);
}

function namesOf({ jobId, team, projectId, correlationId }: Job): Record<string, unknown> {
  return { jobId, team, projectId, correlationId };
}
