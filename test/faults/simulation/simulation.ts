import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { DIGEST_CHANNEL, digestTimes } from "./digests.ts";
import type { JobPlan, Plan } from "./plan.ts";
import { createProcesses, type Fate, type Process, type Processes } from "./processes.ts";
import { createRandom } from "./random.ts";
import { createRandomFaults, type RandomFaults } from "./random-faults.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import { createSink, type Sink } from "./sink.ts";

export const START = Date.parse("2026-11-23T12:00:00Z");
export const PROJECT = "0123456789abcdef0123456789abcdef";

export interface Poll {
  at: number;
  asker: Process;
}

/** The world around the service: time, faults, Slack's channels, and the jobs that were registered. */
export interface Simulation {
  plan: Plan;
  rules: TrackingRules;
  scheduler: Scheduler;
  faults: RandomFaults;
  processes: Processes;
  sink: Sink;
  /** Milliseconds since the start of the plan. */
  elapsed(): number;
  /** Called when a write to an item takes effect. */
  written(writer: Process, pk: string, isUndelivered?: boolean): void;
  /** The polls that the cloud received, and the processes that made them. */
  polls: Poll[];
  /** Requests that wrote a job. */
  writers: Set<Process>;
  /** When the first write of each job took effect. */
  trackedSince: Map<string, number>;
  /** How many operations all processes have started. */
  operations(): number;
}

export interface Options {
  trace?: (line: string) => void;
  /** Returns what happens to the process around the operation with this number. By default, random faults decide. */
  fateOf?: (operation: number) => Fate | undefined;
  turns?: number;
}

/** The functions in one simulation: use cases over in-memory ports, or handlers over adapters. */
export interface Service {
  tick(process: Process, segment: number, id: string): Promise<unknown>;
  /** Each returns true if the client got a success response. */
  register(process: Process, job: JobPlan, channels: string[]): Promise<boolean>;
  stop(process: Process, job: JobPlan): Promise<boolean>;
  test(process: Process, channel: string): Promise<boolean>;
  /** Returns true if nothing is left to poll or to deliver. */
  isIdle(): boolean;
}

export function createSimulation(plan: Plan, { trace, fateOf, turns }: Options): Simulation {
  const scheduler = createScheduler(START, turns);
  const elapsed = () => scheduler.now() - START;
  const faults = createRandomFaults(plan, createRandom(~plan.seed), elapsed);
  const sink = createSink();
  const writers = new Set<Process>();
  const trackedSince = new Map<string, number>();
  let operations = 0;
  const fate = (): Fate => {
    operations++;
    return fateOf ? (fateOf(operations) ?? {}) : faults.process();
  };
  const note = trace && ((line: string) => trace(`${(elapsed() / 1_000).toFixed(3).padStart(9)}  ${line}`));
  return {
    plan,
    rules: {
      lostAfterMs: 3 * 60_000,
      lateAfterMs: 60 * 60_000,
      maxTrackingMs: 30 * 86_400_000,
      opsChannel: plan.opsChannel,
      digestChannels: () => (plan.digestMinutes === undefined ? [] : [DIGEST_CHANNEL]),
      channelDigest: (channel) => digestTimes(plan, channel, elapsed()),
    },
    scheduler,
    faults,
    processes: createProcesses(scheduler, fate, note),
    sink,
    elapsed,
    polls: [],
    writers,
    trackedSince,
    operations: () => operations,
    written(writer, pk, isUndelivered = false) {
      const [kind, name = ""] = pk.split("#");
      if (kind === "channel") sink.channelWritten(writer, name, elapsed(), isUndelivered);
      if (kind !== "job") return;
      writers.add(writer);
      const jobId = pk.split("#").at(-1) ?? "";
      if (!trackedSince.has(jobId)) trackedSince.set(jobId, elapsed());
      sink.wroteJob(writer, jobId, elapsed());
    },
  };
}
