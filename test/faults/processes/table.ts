import type { ProcessReport } from "./index.ts";

const MOST_BREACHES = 20;

/** A line of names, a line of figures, and the first breaches. */
export function tableOf({ breaches, lost, falsely, outOfOrder, unmarked, ...figures }: ProcessReport): string {
  const { engine, kills, stops, jobs, posts, repeats, unanswered, seconds } = figures;
  const row = {
    engine,
    kills,
    stops,
    jobs,
    posts,
    lost: lost.length,
    false: falsely.length,
    "out of order": outOfOrder.length,
    repeats,
    unmarked: unmarked.length,
    unanswered,
    seconds,
  };
  const widths = Object.entries(row).map(([name, value]) => Math.max(name.length, String(value).length));
  const line = (cells: unknown[]) => cells.map((cell, column) => String(cell).padStart(widths[column] ?? 0)).join("  ");
  const more = breaches.length > MOST_BREACHES ? [`and ${breaches.length - MOST_BREACHES} more`] : [];
  return [line(Object.keys(row)), line(Object.values(row)), ...breaches.slice(0, MOST_BREACHES), ...more].join("\n");
}
