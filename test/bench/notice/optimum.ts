import type { Distribution } from "./distributions.ts";
import { meanOf, type Outcome, outcomeOf } from "./sweeps.ts";

/** The longest gap of the best schedule, in sweeps: 35 minutes. */
const LONGEST_GAP = 400;

/**
 * The best possible schedule if the distribution, the begin of the job and the times of the sweeps are known. `price` is the cost of one call
 * in seconds of delay. Chooses the sweeps to poll in (Barlow, Hunter and Proschan 1963) by dynamic programming from the last sweep back.
 */
function optimum(distribution: Distribution, sweeps: number[][], price: number): Outcome {
  return meanOf(
    sweeps.map((times) => outcomeOf(optimalPolls(distribution, times, price), distribution)),
    distribution,
  );
}

function optimalPolls({ endedBy }: Distribution, times: number[], price: number): number[] {
  const count = times.length;
  const at = Float64Array.from([0, ...times]);
  const ended = at.map(endedBy);
  const cost = new Float64Array(count + 1);
  const next = new Int32Array(count + 1);
  for (let from = count - 1; from >= 0; from--) {
    let best = Number.POSITIVE_INFINITY;
    for (let to = from + 1; to <= Math.min(from + LONGEST_GAP, count); to++) {
      const noticed = value(at, to) * (value(ended, to) - value(ended, from));
      const total = (1 - value(ended, from)) * price + noticed + value(cost, to);
      if (total < best) [best, next[from]] = [total, to];
    }
    cost[from] = best;
  }
  const polls: number[] = [];
  for (let sweep = value(next, 0); sweep > 0; sweep = value(next, sweep)) polls.push(value(at, sweep));
  return polls;
}

function value(list: Float64Array | Int32Array, index: number): number {
  return list[index] ?? 0;
}

/** Returns the outcomes for rising prices of a call, so that the outcome with the fewest calls comes last. */
export function frontier(distribution: Distribution, sweeps: number[][], prices: number[]): Outcome[] {
  return prices.map((price) => optimum(distribution, sweeps, price));
}

/** Returns the delay of the best schedule with this many calls. Interpolates between two prices, linearly on logarithmic scales. */
export function delayAt(outcomes: Outcome[], calls: number): number {
  const index = outcomes.findIndex((outcome) => outcome.calls <= calls);
  const [more, fewer] = [outcomes[index - 1], outcomes[index]];
  if (!more || !fewer) throw new Error(`the frontier does not reach ${calls} calls`);
  const part = Math.log(calls / fewer.calls) / Math.log(more.calls / fewer.calls);
  return fewer.delay * (more.delay / fewer.delay) ** part;
}
