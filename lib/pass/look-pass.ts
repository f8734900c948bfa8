import type { Delivery } from "../deliver-alerts.ts";
import { faultOf } from "../fault.ts";
import { isDue, nextLookAt } from "../job/cadence.ts";
import { watchLimitAt } from "../job/deadline.ts";
import { hashFraction } from "../job/hash.ts";
import type { Watch } from "../job/job.ts";
import { idOf, jobOfPk, type ServiceKey, serviceOfId, serviceOfPk, servicePk } from "../job/names.ts";
import type { WatchRules } from "../job/rules.ts";
import { serviceOf } from "../job/sources.ts";
import type { OpenEntry } from "../job/subject.ts";
import { createLimit } from "../limit.ts";
import type { Cycle, OpenPage, Ports } from "../ports.ts";
import { createHands } from "./hands.ts";
import type { JobHealth } from "./job-health.ts";
import { BAD_LOOKS_BEFORE_PROBING, driveLane, type Lane, leaveOut } from "./lane.ts";
import { type DueJob, lookAt, type Needs, type ServicePass } from "./look-at-job.ts";
import { createRateBudget, type RateBudget } from "./rate-budget.ts";

export interface LookSettings {
  concurrency: number;
  /** A project, over all segments. */
  looksPerSecond: number;
  rules: WatchRules;
}

/** The part of a minute in which a tick begins looks. */
const LOOKING_SHARE = 52 / 60;

/** Half of the table client's connections: the senders have the others. */
const MOST_SAVING = 25;
const BACK_OFF_MS = [30_000, 60_000, 120_000, 300_000, 600_000] as const;

/** What one round over the open items found. */
export interface Pass {
  startedAt: number;
  /** Whether every open item was come to; else where the next pass goes on. */
  whole: boolean;
  after?: string;
  looks: number;
  /** The services of projects that have open records, by `idOf`. */
  services: Map<string, ServicePass>;
  /** Jobs to poll, a list a service. */
  due: Map<string, DueJob[]>;
  /** The first moment at which a look is due again. */
  nextLookAt: number;
  /** The service's own item waits to tell something. */
  serviceWaits: boolean;
  /** Open jobs of each project, as the last whole scan counted them. */
  openBefore: ReadonlyMap<string, number>;
}

/**
 * Gives the passes of one tick. A pass scans the open items, hands what is pending to the delivery, looks at the jobs that
 * are due, service by service side by side, and saves what is new. A look that shows nothing new writes nothing; one job's
 * fault never stops the others.
 */
export function createLooking(
  ports: Needs,
  settings: LookSettings,
  delivery: Delivery,
  health: JobHealth,
  lastLookAt: number,
): (cycle: Cycle) => Promise<Pass> {
  const { table, learning, clock, log } = ports;
  const { concurrency, looksPerSecond, rules } = settings;
  const hands = createHands(concurrency);
  const lanes = new Map<string, Lane>();
  const budgets = new Map<string, RateBudget>();
  const tools = { health, delivery, saving: createLimit(MOST_SAVING) };

  return async (cycle) => {
    const startedAt = clock.now();
    const pass: Pass = {
      startedAt,
      whole: false,
      looks: 0,
      services: new Map(),
      due: new Map(),
      nextLookAt: Number.POSITIVE_INFINITY,
      serviceWaits: false,
      openBefore: openOf(cycle),
    };
    try {
      await scan(pass, cycle);
    } finally {
      delivery.scanned();
      // Where the scan broke off, what it found is looked at all the same.
      await Promise.all([...pass.due].map(([id, due]) => lookAtAll(pass, cycle, id, due)));
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
    const { pk, watch, mustPoll } = entry;
    delivery.add(entry);
    noteWaiting(pass, cycle, pk);
    const key = jobOfPk(pk);
    if (!key || !watch) return;
    const service = servicePassOf(pass, cycle, { projectId: key.projectId, service: serviceOf(key.source) });
    service.open++;
    const watched = { phase: hashFraction(pk), watchedSince: watch.watchedSince, beginTime: watch.beginTime };
    const perSecond = (looksPerSecond / cycle.of) * LOOKING_SHARE;
    const stretchMs = ((pass.openBefore.get(key.projectId) ?? 0) / perSecond) * 1_000;
    const pace = learning.paceOf(key.source, watch, Math.max(stretchMs, backOffMs(watch, pass.startedAt)));
    pass.nextLookAt = Math.min(pass.nextLookAt, nextLookAt(watched, pass.startedAt, pace));
    const id = idOf(service.key);
    const from = cycle.behind[id] ?? cycle.windowEnd;
    const since = Math.max(from, laneOf(service.key, cycle).looked.get(pk) ?? 0);
    if (!mustPoll && !isDue(watched, since, pass.startedAt, pace)) return;
    const isLast = pass.startedAt >= watchLimitAt(watch, rules);
    const dueAt = mustPoll ? pass.startedAt : nextLookAt(watched, since, pace);
    enqueue(pass, service, { pk, key, watch, dueAt, isLast });
  }

  /** Items that wait to tell what is no alert yet. */
  function noteWaiting(pass: Pass, cycle: Cycle, pk: string): void {
    if (pk === servicePk()) pass.serviceWaits = true;
    const key = serviceOfPk(pk);
    if (key !== undefined) servicePassOf(pass, cycle, key).noticeWaits = true;
  }

  /** Of more jobs than can be looked at before the tick ends, only those that have been due for longest are kept in mind. */
  function enqueue({ due }: Pass, service: ServicePass, job: DueJob): void {
    const id = idOf(service.key);
    const queue = due.get(id) ?? [];
    due.set(id, queue);
    queue.push(job);
    const secondsLeft = Math.max(lastLookAt - clock.now(), 0) / 1_000 + 1;
    const room = Math.ceil(secondsLeft * looksPerSecond);
    if (queue.length > 2 * room) for (const left of oldestFirst(queue).splice(room)) leaveOut(service, left);
  }

  async function lookAtAll(pass: Pass, cycle: Cycle, id: string, due: DueJob[]): Promise<void> {
    const service = pass.services.get(id);
    if (!service) return;
    const lane = laneOf(service.key, cycle);
    const look = async (job: DueJob) => {
      pass.looks++;
      await lookAt(ports, rules, job, service, tools).catch((error: unknown) =>
        log.error("a look failed", { jobId: job.key.jobId, team: job.key.team, ...faultOf(error) }),
      );
    };
    await driveLane(lane, service, oldestFirst(due), { clock, hands, lastLookAt, look });
    if (pass.whole && service.leftOutSince === Number.POSITIVE_INFINITY) lane.looked.clear();
  }

  /** What was left behind by an earlier tick is tried with one look first. */
  function laneOf(key: ServiceKey, { of, behind }: Cycle): Lane {
    const id = idOf(key);
    const budget = budgets.get(key.projectId) ?? createRateBudget(looksPerSecond / of, clock);
    budgets.set(key.projectId, budget);
    const lane = lanes.get(id) ?? {
      budget,
      badLooks: behind[id] === undefined ? 0 : BAD_LOOKS_BEFORE_PROBING,
      looked: new Map<string, number>(),
    };
    lanes.set(id, lane);
    return lane;
  }

  function servicePassOf({ services }: Pass, cycle: Cycle, key: ServiceKey): ServicePass {
    const id = idOf(key);
    const service = services.get(id) ?? {
      key,
      good: 0,
      badLooks: laneOf(key, cycle).badLooks,
      open: 0,
      ended: [],
      unreachable: 0,
      leftOutSince: Number.POSITIVE_INFINITY,
      noticeWaits: false,
      restUntil: cycle.resting[id] ?? 0,
    };
    services.set(id, service);
    return service;
  }
}

/**
 * The least interval of a job whose own polls fail: half of the time that they have failed for, but a minute at most until its team is
 * notified. Few values, since a pace is computed for each.
 */
function backOffMs({ failing }: Watch, now: number): number {
  if (failing === undefined) return 0;
  const mostMs = failing.reported ? Number.POSITIVE_INFINITY : 60_000;
  return BACK_OFF_MS.findLast((ms) => now - failing.since >= 2 * ms && ms <= mostMs) ?? 0;
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

/** Open jobs of a project at the last whole scan, over its services. */
function openOf({ open }: Cycle): Map<string, number> {
  const byProject = new Map<string, number>();
  for (const [id, count] of Object.entries(open)) {
    const { projectId } = serviceOfId(id);
    byProject.set(projectId, (byProject.get(projectId) ?? 0) + count);
  }
  return byProject;
}
