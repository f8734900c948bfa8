import { readConfig } from "../../../lib/config/config.ts";
import { pollJobs } from "../../../lib/poll/poll-jobs.ts";
import { createServices } from "../../../lib/services.ts";

// Runs ticks of one segment with the real adapters, each with a single sweep. Sends the figures to the parent.

export interface TickFigures {
  polls: number;
  sweeps: number;
  wallMs: number;
  cpuMs: number;
  /** Peak memory of the process. */
  peakBytes: number;
}

const quiet = () => undefined;
const config = readConfig(process.env);
const services = createServices(config, {
  log: { info: quiet, warn: quiet, error: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`) },
  metrics: { count: quiet, age: quiet, flush: quiet },
});
const { pollConcurrency: concurrency, pollsPerSecond } = config.poll;

async function tick(): Promise<TickFigures> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const now = Date.now();
  // The tick's minute ends during its first sweep, so there is only one.
  const times = { startedAt: now - 56_000, endsAt: now + 600_000 };
  const settings = { concurrency, pollsPerSecond, rules: config.rules };
  const { polls, sweeps } = await pollJobs(services, settings, {
    segment: 0,
    segmentCount: 1,
    owner: `bench-${now}`,
    ...times,
  });
  const { user, system } = process.cpuUsage(before);
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  return { polls, sweeps, wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000, peakBytes };
}

const ticks = Number(process.argv[2] ?? 1);
const figures: TickFigures[] = [];
for (let done = 0; done < ticks; done++) figures.push(await tick());
process.send?.(figures);
