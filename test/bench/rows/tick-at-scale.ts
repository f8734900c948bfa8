import { inTurn, median, ratioOf } from "../in-turn.ts";
import type { TickFigures } from "../processes/tick.ts";
import type { Row } from "../row.ts";
import { pollFunction, type TickOptions, withTicks } from "../ticks.ts";

const SETTING = { dueShare: 0.1, cloudMs: 50, tableMs: 5, atOnce: 64, ticks: 1 };
const ROUNDS = 5;
const MOST_MORE_TIME = 1.1;
const MOST_MORE_MEMORY = 1.3;

/** Linear: a hundred thousand jobs take at most ten times as long as ten thousand, and a tenth for the noise. */
export async function tickAtScale(): Promise<Row[]> {
  const { small, middle, large } = await withTicks((run) => {
    const once = (jobs: number) => async () => (await run({ ...SETTING, jobs } satisfies TickOptions))[0] as TickFigures;
    return inTurn(ROUNDS, { small: once(1_000), middle: once(10_000), large: once(100_000) });
  });
  const wall = (figures: TickFigures) => figures.wallMs;
  const ratio = ratioOf(large, middle, wall) / 10;
  const memory = ratioOf(large, middle, (figures) => figures.peakBytes);
  const all = [small, middle, large];
  const listed = (value: (figures: TickFigures) => number, digits: number) =>
    all.map((figures) => median(figures.map(value)).toFixed(digits)).join(" / ");
  return [
    {
      name: "tick at scale",
      ours: `${listed((figures) => wall(figures) / 1_000, 2)} s, ${listed((figures) => figures.peakBytes / 2 ** 20, 0)} MiB`,
      peer: "10 times the jobs, 10 times as long",
      ratio,
      goal: "linear (<= 1.1 x), memory <= 1.30 x",
      met: ratio <= MOST_MORE_TIME && memory <= MOST_MORE_MEMORY,
      note: `1,000 / 10,000 / 100,000 open jobs, 10 % due (${listed((figures) => figures.looks, 0)} looks), 50 ms cloud and table stub over HTTP in processes of their own, ${SETTING.atOnce} at once, heap as Lambda limits it at ${(await pollFunction()).memorySize} MB; memory ${memory.toFixed(2)} x from the second to the third`,
    },
  ];
}
