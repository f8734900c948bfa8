import { CALM, type Downtime, type JobPlan, NEVER, type Plan, type Rates, type Script, type TickPlan } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";

const MINUTE = 60_000;
const CHANNELS = ["alpha", "beta"];

/** Draws a schedule from a seed: a few minutes with many faults, or with ticks that only overlap. */
export function drawPlan(seed: number, faulty: boolean): Plan {
  const plan = drawAll(seed, faulty);
  return { ...plan, rates: { ...plan.rates, ahead: faulty ? aheadOf(plan) : 0 } };
}

/** In one of five plans, and only if no job can be missing: three missing polls, one of them an hour ahead, make a job lost. */
function aheadOf({ seed, jobs, rates }: Plan): number {
  const canBeMissing = rates.missing > 0 || jobs.some(({ script, requests }) => requests.some(({ at }) => at < script.knownAt));
  return seed % 5 === 0 && !canBeMissing ? 0.2 : 0;
}

function drawAll(seed: number, faulty: boolean): Plan {
  const random = createRandom(seed);
  const segments = random.pick([1, 2, 3]);
  const minutes = random.between(2, 4);
  const gap = random.chance(0.03) ? random.between(30, 180) : 0;
  const quietFrom = (minutes + gap) * MINUTE;
  const jobs = Array.from({ length: random.between(1, 4) }, (_, index) => drawJob(random, `job-${index}`, minutes, quietFrom));
  const end = random.chance(0.4) ? random.between(1, minutes) * MINUTE - random.between(0, 2_000) : undefined;
  return {
    seed,
    segments,
    pollsPerSecond: random.pick([0.03, 0.05, 0.05, 0.1, 20]) * segments,
    maxBatchSize: random.pick([1, 2, 3, 50]),
    pageSize: random.pick([1, 2, 50]),
    opsChannel: random.chance(0.3) ? "alpha" : "operators",
    ...digestOf(seed),
    jobs: end === undefined ? jobs : jobs.map((job) => endingAt(end, job)),
    ticks: drawTicks(random, segments, minutes, faulty),
    downtimes: faulty ? drawDowntimes(random, quietFrom) : [],
    rates: faulty ? { ...drawRates(random), ahead: 0 } : CALM,
    quietFrom,
    newWebhooks: random.chance(0.3),
  };
}

/** Two of three plans have a digest. */
function digestOf(seed: number): Pick<Plan, "digestMinutes"> {
  const turn = Math.floor(seed / 2) % 3;
  return turn === 0 ? {} : { digestMinutes: turn === 1 ? 1 : 3 };
}

function drawJob(random: Random, jobId: string, minutes: number, quietFrom: number): JobPlan {
  const at = random.between(0, minutes * 0.7 * MINUTE);
  const channels = random.pick([["alpha"], ["beta"], CHANNELS]);
  const again = { at: at + random.between(0, 3 * MINUTE), channels: [random.pick(["alpha", "beta"])] };
  const job = { jobId, script: drawScript(random, at, quietFrom), requests: [{ at, channels }] };
  if (random.chance(0.05)) return { ...job, expectedMinutes: 1, script: outlast(random, job.script, quietFrom) };
  return {
    ...job,
    ...(random.chance(0.4) && { notifyOn: ["started", "succeeded", "failed", "lost"] }),
    ...(random.chance(0.3) && { requests: [...job.requests, again] }),
    ...(random.chance(0.06) && { stopAt: at + random.between(0, 2 * MINUTE) }),
  };
}

function drawScript(random: Random, at: number, quietFrom: number): Script {
  const end = random.pick<Script["end"]>(["success", "failed"]);
  const kind = random.fraction();
  if (kind < 0.08) return { knownAt: NEVER, runningAt: NEVER, endAt: NEVER, end };
  if (kind < 0.16) return { knownAt: at - 9 * MINUTE, runningAt: at - 8 * MINUTE, endAt: at - random.between(1, 300_000), end };
  const knownAt = kind < 0.24 ? at + random.between(0, 2 * MINUTE) : at - 1_000;
  const runningAt = knownAt + random.between(0, 40_000);
  const script = { knownAt, runningAt, endAt: runningAt + random.between(1_000, 4 * MINUTE), end };
  return kind > 0.95 ? outlast(random, script, quietFrom) : script;
}

/** Jobs that end at the same time, so that several ticks have news for a channel at once. */
function endingAt(end: number, job: JobPlan): JobPlan {
  const isRunning = job.script.runningAt < end && job.script.endAt < NEVER;
  return isRunning && job.expectedMinutes === undefined ? { ...job, script: { ...job.script, endAt: end } } : job;
}

/** A job that begins and ends in the final period, in which all of it must be delivered. */
function outlast(random: Random, script: Script, quietFrom: number): Script {
  if (script.knownAt === NEVER) return script;
  const runningAt = quietFrom + random.between(1_000, MINUTE);
  return { ...script, runningAt, endAt: runningAt + 7 * MINUTE };
}

function drawTicks(random: Random, segments: number, minutes: number, faulty: boolean): TickPlan[] {
  const missing = faulty ? random.pick([0, 0, 0.2, 0.5]) : random.pick([0, 0.1]);
  const jitterMs = random.pick([200, 3_000]);
  return Array.from({ length: minutes * segments }, (_, place) => {
    const [minute, segment] = [Math.floor(place / segments), place % segments];
    return random.chance(missing) ? [] : drawTick(random, minute, segment, jitterMs);
  }).flat();
}

/** On time, so late that it overlaps the next one, or delivered twice, with one id or two. */
function drawTick(random: Random, minute: number, segment: number, jitterMs: number): TickPlan[] {
  const at = minute * MINUTE + random.between(0, random.chance(0.15) ? 55_000 : jitterMs);
  const tick = { at, segment, id: `tick ${minute}.${segment}` };
  if (!random.chance(0.15)) return [tick];
  return [tick, { ...tick, at: at + random.between(0, 20_000), ...(random.chance(0.5) && { id: `${tick.id} again` }) }];
}

function drawDowntimes(random: Random, quietFrom: number): Downtime[] {
  const downtimes: Downtime[] = [];
  const draw = (of: string, kind: Downtime["kind"], probability: number) => {
    if (!random.chance(probability)) return;
    const from = random.between(0, quietFrom);
    downtimes.push({ of, kind, from, until: Math.min(from + random.between(5_000, 4 * MINUTE), quietFrom) });
  };
  draw("table", "down", 0.15);
  draw("cloud", "down", 0.2);
  for (const channel of [...CHANNELS, "operators"]) {
    draw(channel, "down", 0.1);
    draw(channel, "dead", 0.1);
  }
  return downtimes;
}

function drawRates(random: Random): Omit<Rates, "ahead"> {
  return {
    kill: random.pick([0, 0.003, 0.01, 0.03]),
    stop: random.pick([0, 0, 0, 0.005]),
    table: random.pick([0, 0, 0.01, 0.1]),
    slowTable: random.pick([0, 0, 0.01, 0.05]),
    cloud: random.pick([0, 0, 0.1, 0.4]),
    missing: random.pick([0, 0, 0.05]),
    slack: random.pick([0, 0.1, 0.5]),
    slow: random.pick([0, 0.1]),
    staleMs: random.pick([500, 2_000, 10_000]),
    skewMs: random.pick([0, 2_000]),
  };
}
