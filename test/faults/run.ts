import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { printProcesses } from "./processes/print.ts";
import { type Mode, NOTHING, sizeOf, sum, type Totals } from "./simulation/campaign.ts";
import { rerun } from "./simulation/rerun.ts";
import { createWorkerPool } from "./simulation/worker-pool.ts";

// `npm run faults`: simulates failures of the platform, the table, the cloud and Slack, and prints figures.
// `--seed 4711` (with the mode or the crash points of a breach) replays one schedule line by line.
// `--kills 200 --stops 20`: the packaged function in processes of its own, on dynalite or the engine at TEST_DYNAMODB_ENDPOINT.

const { values: flags } = parseArgs({
  options: {
    schedules: { type: "string", default: "100000" },
    first: { type: "string", default: "1" },
    calm: { type: "string" },
    lists: { type: "string" },
    "through-adapters": { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    seed: { type: "string" },
    crash: { type: "string" },
    mode: { type: "string", default: "random" },
    kills: { type: "string" },
    stops: { type: "string", default: "0" },
  },
});

/** Schedules per batch. Their breaches are printed when the batch is done. */
const PART = 20_000;

process.exitCode = await chosen();

async function chosen(): Promise<number> {
  const { kills, stops, seed, crash } = flags;
  if (kills !== undefined) return await printProcesses({ kills: Number(kills), stops: Number(stops) }, say);
  return seed === undefined && crash === undefined ? await runAll() : await runOne();
}

async function runOne(): Promise<number> {
  const { seed, crash, mode } = flags;
  const which = { mode, ...(seed !== undefined && { seed: Number(seed) }), ...(crash !== undefined && { crash }) };
  const { lost, wrong, disordered, uncovered, covered, crowded, posts, kills } = await rerun(which, say);
  say("");
  say(`${posts} messages, ${kills} kills, ${covered} repeats explained by a crash, a pause or an unknown response`);
  const breaches = [...lost, ...wrong, ...disordered, ...uncovered, ...crowded];
  for (const breach of breaches) say(`BREACH: ${breach}`);
  return breaches.length > 0 ? 1 : 0;
}

async function runAll(): Promise<number> {
  const schedules = Number(flags.schedules);
  // With `--schedules 0`, only the other kinds that are given.
  const pointsOf = async (mode: Mode) => (schedules === 0 ? 0 : await sizeOf(mode));
  const counts: [Mode, number | undefined][] = [
    ["crash points", await pointsOf("crash points")],
    ["pairs of crash points", await pointsOf("pairs of crash points")],
    ["random", schedules],
    ["calm", Number(flags.calm ?? Math.ceil(schedules / 10))],
    ["lists", Number(flags.lists ?? 1_120)],
    ["through adapters", Number(flags["through-adapters"] ?? Math.ceil(schedules / 50))],
  ];
  const workers = createWorkerPool(Number(flags.workers));
  const breaches: Totals["breaches"] = [];
  say(row(["", "schedules", "lost", "false", "disorder", "repeats", "uncovered", "crowded", "messages", "kills", "seconds"]));
  for (const [mode, count = 0] of counts) {
    if (count === 0) continue;
    const startedAt = performance.now();
    const first = mode.includes("crash") ? 0 : Number(flags.first);
    let totals = NOTHING;
    for (let from = 0; from < count; from += PART) {
      const part = await workers.run({ mode, first: first + from, count: Math.min(PART, count - from) });
      for (const { rerun: how, says } of part.breaches) say(`${says.join("\n")}\n  npm run faults -- ${how}\n`);
      totals = sum(totals, part);
    }
    breaches.push(...totals.breaches);
    say(rowOf(mode, totals, (performance.now() - startedAt) / 1_000));
  }
  await workers.terminate();
  say(breaches.length > 0 ? "\nBROKEN" : "\nNothing is lost, false or out of order, and every repeat has a cause.");
  return breaches.length > 0 ? 1 : 0;
}

function rowOf(mode: Mode, totals: Totals, seconds: number): string {
  const { schedules, lost, wrong, disordered, covered, uncovered, crowded, posts, kills } = totals;
  const figures = [schedules, lost, wrong, disordered, covered + uncovered, uncovered, crowded, posts, kills];
  return row([mode, ...figures.map((figure) => figure.toLocaleString("en")), seconds.toFixed(1)]);
}

function row([name = "", ...cells]: string[]): string {
  return name.padEnd(22) + cells.map((cell) => cell.padStart(11)).join("");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
