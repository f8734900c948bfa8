import type { Process } from "../processes.ts";
import type { Result } from "../simulate.ts";
import { createSimulation, type Options, START } from "../simulation.ts";
import { drawListPlan } from "./draw-list-plan.ts";
import { newEvidence } from "./evidence.ts";
import { judgeLists } from "./judge-lists.ts";
import type { ListPlan } from "./plan.ts";
import { createListService } from "./use-cases.ts";

const TICK_LIMIT_MS = 58_000;
const REQUEST_LIMIT_MS = 29_000;
const TICK_MS = 60_000;
const MAX_QUIET_TICKS = 60;
/** By then everything that ended is listed, polled and delivered. */
const DONE_MS = 4 * TICK_MS;
/** A client without a response repeats its request. */
const TRIES = 4;

/** Runs a schedule with project watches, then a period without faults, and judges what the teams were sent. */
export async function simulateLists(seed: number, options: Options = {}, plan = drawListPlan(seed)): Promise<Result> {
  const simulation = createSimulation(plan, options);
  const { scheduler, faults, processes, sink, elapsed } = simulation;
  const evidence = newEvidence();
  const service = createListService(simulation, plan, evidence);
  const at = (time: number, act: () => void) =>
    scheduler.at(START + time, () => {
      act();
      return true;
    });
  const start = (name: string, limitMs: number, work: (process: Process) => Promise<unknown>, aheadMs = 0) =>
    processes.start(name, limitMs, faults.skewMs() + aheadMs, work).catch(() => "failed");
  const tick = (segment: number, id: string) => {
    const work = (process: Process) => {
      process.segment = segment;
      return service.tick(process, segment, id);
    };
    void start(id, TICK_LIMIT_MS, work, faults.aheadMs());
  };
  const request = (name: string, work: (process: Process) => Promise<unknown>, tries = TRIES) => {
    let isDone = false;
    void start(name, REQUEST_LIMIT_MS, work).then((result) => {
      isDone = result !== "failed";
    });
    at(elapsed() + REQUEST_LIMIT_MS + 1_000, () => {
      if (!isDone && tries > 1) request(name, work, tries - 1);
    });
  };
  const lastEnd = lastEndOf(plan);
  const quiet = (minute: number) => {
    const isDone = elapsed() > lastEnd + DONE_MS && minute > 3;
    if (minute >= MAX_QUIET_TICKS || (isDone && service.isDelivered())) return;
    for (let segment = 0; segment < plan.segments; segment++) tick(segment, `quiet tick ${minute}.${segment}`);
    at(elapsed() + TICK_MS, () => quiet(minute + 1));
  };

  for (const watch of plan.watches) {
    at(watch.at, () => request(`watch ${watch.source} for ${watch.team}`, (process) => service.addWatch(process, watch)));
    if (watch.endAt < plan.quietFrom)
      at(watch.endAt, () => request(`end the watch of ${watch.team}`, (process) => service.endWatch(process, watch)));
  }
  for (const action of plan.byHand)
    at(action.at, () => void start(`register ${action.id}`, REQUEST_LIMIT_MS, (process) => service.register(process, action)));
  for (const action of plan.stops)
    at(action.at, () => void start(`stop ${action.id}`, REQUEST_LIMIT_MS, (process) => service.stop(process, action)));
  for (const { at: time, segment, id } of plan.ticks) at(time, () => tick(segment, id));
  at(plan.quietFrom + TICK_MS, () => quiet(0));
  await scheduler.run();
  const verdict = judgeLists({ plan, posts: sink.posts, polls: simulation.polls, evidence });
  return { ...verdict, posts: sink.posts.length, kills: processes.kills(), operations: simulation.operations() };
}

function lastEndOf({ shares, backups, quietFrom }: ListPlan): number {
  const times = shares.flatMap(({ creation, operations, deletedAt }) => [
    creation.endAt,
    ...operations.map(({ endAt }) => endAt),
    ...(Number.isFinite(deletedAt) ? [deletedAt] : []),
  ]);
  return Math.max(quietFrom, ...times, ...backups.map(({ endAt }) => endAt));
}
