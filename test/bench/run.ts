import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { writeDocuments } from "./documents.ts";
import type { Row } from "./row.ts";
import { table } from "./table.ts";

// `npm run bench [-- names of rows] [--json] [--write]` measures speed and cost of the service against baselines and limits. Each file in rows/
// exports functions named after the rows that they measure. `--write` updates the tables and charts in docs/.

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
});

type Measure = () => Promise<Row[]>;

const FOLDER = new URL("./rows/", import.meta.url);
/** Rows that are not listed here come last. */
const ORDER = ["coldBurst", "burstWall", "sockets", "coldStartPoll", "coldStartApi", "writesPerPoll", "writesPerJob"];
const THEN = ["readsPerTick", "costPerMonth", "timeToNotice", "tickAtScale", "fanOut", "registering"];

const rows: Row[] = [];
for (const [name, measure] of await chosen()) {
  process.stderr.write(`${name} ...\n`);
  rows.push(...(await measure().catch((error: Error) => [failed(name, error)])));
}
const line = ({ name, ours, goal, ratio, met }: Row) => ({ name, ours, goal, ratio, met });
process.stdout.write(flags.json ? `${JSON.stringify({ rows: rows.map(line) })}\n` : `${table(rows)}\n`);
if (flags.write) await writeDocuments(rows);
process.exit(rows.length === 0 ? 1 : 0);

async function chosen(): Promise<[string, Measure][]> {
  const all = new Map<string, Measure>();
  for (const file of (await readdir(FOLDER)).sort()) {
    const rowsOf: Record<string, unknown> = await import(new URL(file, FOLDER).href);
    for (const [name, value] of Object.entries(rowsOf)) if (typeof value === "function") all.set(name, value as Measure);
  }
  const place = (name: string) => [...ORDER, ...THEN, name].indexOf(name);
  const sorted = [...all].sort(([one], [other]) => place(one) - place(other));
  if (wanted.length === 0) return sorted;
  const names = wanted.map(plain);
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
