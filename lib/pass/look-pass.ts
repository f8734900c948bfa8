import type { Delivery } from "../deliver-alerts.ts";
import { faultOf } from "../fault.ts";
import { isDue, nextLookAt } from "../job/cadence.ts";
import { nextDeadline, watchLimitAt } from "../job/deadline.ts";
import { fingerprint } from "../job/fingerprint.ts";
import { hasEnded, type Job, type JobKey, type Observation, pendingAlerts, type Watch } from "../job/job.ts";
import { jobOfPk } from "../job/names.ts";
import { observe } from "../job/observe.ts";
import type { WatchRules } from "../job/rules.ts";
import type { ProjectLooks } from "../job/sight.ts";
import type { OpenEntry } from "../job/subject.ts";
import type { Cycle, OpenPage, Ports } from "../ports.ts";
import { concurrently } from "./concurrently.ts";
import { createRateBudget, type RateBudget } from "./rate-budget.ts";

export interface LookSettings {
  concurrency: number;
  /** A project, over all segments. */
  looksPerSecond: number;
  rules: WatchRules;
}

/** What one round over the open items found. */
export interface Pass {
  startedAt: number;
  /** Whether every open item was come to; else where the next pass goes on. */
  whole: boolean;
  after?: string;
  looks: number;
  projects: Map<string, ProjectPass>;
  /** The first moment at which a look is due again. */
  nextLookAt: number;
}

export interface ProjectPass extends ProjectLooks {
  /** A due look was left out: rest, budget or clock. */
  leftOut: boolean;
  /** The cloud asked for rest until then. */
  restUntil?: number;
}

type Needs = Pick<Ports, "table" | "cloud" | "clock" | "log">;
interface DueJob {
  pk: string;
  key: JobKey;
  watch: Watch;
}

/** Longest wait for one answer of the cloud. */
const LOOK_TIMEOUT_MS = 5_000;

/**
 * One pass: scans the open items, hands what is pending to the delivery, looks at the jobs that are due, and saves what is
 * new. A look that shows nothing new writes nothing; one job's fault never stops the others.
 */
export async function lookPass(
  ports: Needs,
  settings: LookSettings,
  cycle: Cycle,
  delivery: Delivery,
  lastLookAt: number,
): Promise<Pass> {
  const { clock, log } = ports;
  const pass: Pass = {
    startedAt: clock.now(),
    whole: false,
    looks: 0,
    projects: new Map(),
    nextLookAt: Number.POSITIVE_INFINITY,
  };
  const budgets = new Map<string, RateBudget>();
  const visit = async (due: DueJob) => {
    const project = projectOf(pass, due.key.projectId);
    const resting = Math.max(cycle.resting[due.key.projectId] ?? 0, project.restUntil ?? 0) > clock.now();
    if (resting || !(await budgetOf(budgets, due.key.projectId, settings, cycle, clock).take(lastLookAt))) {
      project.leftOut = true;
      return;
    }
    pass.looks++;
    await lookAt(ports, settings.rules, due, project, delivery).catch((error: unknown) =>
      log.error("a look failed", { jobId: due.key.jobId, team: due.key.team, ...faultOf(error) }),
    );
  };
  await concurrently(dueJobs(ports, settings, cycle, pass, delivery, lastLookAt), settings.concurrency, visit);
  return pass;
}

/** Walks once around the open items, from where the last pass stopped. Pages are held one at a time. */
async function* dueJobs(
  ports: Needs,
  settings: LookSettings,
  cycle: Cycle,
  pass: Pass,
  delivery: Delivery,
  lastLookAt: number,
): AsyncGenerator<DueJob> {
  for await (const { entries, after } of openPages(ports.table, cycle)) {
    for (const entry of entries) {
      for (const channel of entry.pending?.channels ?? []) delivery.add(channel, entry.pk, entry.pending?.since ?? 0);
      yield* dueJob(entry, settings, cycle, pass);
    }
    if (ports.clock.now() > lastLookAt) {
      if (after !== undefined) pass.after = after;
      return;
    }
  }
  pass.whole = true;
}

async function* openPages(table: Ports["table"], { segment, of, after }: Cycle): AsyncGenerator<OpenPage> {
  if (after !== undefined) yield* table.scanOpen(segment, of, after);
  yield* table.scanOpen(segment, of);
}

function* dueJob({ pk, watch }: OpenEntry, settings: LookSettings, cycle: Cycle, pass: Pass): Generator<DueJob> {
  const key = jobOfPk(pk);
  if (!key || !watch) return;
  const project = projectOf(pass, key.projectId);
  project.open++;
  const watched = { name: pk, watchedSince: watch.watchedSince };
  const stretchMs = ((cycle.open[key.projectId] ?? 0) / settings.looksPerSecond) * cycle.of * 1_000;
  pass.nextLookAt = Math.min(pass.nextLookAt, nextLookAt(watched, pass.startedAt, stretchMs));
  const from = cycle.behind[key.projectId] ?? cycle.windowEnd;
  if (isDue(watched, from, pass.startedAt, stretchMs)) yield { pk, key, watch };
}

async function lookAt(
  { table, cloud, clock, log }: Needs,
  rules: WatchRules,
  { pk, key, watch }: DueJob,
  project: ProjectPass,
  delivery: Delivery,
): Promise<void> {
  const observation = await cloud.look(key, LOOK_TIMEOUT_MS);
  const now = clock.now();
  tally(project, observation, now);
  if (isOldNews(watch, observation, now, rules)) return;
  const subject = await table.read(pk);
  if (subject?.kind !== "job") return;
  const { job, anomaly } = observe(subject.record, observation, now, rules);
  if (anomaly !== undefined) log.warn("the cloud contradicts an end", { jobId: key.jobId, team: key.team, anomaly });
  if (job === subject.record) return;
  const saved = await table.save({ kind: "job", record: job });
  if (!saved) return;
  noteSaved(saved.record, subject.record, project, log);
  for (const { channel, at } of pendingAlerts(saved.record)) delivery.add(channel, pk, at);
}

/** Nothing to read or write: the same as at the last look and no deadline passed, or no look at the job at all. */
function isOldNews(watch: Watch, observation: Observation, now: number, rules: WatchRules): boolean {
  if (observation.kind === "unreachable") return now < watchLimitAt(watch, rules);
  return watch.fingerprint === fingerprint(observation) && now < nextDeadline(watch, rules);
}

function tally(project: ProjectPass, observation: Observation, now: number): void {
  if (observation.kind !== "unreachable") {
    project.good++;
    return;
  }
  project.badLooks++;
  project.bad = observation;
  if (observation.restMs !== undefined) {
    project.restUntil = now + observation.restMs;
    project.leftOut = true;
  }
}

function noteSaved(job: Job, before: Job, project: ProjectPass, log: Ports["log"]): void {
  if (hasEnded(job)) project.ended.push(job.title ?? job.jobId);
  for (const { n, kind, state, reason } of job.transitions.slice(before.transitions.length)) {
    log.info("transition", { jobId: job.jobId, team: job.team, projectId: job.projectId, n, kind, state, reason });
  }
}

function projectOf(pass: Pass, projectId: string): ProjectPass {
  const project = pass.projects.get(projectId) ?? { good: 0, badLooks: 0, open: 0, ended: [], leftOut: false };
  pass.projects.set(projectId, project);
  return project;
}

function budgetOf(
  budgets: Map<string, RateBudget>,
  projectId: string,
  { looksPerSecond }: LookSettings,
  cycle: Cycle,
  clock: Ports["clock"],
): RateBudget {
  const budget = budgets.get(projectId) ?? createRateBudget(looksPerSecond / cycle.of, clock);
  budgets.set(projectId, budget);
  return budget;
}
