import { countLife, countPolls } from "./counts.ts";
import { median } from "./in-turn.ts";
import type { Measured } from "./prices.ts";
import type { TickFigures } from "./processes/tick.ts";
import { pollFunction, withTicks } from "./ticks.ts";

const TICKS = 6;
let measured: Promise<Measured> | undefined;

/** The basis of the prices: counts of the table, and warm sweeps over a thousand jobs that are all due. */
export function measureForPrices(): Promise<Measured> {
  measured ??= measure();
  return measured;
}

async function measure(): Promise<Measured> {
  const life = await countLife(1);
  const polls = await countPolls();
  const setting = { jobs: 1_000, dueShare: 1, cloudMs: 100, tableMs: 5, atOnce: 64, ticks: TICKS };
  const [, ...warm] = await withTicks((run) => run(setting));
  const seconds = (value: (tick: TickFigures) => number) => median(warm.map(value)) / 1_000;
  const { channel = 0, durations = 0 } = life.beside;
  return {
    lifeWrites: life.job,
    messageWrites: channel,
    typeWrites: durations,
    lifeReads: life.jobReads,
    sweepReads: polls.sweepReads,
    sweeps: polls.sweeps,
    tickSeconds: polls.tickSeconds,
    wallSeconds: seconds((tick) => tick.wallMs),
    cpuSeconds: seconds((tick) => tick.cpuMs),
    megabytes: (await pollFunction()).memorySize,
  };
}
