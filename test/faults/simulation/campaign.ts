import { crash, crashPoints, pairsFrom, textOf } from "./crash-points.ts";
import { drawPlan } from "./draw-plan.ts";
import { simulateLists } from "./lists/simulate-lists.ts";
import { type Result, simulate } from "./simulate.ts";
import { createUseCases } from "./use-cases.ts";

/** The summed results of many schedules of one kind. */
export interface Totals {
  schedules: number;
  lost: number;
  wrong: number;
  disordered: number;
  covered: number;
  uncovered: number;
  crowded: number;
  posts: number;
  kills: number;
  /** The breaches, each with the flags that replay it. */
  breaches: { rerun: string; says: string[] }[];
}

export type Mode = "crash points" | "pairs of crash points" | "random" | "calm" | "lists" | "through adapters";

interface Run {
  rerun: string;
  result: Result;
}

/** Concurrent schedules in one thread. They share its event loop. */
const AT_ONCE = 64;
const SHOWN = 20;

export const NOTHING: Totals = {
  schedules: 0,
  lost: 0,
  wrong: 0,
  disordered: 0,
  covered: 0,
  uncovered: 0,
  crowded: 0,
  posts: 0,
  kills: 0,
  breaches: [],
};

/** Runs the schedules from `first` on: seeds, or indexes in the list of crash points. */
export async function runCampaign(mode: Mode, first: number, count: number): Promise<Totals> {
  const run = await runnerOf(mode);
  let totals = NOTHING;
  let next = first;
  const hand = async () => {
    while (next < first + count) for (const done of await run(next++)) totals = sum(totals, totalsOf(done));
  };
  await Promise.all(Array.from({ length: mode === "through adapters" ? 1 : AT_ONCE }, hand));
  return totals;
}

/** Returns the number of units of work of a mode; undefined if it has no end. */
export async function sizeOf(mode: Mode): Promise<number | undefined> {
  return mode === "crash points" || mode === "pairs of crash points" ? (await crashPoints()).length : undefined;
}

async function runnerOf(mode: Mode): Promise<(unit: number) => Promise<Run[]>> {
  switch (mode) {
    case "random":
    case "calm":
      return async (seed) => [
        { rerun: `--seed ${seed} --mode ${mode}`, result: await simulate(drawPlan(seed, mode === "random"), createUseCases) },
      ];
    case "lists":
      return async (seed) => [{ rerun: `--seed ${seed} --mode lists`, result: await simulateLists(seed) }];
    case "through adapters": {
      const { simulateAdapters } = await import("./adapters.ts");
      return async (seed) => [{ rerun: `--seed ${seed} --mode adapters`, result: await simulateAdapters(seed) }];
    }
    case "crash points":
    case "pairs of crash points": {
      const points = await crashPoints();
      return async (unit) => {
        const point = points[unit];
        if (!point) return [];
        const tries = mode === "crash points" ? [[point]] : await pairsFrom(point);
        const runs: Run[] = [];
        for (const one of tries) runs.push({ rerun: `--crash ${textOf(one)}`, result: await crash(one) });
        return runs;
      };
    }
    default:
      return mode satisfies never;
  }
}

export function sum(one: Totals, other: Totals): Totals {
  return {
    schedules: one.schedules + other.schedules,
    lost: one.lost + other.lost,
    wrong: one.wrong + other.wrong,
    disordered: one.disordered + other.disordered,
    covered: one.covered + other.covered,
    uncovered: one.uncovered + other.uncovered,
    crowded: one.crowded + other.crowded,
    posts: one.posts + other.posts,
    kills: one.kills + other.kills,
    breaches: [...one.breaches, ...other.breaches].slice(0, SHOWN),
  };
}

function totalsOf({ rerun, result }: Run): Totals {
  const { lost, wrong, disordered, uncovered, covered, crowded, posts, kills } = result;
  const says = [...lost, ...wrong, ...disordered, ...uncovered, ...crowded];
  return {
    schedules: 1,
    lost: lost.length,
    wrong: wrong.length,
    disordered: disordered.length,
    covered,
    uncovered: uncovered.length,
    crowded: crowded.length,
    posts,
    kills,
    breaches: says.length > 0 ? [{ rerun, says }] : [],
  };
}
