import type { Delivery } from "../deliver-alerts.ts";
import { faultOf } from "../fault.ts";
import { isDue, nextLookAt } from "../job/cadence.ts";
import { hashFraction } from "../job/hash.ts";
import { jobOfPk, projectOfPk, servicePk } from "../job/names.ts";
import type { WatchRules } from "../job/rules.ts";
import type { OpenEntry } from "../job/subject.ts";
import type { Cycle, OpenPage, Ports } from "../ports.ts";
import { createHands } from "./hands.ts";
import { BAD_LOOKS_BEFORE_PROBING, driveLane, type Lane, leaveOut } from "./lane.ts";
import { type DueJob, lookAt, type Needs, type ProjectPass } from "./look-at-job.ts";
import { createRateBudget } from "./rate-budget.ts";

export interface LookSettings {
  concurrency: number;
  /** A project, over all segments. */
  looksPerSecond: number;
  rules: WatchRules;
}

/** The part of a minute in which a tick begins looks. */
const LOOKING_SHARE = 52 / 60;

/** What one round over the open items found. */
export interface Pass {
  startedAt: number;
  /** Whether every open item was come to; else where the next pass goes on. */
  whole: boolean;
  after?: string;
  looks: number;
  projects: Map<string, ProjectPass>;
  /** Jobs to look at, a list a project. */
  due: Map<string, DueJob[]>;
  /** The first moment at which a look is due again. */
  nextLookAt: number;
  /** The service's own item waits to tell something. */
  serviceWaits: boolean;
}

/**
 * Gives the passes of one tick. A pass scans the open items, hands what is pending to the delivery, looks at the jobs that
 * are due, project by project side by side, and saves what is new. A look that shows nothing new writes nothing; one job's
 * fault never stops the others.
 */
export function createLooking(
  ports: Needs,
  settings: LookSettings,
  delivery: Delivery,
  lastLookAt: number,
): (cycle: Cycle) => Promise<Pass> {
  const { table, learning, clock, log } = ports;
  const { concurrency, looksPerSecond, rules } = settings;
  const hands = createHands(concurrency);
  const lanes = new Map<string, Lane>();

  return async (cycle) => {
    const startedAt = clock.now();
    const pass: Pass = {
      startedAt,
      whole: false,
      looks: 0,
      projects: new Map(),
      due: new Map(),
      nextLookAt: Number.POSITIVE_INFINITY,
      serviceWaits: false,
    };
    try {
      await scan(pass, cycle);
    } finally {
      delivery.scanned();
      // Where the scan broke off, what it found is looked at all the same.
      await Promise.all([...pass.due].map(([projectId, due]) => lookAtAll(pass, cycle, projectId, due)));
    }
    return pass;
  };

  /** Walks once around the open items, from where the last pass stopped. Pages are held one at a time. */
  async function scan(pass: Pass, cycle: Cycle): Promise<void> {
    for await (const { entries, after } of openPages(table, cycle)) {
      for (const entry of entries) meet(pass, cycle, entry);
      if (after !== undefined && clock.now() > lastLookAt) {
        pass.after = after;
        return;
      }
    }
    pass.whole = true;
  }

  function meet(pass: Pass, cycle: Cycle, entry: OpenEntry): void {
    const { pk, watch } = entry;
    delivery.add(entry);
    noteWaiting(pass, cycle, pk);
    const key = jobOfPk(pk);
    if (!key || !watch) return;
    const project = projectOf(pass, cycle, key.projectId);
    project.open++;
    const watched = { phase: hashFraction(pk), watchedSince: watch.watchedSince, beginTime: watch.beginTime };
    const perSecond = (looksPerSecond / cycle.of) * LOOKING_SHARE;
    const stretchMs = ((cycle.open[key.projectId] ?? 0) / perSecond) * 1_000;
    const pace = learning.paceOf(key.source, watch, stretchMs);
    pass.nextLookAt = Math.min(pass.nextLookAt, nextLookAt(watched, pass.startedAt, pace));
    const from = cycle.behind[key.projectId] ?? cycle.windowEnd;
    const since = Math.max(from, laneOf(key.projectId, cycle).looked.get(pk) ?? 0);
    if (!isDue(watched, since, pass.startedAt, pace)) return;
    enqueue(pass, project, { pk, key, watch, dueAt: nextLookAt(watched, since, pace) });
  }

  /** Items that wait to tell what is no alert yet. */
  function noteWaiting(pass: Pass, cycle: Cycle, pk: string): void {
    if (pk === servicePk()) pass.serviceWaits = true;
    const projectId = projectOfPk(pk);
    if (projectId !== undefined) projectOf(pass, cycle, projectId).noticeWaits = true;
  }

  /** Of more jobs than can be looked at before the tick ends, only those that have been due for longest are kept in mind. */
  function enqueue({ due }: Pass, project: ProjectPass, job: DueJob): void {
    const queue = due.get(job.key.projectId) ?? [];
    due.set(job.key.projectId, queue);
    queue.push(job);
    const secondsLeft = Math.max(lastLookAt - clock.now(), 0) / 1_000 + 1;
    const room = Math.ceil(secondsLeft * looksPerSecond);
    if (queue.length > 2 * room) for (const left of oldestFirst(queue).splice(room)) leaveOut(project, left);
  }

  async function lookAtAll(pass: Pass, cycle: Cycle, projectId: string, due: DueJob[]): Promise<void> {
    const project = projectOf(pass, cycle, projectId);
    const lane = laneOf(projectId, cycle);
    const look = async (job: DueJob) => {
      pass.looks++;
      await lookAt(ports, rules, job, project, delivery).catch((error: unknown) =>
        log.error("a look failed", { jobId: job.key.jobId, team: job.key.team, ...faultOf(error) }),
      );
    };
    await driveLane(lane, project, oldestFirst(due), { clock, hands, lastLookAt, look });
    if (pass.whole && project.leftOutSince === Number.POSITIVE_INFINITY) lane.looked.clear();
  }

  /** What was left behind by an earlier tick is tried with one look first. */
  function laneOf(projectId: string, { of, behind }: Cycle): Lane {
    const lane = lanes.get(projectId) ?? {
      budget: createRateBudget(looksPerSecond / of, clock),
      badLooks: behind[projectId] === undefined ? 0 : BAD_LOOKS_BEFORE_PROBING,
      looked: new Map<string, number>(),
    };
    lanes.set(projectId, lane);
    return lane;
  }

  function projectOf({ projects }: Pass, cycle: Cycle, projectId: string): ProjectPass {
    const project = projects.get(projectId) ?? {
      good: 0,
      badLooks: laneOf(projectId, cycle).badLooks,
      open: 0,
      ended: [],
      unreachable: 0,
      leftOutSince: Number.POSITIVE_INFINITY,
      noticeWaits: false,
      restUntil: cycle.resting[projectId] ?? 0,
    };
    projects.set(projectId, project);
    return project;
  }
}

/** Whatever the budget leaves over is first in the next pass, so that no job waits for ever behind others. */
function oldestFirst(due: DueJob[]): DueJob[] {
  return due.sort((one, other) => one.dueAt - other.dueAt);
}

async function* openPages(table: Ports["table"], { segment, of, after }: Cycle): AsyncGenerator<OpenPage> {
  if (after === undefined) return yield* table.scanOpen(segment, of);
  yield* table.scanOpen(segment, of, { after });
  yield* table.scanOpen(segment, of, { until: after });
}
