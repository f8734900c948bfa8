import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inFreshProcess } from "../bench/fresh-process.ts";
import type { Measured } from "./neighbourhood.ts";
import { AGES, type Age } from "./quiet-team.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

// `npm run neighbours [-- --short] [--only <part of a name>] [--seed n]` measures how a hostile team affects a quiet one on the same service.

const { values: flags } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});

/** Maximum additional delay of a notification because of the neighbour, in seconds. */
const MOST_LATER = 10;
/** Allowed difference in read units of a list, because the table rounds up. */
const MOST_MORE_UNITS = 4;

const ONE = fileURLToPath(new URL("./one.ts", import.meta.url));
const [ends, minutes] = flags.short ? [100, 6] : [200, 12];

process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = SCENARIOS.filter(({ name, isShort }) =>
    flags.only === undefined ? !flags.short || isShort : name.includes(flags.only),
  );
  if (chosen.length === 0) throw new Error(`the scenarios are:\n${SCENARIOS.map(({ name }) => name).join("\n")}`);
  say(
    `${ends} ends of a quiet team in ${minutes} min, seed ${flags.seed}. Seconds from the end in the cloud until Slack accepted the message.\n`,
  );
  say(row(["scenario", "age", "alone", "shared", "delay", "missing", "wrong", "list units", "executions", ""]));
  const run = pool(Number(flags.workers));
  const alone = new Map<string, Promise<Measured>>();
  const aloneWith = (settings: Record<string, string>) => {
    const key = JSON.stringify(settings);
    const measured = alone.get(key) ?? run(() => measure(settings, -1));
    alone.set(key, measured);
    return measured;
  };
  const results = chosen.map(async (scenario) => {
    const { settings = {} } = scenario;
    const [without, beside] = await Promise.all([
      aloneWith(settings),
      run(() => measure(settings, SCENARIOS.indexOf(scenario))),
    ]);
    return report(scenario, without, beside);
  });
  const good = (await Promise.all(results)).filter((isGood) => isGood).length;
  say(`\n${good} of ${chosen.length} scenarios: at most ${MOST_LATER} s more delay, nothing missing, nothing wrong.`);
  return good === chosen.length ? 0 : 1;
}

function measure(settings: Record<string, string>, scenario: number): Promise<Measured> {
  const args = [JSON.stringify(settings), scenario, flags.seed, ends, minutes].map(String);
  return inFreshProcess<Measured>(ONE, args);
}

function report({ name }: Scenario, without: Measured, beside: Measured): boolean {
  const age = AGES.reduce((one, other) => (laterAt(other) > laterAt(one) ? other : one));
  const isExpensive = beside.listUnits > without.listUnits + MOST_MORE_UNITS;
  const untrue = [...beside.missing, ...beside.wrong, ...without.missing, ...without.wrong];
  const isGood = laterAt(age) <= MOST_LATER && !isExpensive && untrue.length === 0;
  const times = [without.delays[age], beside.delays[age], laterAt(age)].map((seconds) => seconds.toFixed(1));
  const counts = [beside.missing.length, beside.wrong.length, `${without.listUnits} / ${beside.listUnits}`, beside.executions];
  say(row([name, age, ...times, ...counts.map(String), isGood ? "" : "RED"]));
  for (const what of untrue.slice(0, 3)) say(`    ${what}`);
  return isGood;

  function laterAt(one: Age): number {
    return beside.delays[one] - without.delays[one];
  }
}

function row([name = "", ...cells]: string[]): string {
  return name.padEnd(54) + cells.map((cell) => cell.padStart(12)).join("");
}

/** Runs at most `size` tasks at once. */
function pool(size: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = size;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
