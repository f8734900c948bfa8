import { inTurn, median, ratioOf } from "../in-turn.ts";
import type { TickFigures } from "../processes/tick.ts";
import type { Row } from "../row.ts";
import { pollFunction, type TickOptions, withTicks } from "../ticks.ts";

const SETTING = { dueShare: 0.1, cloudMs: 50, tableMs: 5, atOnce: 64, ticks: 1 };
const ROUNDS = 5;
const MOST_MORE_TIME = 1.1;

/** Checks linear growth: 100,000 jobs may take five times as long as 20,000, plus 10 % for noise. */
export async function tickAtScale(): Promise<Row[]> {
  const { small, middle, large } = await withTicks((run) => {
    const once = (jobs: number) => async () => (await run({ ...SETTING, jobs } satisfies TickOptions))[0] as TickFigures;
    return inTurn(ROUNDS, { small: once(20_000), middle: once(50_000), large: once(100_000) });
  });
  const wall = (figures: TickFigures) => figures.wallMs;
  const ratio = ratioOf(large, small, wall) / 5;
  const { memorySize } = await pollFunction();
  const peak = Math.max(...large.map(({ peakBytes }) => peakBytes)) / 2 ** 20;
  const all = [small, middle, large];
  const listed = (value: (figures: TickFigures) => number, digits: number) =>
    all.map((figures) => median(figures.map(value)).toFixed(digits)).join(" / ");
  return [
    {
      name: "tick at scale",
      ours: `${listed((figures) => wall(figures) / 1_000, 2)} s, ${listed((figures) => figures.peakBytes / 2 ** 20, 0)} MiB`,
      baseline: "5 times the jobs, 5 times as long",
      ratio,
      goal: `linear (<= 1.1 x), <= ${memorySize} MiB`,
      met: ratio <= MOST_MORE_TIME && peak <= memorySize,
      note: `20,000 / 50,000 / 100,000 open jobs of 200 teams, 10 % due (${listed((figures) => figures.polls, 0)} polls), 50 ms cloud and table stub over HTTP in separate processes, ${SETTING.atOnce} at once, heap as Lambda limits it at ${memorySize} MB; ${peak.toFixed(0)} MiB at most`,
    },
  ];
}
