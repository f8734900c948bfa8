import { type ProcessOptions, runProcesses } from "./index.ts";

/** Kills and pauses real processes, and prints the results. Returns the exit code. */
export async function printProcesses(options: ProcessOptions, say: (line: string) => void): Promise<number> {
  const report = await runProcesses(options);
  const { engine, kills, stops, jobs, posts, lost, falsely, outOfOrder, repeats, unanswered, seconds, breaches } = report;
  const row = {
    engine,
    kills,
    stops,
    jobs,
    messages: posts,
    lost: lost.length,
    false: falsely.length,
    disorder: outOfOrder.length,
    repeats,
    unanswered,
    seconds,
  };
  const widths = Object.entries(row).map(([name, value]) => Math.max(name.length, String(value).length));
  for (const cells of [Object.keys(row), Object.values(row)]) {
    say(cells.map((cell, column) => String(cell).padStart(widths[column] ?? 0)).join("  "));
  }
  for (const breach of breaches.slice(0, 20)) say(breach);
  return breaches.length > 0 ? 1 : 0;
}
