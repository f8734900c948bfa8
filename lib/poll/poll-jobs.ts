import { createDelivery, type Delivery } from "../delivery/deliver.ts";
import type { WatchRules } from "../domain/job/rules.ts";
import { bounded } from "../domain/schedule/poller-state.ts";
import { LEASE_MS } from "../domain/stored-times.ts";
import type { Cycle, Ports } from "../ports.ts";
import { faultOf } from "../shared/error-fields.ts";
import { createJobHealth } from "../shared/job-health.ts";
import { createLimit } from "../shared/limit.ts";
import { createOutageNotice } from "./note-downtime.ts";
import { createReachabilityNotes } from "./note-reachability.ts";
import { type DueJob, lookAt } from "./poll-job.ts";
import { createPolling, type Polling } from "./polling.ts";
import type { PollResult } from "./probing.ts";
import type { Service } from "./service-polls.ts";
import { afterSweep, type Sweep, sweepOpen } from "./sweep.ts";

export interface LookSettings {
  /** Polls at once. */
  concurrency: number;
  /** A project, over all segments. */
  pollsPerSecond: number;
  rules: WatchRules;
}

export interface Tick {
  segment: number;
  of: number;
  /** Fresh with each invocation. */
  owner: string;
  /** When the invocation began, and when the platform ends it. */
  startedAt: number;
  endsAt: number;
}

export interface TickReport {
  /** Another tick was still at work. */
  skipped: boolean;
  /** The window was closed, with nothing of it left to be noted. */
  finished: boolean;
  passes: number;
  looks: number;
}

const TICK_MS = 60_000;
const PASS_MS = 5_000;
const LAST_LOOK_MS = 6_000;
const LAST_SEND_MS = 9_000;
/** Jobs read and saved at once: half of the table client's connections, the senders have the others. */
const MOST_SAVING = 25;

/**
 * One tick of one segment:
 * 1. Take the lease; where another tick holds it, leave.
 * 2. Sweep the open records: poll the jobs that are due, save what is new, deliver what is pending. A poll that shows nothing new writes
 *    nothing; one job's fault never stops the others.
 * 3. While a job is due, or a channel ready again, before the next tick: another sweep. A long queue of polls goes on meanwhile.
 * 4. Close the window and give the lease back, in one write. Then note how long the jobs took that finished.
 */
export async function pollJobs(ports: Ports, settings: LookSettings, tick: Tick): Promise<TickReport> {
  const { table, clock, log, metrics } = ports;
  const leaseUntil = tick.startedAt + LEASE_MS;
  const taken = await table.takeCycle(tick.segment, tick.of, tick.owner, clock.now(), leaseUntil);
  if (!taken) {
    metrics.count("TicksSkipped", 1);
    log.info("another tick is at work", { segment: tick.segment });
    return { skipped: true, finished: false, passes: 0, looks: 0 };
  }
  const delivery = createDelivery(ports, {
    ...settings.rules,
    lastSendAt: tick.endsAt - LAST_SEND_MS,
    endsAt: tick.endsAt,
    leaseUntil,
  });
  const { cycle, passes, counts, isCaughtUp } = await makeSweeps(ports, settings, tick, taken, delivery).catch(
    async (error: unknown) => {
      await delivery.settle();
      // The window stays where it was, so that the next tick makes up for this one.
      await table.closeCycle(taken).catch(() => log.warn("the lease could not be given back", { segment: tick.segment }));
      throw error;
    },
  );
  await delivery.settle();
  const closed = await close(ports, { ...cycle, looks: counts.Looks }, delivery, isCaughtUp);
  await ports.learning.settle();
  for (const [name, value] of Object.entries(counts)) metrics.count(name, value);
  return { skipped: false, finished: closed && isCaughtUp, passes, looks: counts.Looks };
}

async function makeSweeps(ports: Ports, settings: LookSettings, tick: Tick, taken: Cycle, delivery: Delivery) {
  const { clock } = ports;
  const lastLookAt = tick.endsAt - LAST_LOOK_MS;
  const counts = { Looks: 0, LooksUnreachable: 0, OpenJobs: 0, BlindProjects: 0 };
  const health = createJobHealth(taken);
  const polling = createPollingOf(ports, settings, taken, { health, delivery, saving: createLimit(MOST_SAVING) }, lastLookAt);
  const { opsChannel } = settings.rules;
  const reachability = createReachabilityNotes(ports, opsChannel, delivery);
  const outage = createOutageNotice(ports, taken, tick.startedAt, opsChannel, delivery);
  const note = async (sweep: Pick<Sweep, "isWhole" | "serviceWaits">) => {
    const services = polling.report();
    await reachability.afterPass(services);
    await outage.afterPass(services, sweep);
    for (const { unreachable } of services.values()) counts.LooksUnreachable += unreachable;
    counts.BlindProjects = reachability.reported();
  };
  let cycle = taken;
  let passes = 0;
  try {
    for (let again = clock.now(); again <= lastLookAt && again < tick.startedAt + TICK_MS; ) {
      if (again > clock.now()) await clock.sleep(again - clock.now());
      const sweep = await sweepOpen(ports, settings, cycle, { polling, delivery, lastLookAt });
      const isIdle = await polling.idle(sweep.startedAt + PASS_MS);
      await note({ ...sweep, isWhole: sweep.isWhole && isIdle });
      cycle = afterSweep(cycle, sweep);
      passes++;
      if (sweep.isWhole) counts.OpenJobs = Object.values(sweep.openJobs).reduce((sum, open) => sum + open, 0);
      again = Math.max(await nextSweepAt(sweep, delivery, tick), sweep.startedAt + PASS_MS);
    }
  } finally {
    await polling.idle(lastLookAt);
    await polling.stop();
  }
  await note({ isWhole: false, serviceWaits: false });
  counts.Looks = polling.made();
  const isCaughtUp = await outage.close();
  const { outageWaits: _, ...last } = cycle;
  const state = bounded({ ...last, ...polling.left(cycle.windowEnd), ...health.kept(), ...outage.kept() });
  return { cycle: { ...last, ...state }, passes, counts, isCaughtUp };
}

function createPollingOf(
  ports: Ports,
  { concurrency, pollsPerSecond, rules }: LookSettings,
  taken: Cycle,
  tools: Parameters<typeof lookAt>[4],
  lastPollAt: number,
): Polling {
  const poll = async (job: DueJob, service: Service): Promise<PollResult> => {
    try {
      return await lookAt(ports, rules, job, service, tools);
    } catch (error) {
      ports.log.error("a look failed", { jobId: job.key.jobId, team: job.key.team, ...faultOf(error) });
      return "own";
    }
  };
  return createPolling(ports.clock, { concurrency, pollsPerSecond: pollsPerSecond / taken.of, lastPollAt, poll }, taken);
}

/** When there is work again. A tick that would only rest waits for its senders first: they may leave something for later. */
async function nextSweepAt(sweep: Sweep, delivery: Delivery, tick: Tick): Promise<number> {
  if (sweep.nextLookAt < tick.startedAt + TICK_MS)
    return Math.min(sweep.nextLookAt, delivery.waiting().until ?? sweep.nextLookAt);
  await delivery.settle();
  return delivery.waiting().until ?? Number.POSITIVE_INFINITY;
}

/** `isCaughtUp`: an outage that could not be noted is noticed again by the next tick, which finds no other end than the last one. */
async function close(
  { table, clock, log, metrics }: Ports,
  cycle: Cycle,
  delivery: Delivery,
  isCaughtUp: boolean,
): Promise<boolean> {
  const { oldestPendingAt: _, ...kept } = cycle;
  const now = clock.now();
  const { since, deliverableSince, parked } = delivery.waiting();
  const finished = isCaughtUp ? { finishedAt: now } : {};
  const closed = await table.closeCycle({ ...kept, ...finished, ...(since !== undefined && { oldestPendingAt: since }) });
  if (!closed) log.warn("the lease was taken over before the tick was closed", { segment: cycle.segment });
  metrics.age("OldestPendingNotification", deliverableSince === undefined ? 0 : Math.max(now - deliverableSince, 0) / 1_000);
  metrics.count("ParkedChannels", parked);
  if (closed) metrics.count("TicksFinished", 1);
  return closed;
}
