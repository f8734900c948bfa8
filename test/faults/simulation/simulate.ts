import { judge, type Verdict } from "./judge.ts";
import type { JobPlan, Plan } from "./plan.ts";
import type { Process } from "./processes.ts";
import { createSimulation, type Options, type Service, type Simulation, START } from "./simulation.ts";

export interface Result extends Verdict {
  posts: number;
  kills: number;
  operations: number;
}

const TICK_LIMIT_MS = 58_000;
const REQUEST_LIMIT_MS = 29_000;
const TICK_MS = 60_000;
/** After so long in quiet whatever was to be told has been told. */
const MOST_QUIET_TICKS = 100;
const CLIENT_TRIES = 3;
/** By then whoever was stopped has gone on, and has read what a broken channel answered. */
const LAST_ANSWER_MS = 5 * 60_000;

/** Carries out one plan: its ticks and requests, then a quiet time with an operator who mends what is broken, then judges. */
export async function simulate(
  plan: Plan,
  create: (simulation: Simulation) => Service,
  options: Options = {},
): Promise<Result> {
  const simulation = createSimulation(plan, options);
  const { scheduler, sink, processes } = simulation;
  const service = create(simulation);
  const promised = schedule(simulation, service);
  await scheduler.run();
  const verdict = judge({ plan, posts: sink.posts, polls: simulation.polls, promised, trackedSince: simulation.trackedSince });
  return { ...verdict, posts: sink.posts.length, kills: processes.kills(), operations: simulation.operations() };
}

/** Puts all that is to happen on the calendar; gives back what clients were promised, filled in on the way. */
function schedule(simulation: Simulation, service: Service): Map<string, Set<string>> {
  const { plan, scheduler, weather, processes, sink, elapsed } = simulation;
  const promised = new Map<string, Set<string>>();
  const at = (time: number, act: () => void) =>
    scheduler.at(START + time, () => {
      act();
      return true;
    });
  const start = (name: string, limitMs: number, work: (process: Process) => Promise<unknown>, aheadMs = 0) =>
    processes.start(name, limitMs, weather.skewMs() + aheadMs, work).catch(() => false);

  const tick = (segment: number, id: string) => {
    const work = (process: Process) => {
      process.segment = segment;
      return service.tick(process, segment, id);
    };
    void start(id, TICK_LIMIT_MS, work, weather.aheadMs());
  };
  const register = (job: JobPlan, channels: string[], tries: number) => {
    const promise = () => promised.set(job.jobId, new Set([...(promised.get(job.jobId) ?? []), ...channels]));
    const request = async (process: Process) => {
      again(process, tries > 1 ? () => register(job, channels, tries - 1) : undefined, promise);
      return await service.register(process, job, channels);
    };
    void start(`register ${job.jobId}`, REQUEST_LIMIT_MS, request).then((accepted) => accepted === true && promise());
  };
  /** A client that has waited in vain asks again; a request that wrote its job counts, whatever its client heard. */
  const again = (process: Process, retry: (() => void) | undefined, promise: () => void) =>
    at(elapsed() + REQUEST_LIMIT_MS + 1_000, () => {
      if (simulation.writers.has(process)) promise();
      else if (process.gone?.how !== "ended") retry?.();
    });
  const mend = (channel: string) =>
    void start(`test ${channel}`, REQUEST_LIMIT_MS, (process) => service.test(process, channel)).then(
      (delivered) => delivered || at(elapsed() + TICK_MS, () => mend(channel)),
    );
  const quiet = (minute: number) => {
    if (minute >= MOST_QUIET_TICKS || (service.isIdle() && minute > 1)) return;
    for (let segment = 0; segment < plan.segments; segment++) tick(segment, `quiet tick ${minute}.${segment}`);
    at(elapsed() + TICK_MS, () => quiet(minute + 1));
  };

  for (const job of plan.jobs) {
    for (const { at: time, channels } of job.requests) at(time, () => register(job, channels, CLIENT_TRIES));
    if (job.stopAt !== undefined) {
      at(job.stopAt, () => void start(`stop ${job.jobId}`, REQUEST_LIMIT_MS, (process) => service.stop(process, job)));
    }
  }
  for (const { at: time, segment, id } of plan.ticks) at(time, () => tick(segment, id));
  for (const time of [plan.quietFrom, plan.quietFrom + LAST_ANSWER_MS]) {
    at(time, () => {
      for (const channel of plan.newWebhooks ? [] : sink.broken) mend(channel);
    });
  }
  at(plan.quietFrom + TICK_MS, () => quiet(0));
  return promised;
}
