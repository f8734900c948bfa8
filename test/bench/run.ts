import { readdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { writeDocuments } from "./documents.ts";
import type { Row } from "./row.ts";
import { table } from "./table.ts";

// `npm run bench [-- names of rows] [--json] [--write] [--quick]` measures speed and cost of the service against baselines and limits. Each file
// in rows/ exports functions named after the rows that they measure. `--write` updates the tables and charts in docs/. `--quick` measures a few
// rows in fewer rounds: a missed count fails, and a ratio that is worse than in docs/performance.md prints a warning.

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ json: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
    quick: { type: "boolean", default: false },
  },
});

/** `rounds` replaces the row's own number of rounds. */
type Measure = (rounds?: number) => Promise<Row[]>;

const FOLDER = new URL("./rows/", import.meta.url);
/** Rows that are not listed here come last. */
const ORDER = ["coldBurst", "burstWall", "sockets", "coldStartPoll", "coldStartApi", "writesPerPoll", "writesPerJob"];
const THEN = [
  "readsPerTick",
  "costPerMonth",
  "timeToNotice",
  "tickAtScale",
  "fanOut",
  "registering",
  "watchingProjects",
  "compareShares",
];

const QUICK = ["sockets", "coldBurst", "coldStartPoll", "coldStartApi"];
const QUICK_ROUNDS = 3;
/** Times of so few rounds differ by this factor on a busy machine. */
const TOLERANCE = 1.15;

const rows: Row[] = [];
for (const [name, measure] of await chosen()) {
  process.stderr.write(`${name} ...\n`);
  rows.push(...(await measure(flags.quick ? QUICK_ROUNDS : undefined).catch((error: Error) => [failed(name, error)])));
}
const line = ({ name, ours, goal, ratio, met }: Row) => ({ name, ours, goal, ratio, met });
process.stdout.write(flags.json ? `${JSON.stringify({ rows: rows.map(line) })}\n` : `${table(rows)}\n`);
if (flags.write) await writeDocuments(rows);
if (flags.quick) await warnOfSlowRows();
const missed = rows.filter(({ met, ratio }) => flags.quick && !met && ratio === undefined);
for (const { name, goal, ours, note } of missed) process.stderr.write(`${name}: ${ours}, the goal is ${goal} (${note})\n`);
process.exit(rows.length === 0 || missed.length > 0 ? 1 : 0);

async function warnOfSlowRows(): Promise<void> {
  const committed = await readFile(new URL("../../docs/performance.md", import.meta.url), "utf8");
  for (const { name, ratio } of rows) {
    const line = committed.split("\n").find((row) => row.startsWith(`| ${name} `));
    const known = Number(/\| ([\d.]+) x \|/.exec(line?.replaceAll(/ +/g, " ") ?? "")?.[1]);
    if (ratio !== undefined && ratio > known * TOLERANCE)
      process.stderr.write(`warning: ${name} is ${ratio.toFixed(2)} x its baseline now, ${known} x in docs/performance.md\n`);
  }
}

async function chosen(): Promise<[string, Measure][]> {
  const all = new Map<string, Measure>();
  for (const file of (await readdir(FOLDER)).sort()) {
    const rowsOf: Record<string, unknown> = await import(new URL(file, FOLDER).href);
    for (const [name, value] of Object.entries(rowsOf)) if (typeof value === "function") all.set(name, value as Measure);
  }
  const place = (name: string) => [...ORDER, ...THEN, name].indexOf(name);
  const sorted = [...all].sort(([one], [other]) => place(one) - place(other));
  const selection = wanted.length === 0 && flags.quick ? QUICK : wanted;
  if (selection.length === 0) return sorted;
  const names = selection.map(plain);
  const selected = sorted.filter(([name]) => names.includes(plain(name)));
  if (selected.length < names.length) throw new Error(`unknown row; the rows are ${sorted.map(([name]) => name).join(", ")}`);
  return selected;
}

/** Normalizes a name: `cold start, poll`, `cold-start-poll` and `coldStartPoll` are the same. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

function failed(name: string, error: Error): Row {
  return { name, ours: "not measured", baseline: "", goal: "", met: false, note: error.message.split("\n")[0] ?? "" };
}
