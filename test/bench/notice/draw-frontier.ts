import { writeFile } from "node:fs/promises";
import { FIXED_SCHEDULE, learnSchedule } from "../../../lib/domain/schedule/polling-schedule.ts";
import { A, B, type Distribution, OTHERS, randomFrom } from "./distributions.ts";
import { frontier } from "./optimum.ts";
import { drawPanels, type Panel, type Series } from "./svg.ts";
import { meanOf, type Outcome, outcomeOf, sweepsOf, tracking } from "./sweeps.ts";

// `node test/bench/notice/draw-frontier.ts` redraws docs/images/schedule-frontier.svg. Takes half a minute.

const FILE = new URL("../../../docs/images/schedule-frontier.svg", import.meta.url);
const SAMPLES = 9;
const CAPS = [20, 30, 60, 120, 300, 600];
const SHARES = [0.04, 0.06, 0.1, 0.15, 0.25, 0.4];

const panels = [
  panelOf(A, "Jobs of 3 min (19 of 20 within 20 min)", [2, 5, 10, 20, 50, 100], [2, 5, 10, 20, 50, 100]),
  panelOf(B, "Jobs of 30 min (19 of 20 within 200 min)", [10, 20, 50, 100, 200, 500], [2, 5, 10, 20, 50, 100, 200]),
  ...OTHERS.slice(1, 2).map((regular) =>
    panelOf(
      regular,
      "Jobs of 30 min, regular (19 of 20 within 50 min)",
      [5, 10, 20, 50, 100, 200],
      [2, 5, 10, 20, 50, 100, 200],
    ),
  ),
];
await writeFile(FILE, drawPanels("How soon an end is noticed, for how many calls", panels));

function panelOf(distribution: Distribution, title: string, calls: number[], delays: number[]): Panel {
  const sweeps = sweepsOf(distribution);
  const inside = ({ calls: made, delay }: Outcome) =>
    made >= (calls[0] ?? 0) && made <= (calls.at(-1) ?? 0) && delay >= (delays[0] ?? 0) && delay <= (delays.at(-1) ?? 0);
  const line = (name: string, colour: string, outcomes: Outcome[]): Series => ({
    name,
    colour,
    points: outcomes.filter(inside).map(({ calls: made, delay }) => [made, delay]),
  });
  const prices = Array.from({ length: 24 }, (_, index) => 0.02 * 2 ** (index * 0.75));
  const growing = (least: number, grow: (age: number, gap: number) => number) => (most: number) =>
    growingPolls(distribution, sweeps, least, most, grow);
  return {
    title,
    x: { name: "calls per job", ticks: calls },
    y: { name: "mean delay from end to notice, seconds", ticks: delays },
    series: [
      line("best possible schedule, distribution known", "#1a7f37", frontier(distribution, sweeps, prices)),
      line("one fixed interval, 5 s to 4 min", "#0969da", fixedOutcomes(distribution, sweeps)),
      line("back-off 5 s x 1.5, capped at 20 s to 10 min", "#bc4c00", CAPS.map(growing(5, (_, gap) => gap * 1.5))),
      line(
        "4 to 40 % of the age, 5 s at least",
        "#8250df",
        SHARES.map((share) => growing(5, (age) => age * share)(600)),
      ),
      ours(distribution, sweeps),
    ],
  };
}

function ours(distribution: Distribution, sweeps: number[][]): Series {
  const unseen = tracking(distribution, sweeps, FIXED_SCHEDULE);
  const learned = Array.from({ length: SAMPLES }, (_, sample) => {
    const random = randomFrom(sample);
    const durations = Array.from(
      { length: 50 },
      (_, job) => [String(job), Math.round(distribution.draw(random)) * 1_000] as const,
    );
    return tracking(distribution, sweeps, learnSchedule(new Map(durations)) ?? FIXED_SCHEDULE);
  }).sort((one, other) => one.delay - other.delay)[(SAMPLES - 1) / 2];
  const points = [unseen, ...(learned ? [learned] : [])];
  return {
    name: "sfs-jobwatch",
    colour: "#cf222e",
    points: points.map(({ calls, delay }) => [calls, delay]),
    labels: ["unknown type", "after 50 jobs"],
  };
}

function fixedOutcomes(distribution: Distribution, sweeps: number[][]): Outcome[] {
  const every = Array.from({ length: 24 }, (_, index) => 5 * (240 / 5) ** (index / 23));
  return every.map((seconds) =>
    tracking(distribution, sweeps, { steps: [{ fromMs: 0, everyMs: seconds * 1_000 }], fromBegin: false }),
  );
}

/** Simulates a rule with growing waits. It polls in the first sweep after each wait. */
function growingPolls(
  distribution: Distribution,
  sweeps: number[][],
  least: number,
  most: number,
  grow: (age: number, gap: number) => number,
): Outcome {
  const outcomes = sweeps.map((times) => {
    let gap = least;
    let due = least;
    const polls = times.filter((at) => {
      if (at < due) return false;
      gap = Math.min(Math.max(grow(at, gap), least), most);
      due = at + gap;
      return true;
    });
    return outcomeOf(polls, distribution);
  });
  return meanOf(outcomes, distribution);
}
