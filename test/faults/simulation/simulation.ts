import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { digestTimes } from "./digests.ts";
import type { JobPlan, Plan } from "./plan.ts";
import { createProcesses, type Fate, type Process, type Processes } from "./processes.ts";
import { createRandom } from "./random.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import { createSink, type Sink } from "./sink.ts";
import { createWeather, type Weather } from "./weather.ts";

export const START = Date.parse("2026-11-23T12:00:00Z");
export const PROJECT = "0123456789abcdef0123456789abcdef";

export interface Poll {
  at: number;
  asker: Process;
}

/** The world around the service: time, what goes wrong, what reaches Slack, and who knows which job to be registered. */
export interface Simulation {
  plan: Plan;
  rules: TrackingRules;
  scheduler: Scheduler;
  weather: Weather;
  processes: Processes;
  sink: Sink;
  /** Milliseconds since the start of the plan. */
  elapsed(): number;
  /** A write to an item took effect. */
  written(writer: Process, pk: string, isUndelivered?: boolean): void;
  /** What the cloud was asked, and by whom. */
  polls: Poll[];
  /** Requests that wrote a job. */
  writers: Set<Process>;
  /** When the first write of each job took effect. */
  trackedSince: Map<string, number>;
  /** How many operations all processes have begun. */
  operations(): number;
}

export interface Options {
  trace?: (line: string) => void;
  /** What becomes of the process around the operation of this number; the weather decides without it. */
  fateOf?: (operation: number) => Fate | undefined;
  turns?: number;
}

/** What the functions do in one simulation: the verbs over ports, or the handlers over adapters. */
export interface Service {
  tick(process: Process, segment: number, id: string): Promise<unknown>;
  /** Each gives back whether the client was told that it succeeded. */
  register(process: Process, job: JobPlan, channels: string[]): Promise<boolean>;
  stop(process: Process, job: JobPlan): Promise<boolean>;
  test(process: Process, channel: string): Promise<boolean>;
  /** Whether nothing is left to look at or to tell. */
  isIdle(): boolean;
}

export function createSimulation(plan: Plan, { trace, fateOf, turns }: Options): Simulation {
  const scheduler = createScheduler(START, turns);
  const elapsed = () => scheduler.now() - START;
  const weather = createWeather(plan, createRandom(~plan.seed), elapsed);
  const sink = createSink();
  const writers = new Set<Process>();
  const trackedSince = new Map<string, number>();
  let operations = 0;
  const fate = (): Fate => {
    operations++;
    return fateOf ? (fateOf(operations) ?? {}) : weather.process();
  };
  const note = trace && ((line: string) => trace(`${(elapsed() / 1_000).toFixed(3).padStart(9)}  ${line}`));
  return {
    plan,
    rules: {
      lostAfterMs: 3 * 60_000,
      lateAfterMs: 60 * 60_000,
      maxTrackingMs: 30 * 86_400_000,
      opsChannel: plan.opsChannel,
      channelDigest: (channel) => digestTimes(plan, channel, elapsed()),
    },
    scheduler,
    weather,
    processes: createProcesses(scheduler, fate, note),
    sink,
    elapsed,
    polls: [],
    writers,
    trackedSince,
    operations: () => operations,
    written(writer, pk, isUndelivered = false) {
      const [kind, name = ""] = pk.split("#");
      if (kind === "channel") sink.marked(writer, name, elapsed(), isUndelivered);
      if (kind !== "job") return;
      writers.add(writer);
      const jobId = pk.split("#").at(-1) ?? "";
      if (!trackedSince.has(jobId)) trackedSince.set(jobId, elapsed());
      sink.wroteJob(writer, jobId, elapsed());
    },
  };
}
