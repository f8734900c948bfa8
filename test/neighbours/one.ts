import { type Measured, measure } from "./neighbourhood.ts";
import { SCENARIOS } from "./scenarios.ts";

// One run in its own process. Arguments: settings as JSON, number of the scenario (-1 for the quiet team alone), seed, ends, minutes.

const MINUTE = 60_000;
const [settings = "{}", scenario, seed, ends, minutes] = process.argv.slice(2);
const { play: hostile, leadMinutes = 0 } = SCENARIOS[Number(scenario)] ?? {};
const measured: Measured = await measure({
  settings: JSON.parse(settings),
  seed: Number(seed),
  ends: Number(ends),
  runMs: Number(minutes) * MINUTE,
  leadMs: leadMinutes * MINUTE,
  ...(hostile && { hostile }),
});
process.send?.(measured);
