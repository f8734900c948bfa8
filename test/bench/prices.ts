/** US dollars, us-east-1, arm, without free tiers. docs/performance.md has the sources. */
const PRICES = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  gigabyteSecond: 0.0000133334,
  invocation: 0.2e-6,
  logGigabyte: 0.5,
  transition: 25e-6,
} as const;

export const MONTH_SECONDS = 30 * 86_400;
const TICKS = MONTH_SECONDS / 60;
/** Approximate number of job types in the cloud. */
const TYPES = 10;
/** Mean duration of a job. It determines how many jobs start and end while a thousand are in flight. */
const MEAN_JOB_SECONDS = 3_500;

/** The measurements that the prices apply to. */
export interface Measured {
  lifeWrites: number;
  /** Write units to the channel per message. */
  messageWrites: number;
  /** Write units to the durations per type that had ended jobs in a tick. */
  typeWrites: number;
  lifeReads: number;
  /** Read units of one sweep over a thousand open jobs. */
  sweepReads: number;
  sweeps: number;
  tickSeconds: number;
  /** A sweep that polls a thousand jobs: its waiting time, and its time of a whole core. */
  wallSeconds: number;
  cpuSeconds: number;
  megabytes: number;
}

export interface Cost {
  writes: number;
  reads: number;
  lambda: number;
  other: number;
  sum: number;
}

function costOf(parts: Omit<Cost, "sum">): Cost {
  return { ...parts, sum: parts.writes + parts.reads + parts.lambda + parts.other };
}

export function jobsAMonth(open: number): number {
  return (open * MONTH_SECONDS) / MEAN_JOB_SECONDS;
}

/** Lambda gives a whole core at 1,769 MB, and a proportional share below. */
export function coreShare(megabytes: number): number {
  return Math.min(megabytes / 1_769, 1);
}

/** Costs per month if each job is polled once a minute, with one sweep per tick or as many as a tick makes. */
export function ourCost(open: number, measured: Measured, kind: "one sweep" | "sweeps of 5 s", segments = 1): Cost {
  const { lifeWrites, messageWrites, typeWrites, lifeReads, sweepReads, megabytes, cpuSeconds, wallSeconds } = measured;
  const sweeps = kind === "one sweep" ? 1 : measured.sweeps;
  const thousands = open / 1_000;
  const jobs = jobsAMonth(open);
  // Jobs that end in one sweep share a roll-up. Durations of one tick are learned with one write per type.
  const channelWrites = messageWrites * Math.min(jobs, sweeps * TICKS);
  const durationWrites = typeWrites * Math.min(jobs, TYPES * TICKS);
  const leaseWrites = 2 * TICKS * segments;
  const pollSeconds = (wallSeconds + cpuSeconds / coreShare(megabytes)) * thousands;
  const billed =
    kind === "one sweep" ? pollSeconds : Math.max(measured.tickSeconds * segments + pollSeconds / sweeps, pollSeconds);
  return costOf({
    writes: (lifeWrites * jobs + channelWrites + durationWrites + leaseWrites) * PRICES.writeUnit,
    reads: (lifeReads * jobs + sweepReads * thousands * sweeps * TICKS) * PRICES.readUnit,
    lambda: (billed * (megabytes / 1_024) * PRICES.gigabyteSecond + PRICES.invocation * segments) * TICKS,
    other: 0,
  });
}

const NAIVE = { itemKilobytes: 1, pollSeconds: 0.1, megabytes: 512, logBytes: 300 };

/** Scans everything, polls one job after the other, writes each back and logs a line. `keptEach` finished jobs are kept per open one. */
export function naiveCost(open: number, keptEach: number): Cost {
  const polls = open * TICKS;
  const kilobytes = open * (1 + keptEach) * NAIVE.itemKilobytes;
  return costOf({
    writes: (polls + 2 * jobsAMonth(open)) * PRICES.writeUnit,
    reads: (kilobytes / 8) * TICKS * PRICES.readUnit,
    lambda: polls * NAIVE.pollSeconds * (NAIVE.megabytes / 1_024) * PRICES.gigabyteSecond,
    other: ((polls * NAIVE.logBytes) / 1e9) * PRICES.logGigabyte,
  });
}

/** With the time of the next poll as an index key, each poll writes the item, and deletes and puts an index entry. */
export function dueIndexCost(open: number, measured: Measured): Cost {
  const { writes, ...rest } = ourCost(open, measured, "one sweep");
  return costOf({ ...rest, writes: writes + 3 * open * TICKS * PRICES.writeUnit });
}

/** Wait, poll and choose: three state transitions per minute and job. */
export function stepFunctionsCost(open: number): Cost {
  return costOf({ writes: 0, reads: 0, lambda: open * TICKS * PRICES.invocation, other: 3 * open * TICKS * PRICES.transition });
}

const LIST = { seconds: 0.3, atOnce: 6, megabytes: 256 };

/** Costs per month of watching projects whose lists do not change, beside the costs of the ticks. `units`: per list. */
export function listCost(projects: number, { reads, writes }: { reads: number; writes: number }): number {
  const lists = projects * TICKS;
  const seconds = (lists * LIST.seconds) / LIST.atOnce;
  const lambda = seconds * (LIST.megabytes / 1_024) * PRICES.gigabyteSecond;
  return lists * (reads * PRICES.readUnit + writes * PRICES.writeUnit) + lambda;
}
