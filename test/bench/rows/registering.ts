import { fileURLToPath } from "node:url";
import { bundle } from "../bundle.ts";
import { inFreshProcess, startCompanion } from "../fresh-process.ts";
import { median } from "../in-turn.ts";
import type { Registering } from "../processes/registering.ts";
import type { Row } from "../row.ts";
import { serviceEnvironment } from "../ticks.ts";

const CLOUD = fileURLToPath(new URL("../processes/cloud.ts", import.meta.url));
const FLEET = fileURLToPath(new URL("../processes/fleet.ts", import.meta.url));
const ENTRY = "test/bench/processes/registering.ts";
const ROUNDS = 9;
const TIMES = 200;

export async function registering(): Promise<Row[]> {
  const bundles = await bundle([ENTRY]);
  const cloud = await startCompanion(CLOUD, ["0"]);
  const fleet = await startCompanion(FLEET, ["0", "0", "0"]);
  try {
    const environment = { ...serviceEnvironment(cloud, fleet), REQUESTS_PER_MINUTE: "1000000", MAX_OPEN_JOBS: "100000" };
    const rounds = await inFreshProcess<Registering[]>(bundles.file(ENTRY), [ROUNDS, TIMES].map(String), environment);
    const ratio = median(rounds.map(({ oursMs, bareMs }) => oursMs / bareMs));
    return [
      {
        name: "registering",
        ours: `${median(rounds.map(({ oursMs }) => oursMs)).toFixed(2)} ms`,
        baseline: `bare handler ${median(rounds.map(({ bareMs }) => bareMs)).toFixed(2)} ms`,
        ratio,
        goal: "<= 1.5 x",
        met: ratio <= 1.5,
        note: "POST /jobs in process, table and cloud on loopback without delay, warm; the bare handler reads the key, polls and writes",
      },
    ];
  } finally {
    cloud.end();
    fleet.end();
    await bundles.remove();
  }
}
