import { CALM, type Plan } from "./plan.ts";
import type { Fate } from "./processes.ts";
import { type Result, simulate } from "./simulate.ts";
import { createUseCases } from "./use-cases.ts";

/** One process is killed around the operation with this number, or paused there for longer than its lease. */
export interface CrashPoint {
  operation: number;
  kind: keyof typeof FATES;
}

const FATES = {
  before: { dies: "before" },
  after: { dies: "after" },
  stop: { stopMs: 100_000 },
} as const satisfies Record<string, Fate>;
const KINDS = ["before", "after", "stop"] as const;

const SECOND = 1_000;

/** Three jobs, two channels, two segments: a failure for both channels, a success, and a job that has ended before. */
const SMALL: Plan = {
  seed: 1,
  segments: 2,
  pollsPerSecond: 20,
  maxBatchSize: 2,
  pageSize: 2,
  opsChannel: "operators",
  digestMinutes: 1,
  jobs: [
    {
      jobId: "fails",
      script: { knownAt: 0, runningAt: 0, endAt: 50 * SECOND, end: "failed" },
      requests: [{ at: 40 * SECOND, channels: ["alpha", "beta"] }],
    },
    {
      jobId: "succeeds",
      script: { knownAt: 0, runningAt: 0, endAt: 52 * SECOND, end: "success" },
      requests: [{ at: 45 * SECOND, channels: ["alpha"] }],
    },
    {
      jobId: "ended-before",
      script: { knownAt: 0, runningAt: 0, endAt: 1 * SECOND, end: "success" },
      requests: [{ at: 47 * SECOND, channels: ["beta"] }],
    },
  ],
  ticks: [
    { at: 60 * SECOND, segment: 0, id: "tick 1.0" },
    { at: 60 * SECOND, segment: 1, id: "tick 1.1" },
    { at: 62 * SECOND, segment: 0, id: "tick 1.0 again" },
  ],
  downtimes: [],
  rates: CALM,
  quietFrom: 62 * SECOND,
  newWebhooks: false,
  freeze: true,
};

export function crash(points: CrashPoint[], trace?: (line: string) => void): Promise<Result> {
  const fates = new Map(points.map(({ operation, kind }) => [operation, FATES[kind]]));
  return simulate(SMALL, createUseCases, { fateOf: (operation) => fates.get(operation), ...(trace && { trace }) });
}

/** All single crash points, which are also the first ones of all pairs. */
export async function crashPoints(): Promise<CrashPoint[]> {
  return pointsBetween(1, (await crash([])).operations);
}

/** The pairs that begin with a crash point. The run after it is a different one, so its length is found by running it. */
export async function pairsFrom(first: CrashPoint): Promise<CrashPoint[][]> {
  const { operations } = await crash([first]);
  return pointsBetween(first.operation + 1, operations).map((second) => [first, second]);
}

function pointsBetween(first: number, last: number): CrashPoint[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index).flatMap((operation) =>
    KINDS.map((kind) => ({ operation, kind })),
  );
}

export function pointsOf(text: string): CrashPoint[] {
  return text.split(",").map((point) => {
    const [operation, kind = "before"] = point.split("-");
    return { operation: Number(operation), kind: KINDS.find((one) => one === kind) ?? "before" };
  });
}

export function textOf(points: CrashPoint[]): string {
  return points.map(({ operation, kind }) => `${operation}-${kind}`).join(",");
}
