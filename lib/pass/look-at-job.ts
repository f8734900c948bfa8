import type { Delivery } from "../deliver-alerts.ts";
import { foldLook } from "../fold-look.ts";
import { nextDeadline, watchLimitAt } from "../job/deadline.ts";
import { fingerprint } from "../job/fingerprint.ts";
import { hasEnded, type Job, type JobKey, type Observation, type Usual, type Watch } from "../job/job.ts";
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
  const folded = await foldLook({ table, learning, log }, rules, { pk, jobType, observation, askedAt });
  if (!folded) return;
  const { before, after } = folded;
  const news = after.transitions.length - before.transitions.length;
  if (news > 0) metrics.count("Transitions", news);
  if (hasEnded(after)) {
    project.ended.push(after.title ?? key.jobId);
    noteEnd(metrics, after, clock.now());
  }
  learning.note(after);
  delivery.add(openEntry({ kind: "job", record: after }) ?? { pk });
}

/** Nothing to read or write: the same as at the last look and no deadline passed, or no look at the job at all. */
function isOldNews(watch: Watch, observation: Observation, now: number, rules: WatchRules, usual?: Usual): boolean {
  if (observation.kind === "unreachable") return now < watchLimitAt(watch, rules);
  return watch.fingerprint === fingerprint(observation) && now < nextDeadline(watch, rules, usual);
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

/** How long after the end in the cloud it was noticed. A job watched since later was found ended, not noticed. */
function noteEnd(metrics: Ports["metrics"], { endTime, watchedSince }: Job, now: number): void {
  if (endTime !== undefined && endTime >= watchedSince) metrics.age("NoticeDelay", Math.max(now - endTime, 0) / 1_000);
}
