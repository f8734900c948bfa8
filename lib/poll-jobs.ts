import { createDelivery, type Delivery } from "./deliver-alerts.ts";
import { LEASE_MS } from "./job/stored-times.ts";
import { createJobHealth } from "./pass/job-health.ts";
import { createLooking, type LookSettings, type Pass } from "./pass/look-pass.ts";
import { createOutageNotice } from "./pass/note-outage.ts";
import { createReachabilityNotes } from "./pass/note-reachability.ts";
import type { Cycle, Ports } from "./ports.ts";

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

/**
 * One tick of one segment:
 * 1. Take the lease; where another tick holds it, leave.
 * 2. Pass over the open items: look at the jobs that are due, save what is new, tell what is pending.
 * 3. While a job is due, or a channel ready again, before the next tick: another pass.
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
  const { cycle, passes, counts, isCaughtUp } = await makePasses(ports, settings, tick, taken, delivery).catch(
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

async function makePasses(ports: Ports, settings: LookSettings, tick: Tick, taken: Cycle, delivery: Delivery) {
  const { clock } = ports;
  const lastLookAt = tick.endsAt - LAST_LOOK_MS;
  const counted = { cycle: taken, passes: 0 };
  const counts = { Looks: 0, LooksUnreachable: 0, OpenJobs: 0, BlindProjects: 0 };
  const health = createJobHealth(taken);
  const lookPass = createLooking(ports, settings, delivery, health, lastLookAt);
  const { opsChannel } = settings.rules;
  const reachability = createReachabilityNotes(ports, opsChannel, delivery);
  const outage = createOutageNotice(ports, taken, tick.startedAt, opsChannel, delivery);
  for (;;) {
    const pass = await lookPass(counted.cycle);
    await reachability.afterPass(pass.services);
    await outage.afterPass(pass);
    counted.cycle = { ...afterPass(counted.cycle, pass), ...health.kept() };
    counted.passes++;
    counts.Looks += pass.looks;
    const services = [...pass.services.values()];
    for (const { unreachable } of services) counts.LooksUnreachable += unreachable;
    if (pass.whole) counts.OpenJobs = services.reduce((sum, { open }) => sum + open, 0);
    counts.BlindProjects = reachability.reported();
    const again = Math.max(await nextPassAt(pass, delivery, tick), pass.startedAt + PASS_MS);
    if (again > lastLookAt || again >= tick.startedAt + TICK_MS) {
      return { ...counted, counts, isCaughtUp: await outage.close() };
    }
    await clock.sleep(again - clock.now());
  }
}

/** When there is work again. A tick that would only rest waits for its senders first: they may leave something for later. */
async function nextPassAt(pass: Pass, delivery: Delivery, tick: Tick): Promise<number> {
  if (pass.nextLookAt < tick.startedAt + TICK_MS) return Math.min(pass.nextLookAt, delivery.waiting().until ?? pass.nextLookAt);
  await delivery.settle();
  return delivery.waiting().until ?? Number.POSITIVE_INFINITY;
}

/** What a pass over all open items leaves to the next one; a pass cut short moves nothing but the place to go on. */
function afterPass(cycle: Cycle, pass: Pass): Cycle {
  const services = [...pass.services];
  const resting = Object.fromEntries(
    services.flatMap(([id, { restUntil }]) => (restUntil > pass.startedAt ? [[id, restUntil]] : [])),
  );
  const { after: _, ...kept } = { ...cycle, resting: { ...cycle.resting, ...resting } };
  if (!pass.whole) return { ...kept, ...(pass.after !== undefined && { after: pass.after }) };
  return {
    ...kept,
    resting,
    windowEnd: pass.startedAt,
    behind: Object.fromEntries(
      services.flatMap(([id, { leftOutSince }]) => (leftOutSince < Number.POSITIVE_INFINITY ? [[id, leftOutSince - 1]] : [])),
    ),
    open: Object.fromEntries(services.map(([id, { open }]) => [id, steady(cycle.open[id], open)])),
  };
}

/** Intervals stretch with the number of open jobs: one that moved with each job would shift all looks that are still to come. */
function steady(kept: number | undefined, open: number): number {
  return kept !== undefined && open <= kept && open >= 0.8 * kept ? kept : Math.ceil(open * 1.1);
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
  metrics.age("OldestPendingAlert", deliverableSince === undefined ? 0 : Math.max(now - deliverableSince, 0) / 1_000);
  metrics.count("ParkedChannels", parked);
  if (closed) metrics.count("TicksFinished", 1);
  return closed;
}
