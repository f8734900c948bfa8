import { countLife, countLooks } from "./counts.ts";
import { median } from "./in-turn.ts";
import type { Measured } from "./prices.ts";
import type { TickFigures } from "./processes/tick.ts";
import { pollMegabytes, withTicks } from "./ticks.ts";

const TICKS = 6;
let measured: Promise<Measured> | undefined;

/** What the prices are put on: counts of the table, and warm passes over a thousand jobs of which each is due. */
export function measureForPrices(): Promise<Measured> {
  measured ??= measure();
  return measured;
}

async function measure(): Promise<Measured> {
  const life = await countLife();
  const looks = await countLooks();
  const setting = { jobs: 1_000, dueShare: 1, cloudMs: 100, tableMs: 5, atOnce: 64, ticks: TICKS };
  const [, ...warm] = await withTicks((run) => run(setting));
  const seconds = (value: (tick: TickFigures) => number) => median(warm.map(value)) / 1_000;
  const { channel = 0, ...beside } = life.beside;
  if (channel > 2) throw new Error("a message takes more than two writes: the prices count two");
  return {
    lifeWrites: life.job + Object.values(beside).reduce((sum, units) => sum + units, 0),
    lifeReads: life.jobReads,
    passReads: looks.passReads,
    passes: looks.passes,
    tickSeconds: looks.tickSeconds,
    wallSeconds: seconds((tick) => tick.wallMs),
    cpuSeconds: seconds((tick) => tick.cpuMs),
    megabytes: await pollMegabytes(),
  };
}
