import { bursts, type MeasuredBurst } from "../bursts.ts";
import { median, ratioOf } from "../in-turn.ts";
import type { Row } from "../row.ts";

const POLLS = 1_000;
const AT_ONCE = 64;
const DELAY_MS = 20;
const ROUNDS = 7;
const BOUND_MS = (POLLS / AT_ONCE) * DELAY_MS;

let measured: ReturnType<typeof bursts> | undefined;

/** Both rows use the same runs. */
function coldBursts(rounds = ROUNDS) {
  measured ??= bursts({ rounds, polls: POLLS, atOnce: AT_ONCE, delayMs: DELAY_MS });
  return measured;
}

export async function coldBurst(rounds?: number): Promise<Row[]> {
  const { ours, baseline } = await coldBursts(rounds);
  const cpu = (burst: MeasuredBurst) => burst.cpuMs;
  const ratio = ratioOf(ours, baseline, cpu);
  return [
    {
      name: "cold burst",
      ours: `${median(ours.map(cpu)).toFixed(0)} ms CPU`,
      baseline: `ky.get().json() ${median(baseline.map(cpu)).toFixed(0)} ms`,
      ratio,
      goal: "<= 0.80 x (ideal 0.65)",
      met: ratio <= 0.8,
      note: `first ${POLLS} polls of a fresh process, ${AT_ONCE} at once, ${DELAY_MS} ms server, all guards on`,
    },
  ];
}

export async function burstWall(rounds?: number): Promise<Row[]> {
  const { ours, baseline } = await coldBursts(rounds);
  const wallMs = median(ours.map((burst) => burst.wallMs));
  const ratio = wallMs / BOUND_MS;
  return [
    {
      name: "burst wall",
      ours: `${wallMs.toFixed(0)} ms`,
      baseline: `latency bound ${BOUND_MS.toFixed(0)} ms`,
      ratio,
      goal: "<= 2.4 x (ideal 2.0)",
      met: ratio <= 2.4,
      note: `ky.get().json() ${median(baseline.map((burst) => burst.wallMs)).toFixed(0)} ms`,
    },
  ];
}
