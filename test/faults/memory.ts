import { fileURLToPath } from "node:url";
import { bundle } from "../bench/bundle.ts";
import { type Companion, inFreshProcess, startCompanion } from "../bench/fresh-process.ts";
import { heapLimits, pollFunction, serviceEnvironment } from "../bench/ticks.ts";
import type { FleetFigures } from "./processes/ended-fleet.ts";

// `npm run check:memory`: 10,000 jobs end at once, with up to 1,000 polls per second, in the bundled function with the limits of
// serverless.yml. Fails if a tick holds 200 MB or more, or if an end is not delivered exactly once. Run it alone, since the garbage
// collector lags on a busy machine. Results vary by 10 MB and more, so the least of three runs counts.

const FLEET = fileURLToPath(new URL("./processes/ended-fleet.ts", import.meta.url));
const TICK = fileURLToPath(new URL("./processes/measured-tick.ts", import.meta.url));
const HANDLER = "functions/poll/handler.ts";
const TEAM_CHANNELS = ["general", "projects", "storage", "nightly", "backup", "archive", "media", "lab"];

const JOBS = 10_000;
const MAX_BYTES = 200e6;
const MAX_TICKS = 5;

const RUNS = 3;

const bundles = await bundle([HANDLER]);
try {
  let bytes = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS && bytes >= MAX_BYTES; run++) bytes = await measure();
  if (bytes >= MAX_BYTES) process.exitCode = 1;
} finally {
  await bundles.remove();
}

/** Returns the peak memory of a tick in bytes. Throws if an end is not delivered exactly once. */
async function measure(): Promise<number> {
  const fleet = await startCompanion(FLEET, [String(JOBS), ...TEAM_CHANNELS]);
  try {
    return await measureTicks(fleet);
  } finally {
    fleet.end();
  }
}

async function measureTicks(fleet: Companion): Promise<number> {
  const webhooks = [...TEAM_CHANNELS, "operators"].map((name) => [name, `${fleet.ready.url}/services/T1/B1/${name}`]);
  const { SLACK_WEBHOOK_URL: _, ...environment } = serviceEnvironment(fleet, fleet);
  const poll = await pollFunction();
  const settings = {
    ...environment,
    ...poll.environment,
    SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(webhooks)),
    OPS_CHANNEL: "operators",
    POLLS_PER_SECOND: "1000",
    POLL_CONCURRENCY: process.env.POLL_CONCURRENCY || "128",
  };
  const peaks: number[] = [];
  let figures: FleetFigures;
  do {
    peaks.push(await inFreshProcess<number>(TICK, [bundles.file(HANDLER)], settings, heapLimits(poll.memorySize)));
    figures = await fleet.figures<FleetFigures>();
  } while (figures.open > 0 && peaks.length < MAX_TICKS);
  const once = figures.named[1] ?? 0;
  const megabytes = peaks.map((bytes) => Math.round(bytes / 1e6));
  process.stdout.write(
    `${JOBS} ends in ${peaks.length} ticks: peaks of ${megabytes.join(", ")} MB, up to ${figures.pollsPerSecond} polls per second, ` +
      `${figures.messages} messages; ${once} delivered once, ${JOBS - once} never or more than once\n`,
  );
  if (once < JOBS || figures.open > 0) throw new Error("not every end was delivered exactly once");
  return Math.max(...peaks);
}
