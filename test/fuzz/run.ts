import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { type Figures, fuzzHandler, fuzzSockets } from "./campaign.ts";
import { startBridge } from "./sockets/bridge.ts";
import { startTarget } from "./target.ts";

// `npm run fuzz` sends random and mutated requests to the api and prints figures. `--sockets N` sends N more as raw bytes over TCP.
// A breach prints `--seed` and `--path`, which reproduce its case.

const { values: flags } = parseArgs({
  options: {
    cases: { type: "string", default: "20000" },
    sockets: { type: "string", default: "0" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    path: { type: "string" },
  },
});

/** Garbage collections vary. A leak of 1 KB per request would be 18 MB in 20,000 requests. */
const MOST_GROWN_BYTES = 8_000_000;

const target = await startTarget();
const plan = { seed: Number(flags.seed), ...(flags.path !== undefined && { path: flags.path }) };
say(`seed ${plan.seed}`);
say(row(["", "cases", "5xx", "slowest", "rejected writes", "heap growth", "seconds", " statuses"]));
let broken = false;
if (Number(flags.cases) > 0) await show("handler", () => fuzzHandler(target, { ...plan, cases: Number(flags.cases) }));
if (Number(flags.sockets) > 0) {
  const bridge = await startBridge(target);
  await show("sockets", () => fuzzSockets(target, { ...plan, cases: Number(flags.sockets) }, bridge));
  await bridge.close();
}
await target.close();
say(broken ? "\nBROKEN" : "\nNo answer with 5xx, none slower than 1 s, no write by a rejected request, no memory growth.");
process.exit(broken ? 1 : 0);

async function show(name: string, run: () => Promise<Figures>): Promise<void> {
  const began = performance.now();
  const { cases, statuses, slowestMs, writesByRefused, grownBytes, breach } = await run();
  const seconds = (performance.now() - began) / 1_000;
  const delivered = [...statuses].sort(([one], [other]) => one - other);
  const errors = delivered.filter(([status]) => status >= 500 || status < 100).reduce((sum, [, count]) => sum + count, 0);
  const figures = [cases.toLocaleString("en"), String(errors), `${Math.round(slowestMs)} ms`, String(writesByRefused)];
  const all = delivered.map(([status, count]) => `${status}: ${count.toLocaleString("en")}`).join(", ");
  say(row([name, ...figures, `${(grownBytes / 1e6).toFixed(1)} MB`, seconds.toFixed(1), ` ${all}`]));
  if (breach !== undefined) say(`BREACH: ${breach}`);
  if (breach !== undefined || grownBytes > MOST_GROWN_BYTES) broken = true;
}

function row([name = "", ...cells]: string[]): string {
  return [name.padEnd(8), ...cells.map((cell) => cell.padStart(14))].join(" ");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
