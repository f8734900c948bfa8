import type { Delivery } from "../delivery/deliver.ts";
import type { Discovery } from "../discovery/discover.ts";
import { hashFraction } from "../domain/hash.ts";
import { trackingLimitAt } from "../domain/job/deadline.ts";
import { type Tracking, wasSeen } from "../domain/job/job.ts";
import { hasResumed, isPaused, resumesAt } from "../domain/job/pause.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { serviceOf } from "../domain/job/sources.ts";
import type { JobState } from "../domain/job/states.ts";
import { leastIntervals, NO_LOAD, type PollLoad, withJob } from "../domain/schedule/fair-share.ts";
import { type PollerState, type SegmentState, steadyLoad } from "../domain/schedule/poller-state.ts";
import { fixedInterval, isDue, nextPollAt } from "../domain/schedule/polling-schedule.ts";
import type { OpenEntry } from "../domain/stored-record.ts";
import { downtimePk, jobOfPk, projectOfPk, serviceOfReachabilityPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import type { OpenIndex, OpenPage } from "../table-ports.ts";
import type { Queue } from "./due-jobs.ts";
import type { OpenJobs, Polling } from "./polling.ts";
import { kindOf } from "./probing.ts";

export interface SweepSettings {
  /** Per project, over all segments. */
  pollsPerSecond: number;
  rules: TrackingRules;
}

/** Result of one round over the open records. */
export interface Sweep {
  startedAt: number;
  /** Whether every open record was visited. */
  isWhole: boolean;
  /** Where the next sweep continues after an incomplete one. */
  after?: string;
  /** When the next poll is due. */
  nextPollAt: number;
  /** The record of our own service has something to report. */
  serviceWaits: boolean;
  /** Open jobs by project and team. */
  open: Record<string, Record<string, PollLoad>>;
  openJobs: Record<string, number>;
  /** Open jobs by state. */
  states: Partial<Record<JobState, number>>;
  /** Digests up to this time are planned. */
  digestsUntil?: number | undefined;
  queues: Map<Queue, OpenJobs>;
}

/** Part of a minute in which a tick starts polls. */
const POLLING_SHARE = 52 / 60;
const BACK_OFF_MS = [30_000, 60_000, 120_000, 300_000, 600_000] as const;
/** A job that was not seen by then is polled slowly: usually its id is wrong. */
const NEVER_SEEN_MS = 10 * 60_000;

interface SweepTools {
  polling: Polling;
  delivery: Delivery;
  discovery: Discovery;
  lastPollAt: number;
}

/**
 * Visits all open records once, from where the last sweep stopped. Adds pending notifications to the delivery and due jobs to the polling.
 * Keeps one page in memory at a time.
 */
export async function sweepOpen(
  { table, learning, clock }: Pick<Ports, "learning" | "clock"> & { table: OpenIndex },
  settings: SweepSettings,
  state: SegmentState,
  tools: SweepTools,
): Promise<Sweep> {
  const { polling, delivery, lastPollAt } = tools;
  const sweep: Sweep = {
    ...{ startedAt: clock.now(), isWhole: false, nextPollAt: Number.POSITIVE_INFINITY, serviceWaits: false },
    ...{ open: {}, openJobs: {}, states: {}, queues: new Map() },
  };
  const minIntervalOf = intervalsOf(state, settings.pollsPerSecond);
  const visit = visitor({ learning, sweep, tools, minIntervalOf, windowEnd: state.windowEnd, rules: settings.rules });
  const digests = delivery.scanBegins(sweep.startedAt, state.digestsUntil);
  polling.sweepBegins();
  try {
    for await (const { entries, after } of openPages(table, state)) {
      for (const entry of entries) {
        visit(entry);
        digests.visit(entry);
      }
      polling.start();
      if (after !== undefined && clock.now() > lastPollAt) {
        sweep.after = after;
        return sweep;
      }
    }
    sweep.digestsUntil = await digests.save();
    sweep.isWhole = true;
    return sweep;
  } finally {
    // After a failed scan, the jobs that it found are still polled.
    polling.sweepEnds(sweep.startedAt, sweep.isWhole ? sweep.queues : undefined);
    polling.start();
    delivery.scanEnded();
  }
}

interface Visit {
  learning: Ports["learning"];
  sweep: Sweep;
  tools: SweepTools;
  minIntervalOf: (projectId: string, team: string) => number;
  windowEnd: number;
  rules: TrackingRules;
}

/** Returns the function that visits one open record. */
function visitor({ learning, sweep, tools, minIntervalOf, windowEnd, rules }: Visit): (entry: OpenEntry) => void {
  const { polling, delivery, discovery } = tools;
  const { startedAt } = sweep;
  return (entry) => {
    const { pk, tracking, mustPoll } = entry;
    delivery.add(entry);
    noteWaiting(sweep, polling, pk);
    visitProject(discovery, pk);
    const key = jobOfPk(pk);
    if (!key || !tracking) return;
    const { projectId, team } = key;
    sweep.openJobs[team] = (sweep.openJobs[team] ?? 0) + 1;
    const { state = "registered" } = tracking;
    sweep.states[state] = (sweep.states[state] ?? 0) + 1;
    if (waitsForEndOfPause(sweep, entry, rules)) return;
    const queue = polling.queue(team, polling.service({ projectId, service: serviceOf(key.source) }));
    const slowMs = slowIntervalMs(tracking, startedAt);
    count(sweep, queue, tracking, slowMs);
    const tracked = { jitter: hashFraction(pk), trackedSince: tracking.trackedSince, beginTime: tracking.beginTime };
    const schedule = learning.scheduleOf(key, tracking);
    const minIntervalMs = Math.max(minIntervalOf(projectId, team), slowMs);
    sweep.nextPollAt = Math.min(sweep.nextPollAt, nextPollAt(tracked, startedAt, schedule, minIntervalMs));
    const since = Math.max(Math.min(windowEnd, queue.droppedBefore), queue.polledAt.get(pk) ?? 0);
    const isDueNow = mustPoll || hasResumed(tracking, since, startedAt);
    if (!isDueNow && !isDue(tracked, since, startedAt, schedule, minIntervalMs)) return;
    const isLast = startedAt >= trackingLimitAt(tracking, rules);
    const dueAt = isDueNow ? startedAt : nextPollAt(tracked, since, schedule, minIntervalMs);
    polling.add(queue, { pk, key, tracking, dueAt, isLast });
  };
}

/** Returns true for a paused job within its tracking limit. It takes no share of its project's polls. */
function waitsForEndOfPause(sweep: Sweep, { tracking, mustPoll }: OpenEntry, rules: TrackingRules): boolean {
  const { startedAt } = sweep;
  if (!tracking || mustPoll || !isPaused(tracking, startedAt) || startedAt >= trackingLimitAt(tracking, rules)) return false;
  sweep.nextPollAt = Math.min(sweep.nextPollAt, resumesAt(tracking));
  return true;
}

function visitProject(discovery: Discovery, pk: string): void {
  const project = projectOfPk(pk);
  if (project) discovery.visit(project);
}

/** Notes records of services that have something to report, but no notification yet. */
function noteWaiting(sweep: Sweep, polling: Polling, pk: string): void {
  if (pk === downtimePk()) sweep.serviceWaits = true;
  const key = serviceOfReachabilityPk(pk);
  if (key !== undefined) polling.service(key).noticeWaits = true;
}

function count(sweep: Sweep, queue: Queue, tracking: Tracking, slowMs: number): void {
  const { team, service } = queue;
  const { projectId } = service.key;
  const teams = sweep.open[projectId] ?? {};
  sweep.open[projectId] = teams;
  const ageMs = sweep.startedAt - tracking.trackedSince;
  teams[team] = withJob(teams[team] ?? NO_LOAD, Math.max(fixedInterval(ageMs), slowMs));
  const counted = sweep.queues.get(queue) ?? { open: 0, openSeen: 0 };
  sweep.queues.set(queue, counted);
  counted.open++;
  if (kindOf(tracking) === "seen") counted.openSeen++;
}

/** Returns the state for the next sweep. An incomplete sweep changes only the place to continue. */
export function afterSweep(
  state: SegmentState,
  { isWhole, after, startedAt, open, openJobs, digestsUntil }: Sweep,
): SegmentState {
  const { after: _, ...kept } = state;
  if (!isWhole) return { ...kept, ...(after !== undefined && { after }) };
  const planned = digestsUntil === undefined ? {} : { digestsUntil };
  return { ...kept, windowEnd: startedAt, open: steady(state.open, open), openJobs, ...planned };
}

function steady(before: PollerState["open"], now: PollerState["open"]): PollerState["open"] {
  const ofProject = ([projectId, teams]: [string, Record<string, PollLoad>]) => [
    projectId,
    Object.fromEntries(Object.entries(teams).map(([team, load]) => [team, steadyLoad(before[projectId]?.[team], load)])),
  ];
  return Object.fromEntries(Object.entries(now).map(ofProject));
}

/** Returns the minimum interval that follows from a team's share of a project's polls. 0 if the share is large enough. */
function intervalsOf(
  { open, segmentCount }: SegmentState,
  pollsPerSecond: number,
): (projectId: string, team: string) => number {
  const perSecond = (pollsPerSecond / segmentCount) * POLLING_SHARE;
  const intervals = new Map(
    Object.entries(open).map(([projectId, teams]) => [projectId, leastIntervals(new Map(Object.entries(teams)), perSecond)]),
  );
  return (projectId, team) => intervals.get(projectId)?.get(team) ?? 0;
}

/**
 * Returns the minimum interval of a job that is polled slowly, in milliseconds. 0 for other jobs.
 * If its own polls fail: half of the time since the first failure, at most a minute until its team is notified. If it was never seen: a
 * tenth of its age. Rounded down to a few values, since each needs a schedule of its own.
 */
function slowIntervalMs(tracking: Tracking, now: number): number {
  const { failing, trackedSince } = tracking;
  if (failing !== undefined) return stepBelow((now - failing.since) / 2, failing.reported ? Number.POSITIVE_INFINITY : 60_000);
  const ageMs = now - trackedSince;
  return wasSeen(tracking) || ageMs < NEVER_SEEN_MS ? 0 : stepBelow(ageMs / 10);
}

function stepBelow(ms: number, mostMs = Number.POSITIVE_INFINITY): number {
  return BACK_OFF_MS.findLast((step) => step <= Math.min(ms, mostMs)) ?? 0;
}

async function* openPages(table: OpenIndex, { segment, segmentCount, after }: SegmentState): AsyncGenerator<OpenPage> {
  if (after === undefined) return yield* table.scanOpen(segment, segmentCount);
  yield* table.scanOpen(segment, segmentCount, { after });
  yield* table.scanOpen(segment, segmentCount, { until: after });
}
