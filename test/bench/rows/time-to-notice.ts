import { FIXED_SCHEDULE, learnSchedule, type PollingSchedule } from "../../../lib/domain/schedule/polling-schedule.ts";
import { A, B, type Distribution, OTHERS, randomFrom } from "../notice/distributions.ts";
import { delayAt, frontier } from "../notice/optimum.ts";
import { type Outcome, sweepsOf, tracking } from "../notice/sweeps.ts";
import type { Row } from "../row.ts";

/** Number of random samples to learn from. The row shows their median, and the first and last tenth. */
const DRAWS = 40;
const SAMPLES = [
  { jobs: 50, goal: 1.1 },
  { jobs: 20, goal: 1.15 },
];

/**
 * Measures the delay from a job's end to the sweep that detects it. Compares the real schedule, on a virtual clock, with the best one for the
 * same number of calls. For both, sweeps are 5 s apart with a pause at the end of each minute, as in a busy tick.
 */
export async function timeToNotice(): Promise<Row[]> {
  return [A, B, ...OTHERS].flatMap((distribution) => rowsOf(distribution, distribution === A || distribution === B));
}

function rowsOf(distribution: Distribution, hasGoal: boolean): Row[] {
  const sweeps = sweepsOf(distribution);
  const ours = (schedule: PollingSchedule) => tracking(distribution, sweeps, schedule);
  const unseen = ours(FIXED_SCHEDULE);
  const learned = SAMPLES.map(({ jobs, goal }) => ({ jobs, goal, outcomes: draws(distribution, jobs).map(ours) }));
  const best = bestAround(distribution, sweeps, [unseen, ...learned.flatMap(({ outcomes }) => outcomes)]);
  const rows = learned.map(({ jobs, goal, outcomes }) =>
    learnedRow(distribution, best, outcomes, jobs, hasGoal ? goal : undefined),
  );
  return [...rows, unseenRow(unseen, ours, distribution, best, hasGoal)];
}

function draws(distribution: Distribution, jobs: number): PollingSchedule[] {
  return Array.from({ length: DRAWS }, (_, draw) => {
    const random = randomFrom(jobs * 1_000 + draw);
    // The cloud reports whole seconds.
    const seconds = Array.from({ length: jobs }, () => Math.round(distribution.draw(random)));
    const schedule = learnSchedule(new Map(seconds.map((duration, job) => [String(job), duration * 1_000])));
    return schedule ?? FIXED_SCHEDULE;
  });
}

/** Computes only the needed part of the frontier, since it is slow for long jobs. */
function bestAround(distribution: Distribution, sweeps: number[][], outcomes: Outcome[]): Outcome[] {
  const calls = outcomes.map((outcome) => outcome.calls);
  const [least, most] = [Math.min(...calls), Math.max(...calls)];
  const probe = (price: number) => frontier(distribution, sweeps.slice(0, 1), [price])[0]?.calls ?? 0;
  const [expensive, cheap] = [priceOf(0.95 * least, probe), priceOf(1.05 * most, probe)];
  const steps = Math.ceil(Math.log(expensive / cheap) / Math.log(1.3)) + 1;
  return frontier(distribution, sweeps, [
    0,
    ...Array.from({ length: steps }, (_, step) => cheap * (expensive / cheap) ** (step / (steps - 1))),
  ]);
}

function priceOf(calls: number, probe: (price: number) => number): number {
  let [low, high] = [1e-3, 1e4];
  for (let halving = 0; halving < 12; halving++) {
    const price = Math.sqrt(low * high);
    if (probe(price) > calls) low = price;
    else high = price;
  }
  return Math.sqrt(low * high);
}

function learnedRow(distribution: Distribution, best: Outcome[], outcomes: Outcome[], jobs: number, goal?: number): Row {
  const median = (list: number[]) => quantile(list, 0.5);
  const ratios = outcomes.map(({ calls, delay }) => delay / delayAt(best, calls));
  const [calls, ratio] = [median(outcomes.map((outcome) => outcome.calls)), median(ratios)];
  return {
    name: `time to notice, ${distribution.name}, after ${jobs} jobs`,
    ours: `${seconds(median(outcomes.map(({ delay }) => delay)))} with ${calls.toFixed(1)} calls`,
    baseline: `best schedule: ${seconds(delayAt(best, calls))}`,
    ratio,
    goal: goal === undefined ? "reported" : `<= ${goal} x`,
    met: goal === undefined || ratio <= goal,
    note: `of ${DRAWS} samples nine in ten ${quantile(ratios, 0.9).toFixed(2)} x or less, one in ten ${quantile(ratios, 0.1).toFixed(2)} x or less`,
  };
}

function unseenRow(
  unseen: Outcome,
  ours: (schedule: PollingSchedule) => Outcome,
  distribution: Distribution,
  best: Outcome[],
  hasGoal: boolean,
): Row {
  const fixed = evenly(unseen.calls, ours);
  const ratio = unseen.delay / fixed.outcome.delay;
  return {
    name: `time to notice, ${distribution.name}, unseen type`,
    ours: `${seconds(unseen.delay)} with ${unseen.calls.toFixed(1)} calls`,
    baseline: `every ${fixed.every.toFixed(1)} s: ${seconds(fixed.outcome.delay)}`,
    ratio,
    goal: hasGoal ? "<= 1.00 x of a fixed interval" : "reported",
    met: !hasGoal || ratio < 1.005,
    note: `${(unseen.delay / delayAt(best, unseen.calls)).toFixed(2)} x of the best schedule`,
  };
}

/** Finds the fixed interval that makes this many calls. */
function evenly(calls: number, ours: (schedule: PollingSchedule) => Outcome): { every: number; outcome: Outcome } {
  const schedule = (every: number): PollingSchedule => ({ steps: [{ fromMs: 0, everyMs: every * 1_000 }], fromBegin: false });
  let [low, high] = [5, 600];
  for (let halving = 0; halving < 14; halving++) {
    const every = (low + high) / 2;
    if (ours(schedule(every)).calls > calls) low = every;
    else high = every;
  }
  return { every: high, outcome: ours(schedule(high)) };
}

function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
