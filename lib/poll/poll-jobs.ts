import { createDelivery, type Delivery } from "../delivery/deliver.ts";
import type { DiscoveryDeps } from "../discovery/context.ts";
import { createDiscovery, type Discovery } from "../discovery/discover.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { bounded, type SegmentState } from "../domain/schedule/poller-state.ts";
import { LEASE_MS } from "../domain/stored-times.ts";
import type { Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import { createJobHealth } from "../shared/job-health.ts";
import { createLimit } from "../shared/limit.ts";
import { createListTurns } from "./list-turns.ts";
import { createDowntimeNotice } from "./note-downtime.ts";
import { createReachabilityNotes } from "./note-reachability.ts";
import { type DueJob, pollJob } from "./poll-job.ts";
import { Polling } from "./polling.ts";
import type { PollResult } from "./probing.ts";
import type { PolledService } from "./service-polls.ts";
import { afterSweep, type Sweep, sweepOpen } from "./sweep.ts";

export interface PollSettings {
  /** Concurrent polls. */
  concurrency: number;
  /** Per project, over all segments. */
  pollsPerSecond: number;
  rules: TrackingRules;
}

/** Everything that a tick uses. */
export type PollDeps = Ports & Pick<DiscoveryDeps, "openJobs" | "inventories">;

export interface Tick {
  segment: number;
  segmentCount: number;
  /** Fresh with each invocation. */
  owner: string;
  /** When the invocation began, and when the platform ends it. */
  startedAt: number;
  endsAt: number;
}

export interface TickReport {
  /** Another tick held the lease. */
  skipped: boolean;
  /** The window was closed, and all downtime is recorded. */
  finished: boolean;
  sweeps: number;
  polls: number;
}

const TICK_MS = 60_000;
const SWEEP_MS = 5_000;
const LAST_POLL_MS = 6_000;
const LAST_SEND_MS = 9_000;
/** Jobs read and saved at once: half of the table client's connections. The senders use the others. */
const MAX_SAVING = 25;

/**
 * One tick of one segment:
 * 1. Take the lease. Return if another tick holds it.
 * 2. Sweep the open records: poll due jobs, save changes, deliver pending notifications. A poll that shows nothing new writes
 *    nothing. An error of one job never stops the others.
 * 3. Sweep again while a job is due or a channel is ready before the next tick. Queued polls continue between sweeps.
 * 4. Save until when all due polls were made, and release the lease, in one write. Then save how long finished jobs took.
 */
export async function pollJobs(ports: PollDeps, settings: PollSettings, tick: Tick): Promise<TickReport> {
  const { table, clock, log, metrics } = ports;
  const leaseUntil = tick.startedAt + LEASE_MS;
  const taken = await table.takeSegment(tick.segment, tick.segmentCount, tick.owner, clock.now(), leaseUntil);
  if (!taken) {
    metrics.count("TicksSkipped", 1);
    log.info("another tick holds the lease", { segment: tick.segment });
    return { skipped: true, finished: false, sweeps: 0, polls: 0 };
  }
  const delivery = createDelivery(ports, {
    ...settings.rules,
    lastSendAt: tick.endsAt - LAST_SEND_MS,
    endsAt: tick.endsAt,
    leaseUntil,
  });
  const { segmentState, sweeps, counts, isCaughtUp } = await runSweeps(ports, settings, tick, taken, delivery).catch(
    async (error: unknown) => {
      await delivery.drain();
      // The window is not advanced, so the next tick catches up.
      await table.closeSegment(taken).catch(() => log.warn("lease could not be released", { segment: tick.segment }));
      throw error;
    },
  );
  await delivery.drain();
  const closed = await close(ports, { ...segmentState, polls: counts.Polls }, delivery, isCaughtUp);
  await ports.learning.flush();
  for (const [name, value] of Object.entries(counts)) metrics.count(name, value);
  return { skipped: false, finished: closed && isCaughtUp, sweeps, polls: counts.Polls };
}

async function runSweeps(ports: PollDeps, settings: PollSettings, tick: Tick, taken: SegmentState, delivery: Delivery) {
  const { clock } = ports;
  const lastPollAt = tick.endsAt - LAST_POLL_MS;
  const counts = {
    ...{ Polls: 0, PollsUnreachable: 0, UnreachableServices: 0 },
    ...{ OpenJobs: 0, OpenJobsRegistered: 0, OpenJobsWaiting: 0, OpenJobsRunning: 0 },
  };
  const health = createJobHealth(taken);
  const polling = createPollingOf(ports, settings, taken, { health, delivery, saving: createLimit(MAX_SAVING) }, lastPollAt);
  const turns = createListTurns(polling, health, clock);
  const { rules } = settings;
  const discovery = createDiscovery(ports, {
    ...{ rules, delivery, turns, lists: taken.lists },
    lastStartAt: tick.endsAt - LAST_SEND_MS,
  });
  const { opsChannel } = rules;
  const reachability = createReachabilityNotes(ports, opsChannel, delivery);
  const downtime = createDowntimeNotice(ports, taken, tick.startedAt, opsChannel, delivery);
  const note = async (sweep: Pick<Sweep, "isWhole" | "serviceWaits">) => {
    const services = polling.report();
    await reachability.afterSweep(services);
    await downtime.afterSweep(services, sweep);
    for (const { unreachable } of services.values()) counts.PollsUnreachable += unreachable;
    counts.UnreachableServices = reachability.reported();
  };
  let segmentState = taken;
  let sweeps = 0;
  try {
    for (let again = clock.now(); again <= lastPollAt && again < tick.startedAt + TICK_MS; ) {
      if (again > clock.now()) await clock.sleep(again - clock.now());
      const sweep = await sweepOpen(ports, settings, segmentState, { polling, delivery, discovery, lastPollAt });
      const isIdle = await polling.idle(sweep.startedAt + SWEEP_MS);
      await note({ ...sweep, isWhole: sweep.isWhole && isIdle });
      segmentState = afterSweep(segmentState, sweep);
      sweeps++;
      if (sweep.isWhole) Object.assign(counts, openJobCounts(sweep));
      again = Math.max(await nextSweepAt(sweep, delivery, discovery, tick), sweep.startedAt + SWEEP_MS);
    }
  } finally {
    await discovery.drain();
    await polling.idle(lastPollAt);
    await polling.stop();
  }
  await note({ isWhole: false, serviceWaits: false });
  counts.Polls = polling.started();
  const isCaughtUp = await downtime.close();
  const { downtimeWaits: _, ...last } = segmentState;
  const state = bounded({
    ...last,
    ...polling.unfinished(segmentState.windowEnd),
    ...health.kept(),
    ...downtime.kept(),
    ...discovery.kept(),
  });
  return { segmentState: { ...last, ...state }, sweeps, counts, isCaughtUp };
}

function openJobCounts({ openJobs, states: { registered = 0, waiting = 0, running = 0 } }: Sweep) {
  return {
    OpenJobs: Object.values(openJobs).reduce((sum, open) => sum + open, 0),
    ...{ OpenJobsRegistered: registered, OpenJobsWaiting: waiting, OpenJobsRunning: running },
  };
}

function createPollingOf(
  ports: Ports,
  { concurrency, pollsPerSecond, rules }: PollSettings,
  taken: SegmentState,
  tools: Parameters<typeof pollJob>[4],
  lastPollAt: number,
): Polling {
  const poll = async (job: DueJob, service: PolledService): Promise<PollResult> => {
    try {
      return await pollJob(ports, rules, job, service, tools);
    } catch (error) {
      ports.log.error("poll failed", { jobId: job.key.jobId, team: job.key.team, ...errorFields(error) });
      return "own";
    }
  };
  return new Polling(
    ports.clock,
    { concurrency, pollsPerSecond: pollsPerSecond / taken.segmentCount, lastPollAt, poll },
    taken,
  );
}

/** Returns when there is work again. If no poll is due, waits for lists and senders first: lists find jobs, senders may have to retry. */
async function nextSweepAt(
  { nextPollAt, startedAt }: Sweep,
  delivery: Delivery,
  discovery: Discovery,
  tick: Tick,
): Promise<number> {
  const isDue = nextPollAt < tick.startedAt + TICK_MS;
  if (!isDue) await discovery.drain();
  // The first poll of a discovered job is due by the next sweep.
  if (discovery.tookNew()) return startedAt;
  if (isDue) return Math.min(nextPollAt, delivery.waiting().until ?? nextPollAt);
  await delivery.drain();
  return delivery.waiting().until ?? Number.POSITIVE_INFINITY;
}

/** If downtime could not be recorded, `finishedAt` is not advanced, so that the next tick detects it again. */
async function close(
  { table, clock, log, metrics }: Ports,
  segmentState: SegmentState,
  delivery: Delivery,
  isCaughtUp: boolean,
): Promise<boolean> {
  const { oldestPendingAt: _, ...kept } = segmentState;
  const now = clock.now();
  const { since, deliverableSince, suspended } = delivery.waiting();
  const finished = isCaughtUp ? { finishedAt: now } : {};
  const closed = await table.closeSegment({ ...kept, ...finished, ...(since !== undefined && { oldestPendingAt: since }) });
  if (!closed) log.warn("lease was taken over before the tick was closed", { segment: segmentState.segment });
  metrics.age("OldestPendingNotification", deliverableSince === undefined ? 0 : Math.max(now - deliverableSince, 0) / 1_000);
  metrics.count("SuspendedChannels", suspended);
  if (closed) metrics.count("TicksFinished", 1);
  return closed;
}
