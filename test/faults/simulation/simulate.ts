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
/** After this time without faults, everything has been delivered. */
const MAX_QUIET_TICKS = 100;
const CLIENT_TRIES = 3;
/** By then every paused process has continued, and has read the response of a broken channel. */
const LAST_ANSWER_MS = 5 * 60_000;

/** Runs one plan: its ticks and requests, then a period without faults in which an operator fixes what is broken. Then judges. */
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

/** Schedules all events. Returns what clients were promised, which is filled during the run. */
function schedule(simulation: Simulation, service: Service): Map<string, Set<string>> {
  const { plan, scheduler, faults, processes, sink, elapsed } = simulation;
  const promised = new Map<string, Set<string>>();
  const at = (time: number, act: () => void) =>
    scheduler.at(START + time, () => {
      act();
      return true;
    });
  const start = (name: string, limitMs: number, work: (process: Process) => Promise<unknown>, aheadMs = 0) =>
    processes.start(name, limitMs, faults.skewMs() + aheadMs, work).catch(() => false);

  const tick = (segment: number, id: string) => {
    const work = (process: Process) => {
      process.segment = segment;
      return service.tick(process, segment, id);
    };
    void start(id, TICK_LIMIT_MS, work, faults.aheadMs());
  };
  const register = (job: JobPlan, channels: string[], tries: number) => {
    const promise = () => promised.set(job.jobId, new Set([...(promised.get(job.jobId) ?? []), ...channels]));
    const request = async (process: Process) => {
      again(process, tries > 1 ? () => register(job, channels, tries - 1) : undefined, promise);
      return await service.register(process, job, channels);
    };
    void start(`register ${job.jobId}`, REQUEST_LIMIT_MS, request).then((accepted) => accepted === true && promise());
  };
  /** A client without a response repeats the request. A request that wrote its job counts under any response. */
  const again = (process: Process, retry: (() => void) | undefined, promise: () => void) =>
    at(elapsed() + REQUEST_LIMIT_MS + 1_000, () => {
      if (simulation.writers.has(process)) promise();
      else if (process.gone?.how !== "ended") retry?.();
    });
  const sendTestMessage = (channel: string) =>
    void start(`test ${channel}`, REQUEST_LIMIT_MS, (process) => service.test(process, channel)).then(
      (delivered) => delivered || at(elapsed() + TICK_MS, () => sendTestMessage(channel)),
    );
  const quiet = (minute: number) => {
    if (minute >= MAX_QUIET_TICKS || (service.isIdle() && minute > 1)) return;
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
      for (const channel of plan.newWebhooks ? [] : sink.broken) sendTestMessage(channel);
    });
  }
  at(plan.quietFrom + TICK_MS, () => quiet(0));
  return promised;
}
