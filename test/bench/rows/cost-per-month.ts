import { measureForPrices } from "../measured.ts";
import { dueIndexCost, naiveCost, ourCost, stepFunctionsCost } from "../prices.ts";
import type { Row } from "../row.ts";

const OPEN = 1_000;

export async function costPerMonth(): Promise<Row[]> {
  const measured = await measureForPrices();
  const once = ourCost(OPEN, measured, "one sweep").sum;
  const often = ourCost(OPEN, measured, "sweeps of 5 s").sum;
  const naive = naiveCost(OPEN, 100).sum;
  const others = [dueIndexCost(OPEN, measured).sum, stepFunctionsCost(OPEN).sum].map((sum) => `$${sum.toFixed(0)}`);
  const { lifeWrites, sweepReads, sweeps, wallSeconds, cpuSeconds, megabytes } = measured;
  return [
    {
      name: "cost per month",
      ours: `$${once.toFixed(2)} / $${often.toFixed(2)}`,
      baseline: `naive scan $${naive.toFixed(0)}, due-time index ${others[0]}, Step Functions ${others[1]}`,
      ratio: once / naive,
      goal: "<= $6 / <= $15, naive scan >= 20 x",
      met: once <= 6 && often <= 15 && naive >= 20 * once,
      note: `1,000 jobs always in flight, one sweep per tick / ${sweeps} sweeps of 5 s, us-east-1, arm, ${megabytes} MB; ${lifeWrites} write units per job, ${sweepReads} read units per sweep, ${wallSeconds.toFixed(1)} s wall and ${cpuSeconds.toFixed(2)} s of a core for 1,000 polls of a cloud of 100 ms; naive: 100,000 finished jobs kept`,
    },
  ];
}
