import { isDue, type PollingSchedule } from "../../../lib/domain/schedule/polling-schedule.ts";
import type { Distribution } from "./distributions.ts";

/** The calls for tracking a job, and the delay until its end is detected. Both are means over all jobs. */
export interface Outcome {
  calls: number;
  /** Seconds. */
  delay: number;
}

const MINUTE = 60;
const SWEEP = 5;
/** A tick starts no poll after 52 s, so there is a pause until the next minute. */
const LAST_SWEEP = 50;
const STARTS = 12;
const START_MS = Date.parse("2026-11-23T12:00:00Z");
const GOLDEN = 0.618034;

/** Returns the sweeps during a job, in seconds after its begin: one list for each of 12 start times within the minute. */
export function sweepsOf({ end }: Distribution): number[][] {
  return Array.from({ length: STARTS }, (_, index) =>
    sweepsAfter((index * MINUTE) / STARTS + ((index * GOLDEN) % 1) * SWEEP, end),
  );
}

function sweepsAfter(begin: number, end: number): number[] {
  const sweeps: number[] = [];
  for (let minute = 0; minute - begin < end + MINUTE; minute += MINUTE) {
    for (let second = 0; second <= LAST_SWEEP; second += SWEEP) {
      if (minute + second > begin) sweeps.push(minute + second - begin);
    }
  }
  return sweeps;
}

/** Computes the exact result from the distribution, without drawing jobs. */
export function outcomeOf(polls: Iterable<number>, { endedBy }: Distribution): { calls: number; noticedAt: number } {
  let [ended, calls, noticedAt] = [0, 0, 0];
  for (const at of polls) {
    const by = endedBy(at);
    calls += 1 - ended;
    noticedAt += at * (by - ended);
    ended = by;
  }
  return { calls, noticedAt: noticedAt / ended };
}

/** Computes the outcome of the real schedule, which polls in some of the sweeps. */
export function tracking(distribution: Distribution, sweeps: number[][], schedule: PollingSchedule): Outcome {
  const outcomes = sweeps.map((times, index) => {
    const job = { jitter: (0.13 + index * GOLDEN) % 1, trackedSince: START_MS, beginTime: START_MS };
    const ms = (seconds: number) => START_MS + Math.round(seconds * 1_000);
    return outcomeOf(
      times.filter((at, sweep) => isDue(job, ms(times[sweep - 1] ?? 0), ms(at), schedule)),
      distribution,
    );
  });
  return meanOf(outcomes, distribution);
}

export function meanOf(outcomes: { calls: number; noticedAt: number }[], distribution: Distribution): Outcome {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    calls: mean(outcomes.map(({ calls }) => calls)),
    delay: mean(outcomes.map(({ noticedAt }) => noticedAt)) - meanDuration(distribution),
  };
}

function meanDuration({ endedBy, end }: Distribution): number {
  const steps = 100_000;
  let [sum, ended] = [0, 0];
  for (let step = 1; step <= steps; step++) {
    const by = endedBy((step * end) / steps);
    sum += ((step - 0.5) * end * (by - ended)) / steps;
    ended = by;
  }
  return sum / ended;
}
