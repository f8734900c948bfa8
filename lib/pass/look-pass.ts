import type { Delivery } from "../deliver-alerts.ts";
import { faultOf } from "../fault.ts";
import { isDue, nextLookAt } from "../job/cadence.ts";
import { jobOfPk } from "../job/names.ts";
import type { WatchRules } from "../job/rules.ts";
import type { OpenEntry } from "../job/subject.ts";
import type { Cycle, OpenPage, Ports } from "../ports.ts";
import { concurrently } from "./concurrently.ts";
import { type DueJob, lookAt, type Needs, type ProjectPass } from "./look-at-job.ts";
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
