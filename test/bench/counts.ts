import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { createTickHandler } from "../../functions/poll/tick.ts";
import type { Job } from "../../lib/domain/job/job.ts";
import { newJob } from "../../lib/domain/job/registration.ts";
import { jobKey, NOW, RULES, seen } from "../jobs.ts";
import type { World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";
import { type Capacity, countCapacity } from "./capacity.ts";
import { startEngineWorld } from "./engine-world.ts";

// Capacity that DynamoDB Local counts for one job's life, one poll and one sweep. Counted once and used by several rows.

const OPEN = 1_000;
const FINISHED = 100_000;
/** At this age each job is polled once a minute. */
const AGE_MS = 7 * 3_600_000;
const TYPE = { job_type: "SfsTurboExpandShareTask", begin_time: "2026-11-23 12:01:01" };

export interface Life {
  job: number;
  beside: Record<string, number>;
  besideSum: number;
  /** Read units for the job's own item. */
  jobReads: number;
}

export interface Polls {
  polls: number;
  /** Write units for jobs in a tick without changes. */
  jobWrites: number;
  /** Read units of one sweep over the open jobs, by the size of their index entries. */
  sweepReads: number;
  sweepReadsWithFinished: number;
  /** The same as counted by DynamoDB Local, which charges an index scan for whole items. */
  countedReads: number;
  countedReadsWithFinished: number;
  /** Sweeps of a tick whose jobs are always due, on a virtual clock. */
  sweeps: number;
  tickSeconds: number;
  openJobs: number;
  finishedJobs: number;
}

const lives = new Map<number, Promise<Life>>();
let polls: Promise<Polls> | undefined;

/** Returns the units per job if `together` jobs of one type end in one tick. */
export function countLife(together: number): Promise<Life> {
  const counted = lives.get(together) ?? measureLives(together);
  lives.set(together, counted);
  return counted;
}

export function countPolls(): Promise<Polls> {
  polls ??= measurePolls();
  return polls;
}

async function measureLives(together: number): Promise<Life> {
  const world = await startEngineWorld();
  try {
    return await countLivesIn(world, together);
  } finally {
    await world.close();
  }
}

/**
 * Counts register -> running -> success -> delivered, for jobs of one type with a title and one channel. The cloud gives them the sub jobs
 * of each stage in turn, one stage per tick; the job ends with the last stage.
 */
export async function countLivesIn(world: World, together: number, stages: object[][] = [[], []]): Promise<Life> {
  // The first tick of a table writes records of the service itself, which must not count.
  await world.tick();
  const take = countCapacity(world);
  let body: object = { status: "waiting" };
  world.cloud.answer("*", () => ({ status: 200, body: JSON.stringify({ ...TYPE, ...body }) }));
  for (let life = 0; life < together; life++) {
    await world.register(`life-${life}`, { title: "Grow the share of the nightly render", channels: ["general"] });
  }
  const throughProxy = take();
  for (const sub_jobs of stages.slice(0, -1)) {
    body = { status: "running", sub_jobs };
    await world.tick();
  }
  body = { status: "success", end_time: "2026-11-23 12:02:30", sub_jobs: stages.at(-1) };
  await world.ticks(2);
  const delivered = world.sink.messages.map(({ rendered }) => rendered).join();
  if (!delivered.includes("render")) throw new Error("the ends were not delivered");
  const later = take();
  const { job = 0, segment: _, limit: _l, key: _k, ...beside } = merged(throughProxy.writes, later.writes);
  const each = (units: number) => units / together;
  return {
    job: each(job),
    beside: Object.fromEntries(Object.entries(beside).map(([kind, units]) => [kind, each(units)])),
    besideSum: each(Object.values(beside).reduce((one, other) => one + other, 0)),
    jobReads: each((throughProxy.reads.job ?? 0) + (later.reads.job ?? 0)),
  };
}

function merged(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

async function measurePolls(): Promise<Polls> {
  const world = await startEngineWorld({ POLLS_PER_SECOND: "10000", POLL_CONCURRENCY: "64", LATE_AFTER_MINUTES: "43200" });
  try {
    const answer = { status: "running", job_type: "SfsTurboExpandShareTask", begin_time: "2026-11-23 04:59:00" };
    const first = seen("running", { jobType: answer.job_type, beginTime: NOW - AGE_MS - 60_000 });
    world.cloud.answer("*", answer);
    const open = Array.from({ length: OPEN }, (_, index) => jobAged(`open-${index}`, first, index));
    await writeJobs(world.table, open);
    const take = countCapacity(world);
    const before = world.cloud.pollCount();
    const { sweeps, tickSeconds } = await tickOf(world);
    const unchanged = take();
    const polled = world.cloud.pollCount() - before;
    const alone = await readsPerSweep(world, take);
    const finished = seen("success", { jobType: answer.job_type, beginTime: NOW - AGE_MS, endTime: NOW - AGE_MS + 90_000 });
    await writeJobs(world.table, finishedJobs(finished));
    take();
    const withFinished = await readsPerSweep(world, take);
    return {
      polls: polled,
      jobWrites: unchanged.writes.job ?? 0,
      sweepReads: alone.bySize,
      sweepReadsWithFinished: withFinished.bySize,
      countedReads: alone.counted,
      countedReadsWithFinished: withFinished.counted,
      sweeps,
      tickSeconds,
      openJobs: OPEN,
      finishedJobs: FINISHED,
    };
  } finally {
    await world.close();
  }
}

/** Uses ids as long as the cloud's. */
function jobAged(name: string, first: Parameters<typeof newJob>[2], index: number): Job {
  const jobId = `4e9e8c3f-7d1f-4e5a-${name}-${String(index).padStart(8, "0")}`.slice(0, 36);
  return newJob({ ...jobKey(jobId), team: "storage" }, { channels: ["general"] }, first, NOW - AGE_MS, RULES);
}

function* finishedJobs(first: Parameters<typeof newJob>[2]): Generator<Job> {
  for (let index = 0; index < FINISHED; index++) {
    const job = newJob(jobKey(`finished-${index}`), { channels: ["general"] }, first, NOW - AGE_MS, RULES);
    yield { ...job, notifications: job.notifications.map((notification) => ({ ...notification, state: "delivered" })) };
  }
}

async function tickOf({ services, clock }: World): Promise<{ sweeps: number; tickSeconds: number }> {
  const startedAt = clock.now();
  const getRemainingTimeInMillis = () => 58_000 - (clock.now() - startedAt);
  const context = { awsRequestId: "bench", functionName: "poll", getRemainingTimeInMillis };
  const report = await createTickHandler(services)({ segment: 0 }, context);
  return { sweeps: report?.sweeps ?? 0, tickSeconds: (clock.now() - startedAt) / 1_000 };
}

/**
 * Reads the pages of the service's own scan. AWS charges half a unit per 4 KB of index entries. So do dynalite, and DynamoDB Local for index
 * queries.
 */
async function readsPerSweep({ table, clock }: World, take: () => Capacity): Promise<{ bySize: number; counted: number }> {
  take();
  let entries = 0;
  for await (const page of table.open(clock.now).scanOpen(0, 1)) entries += page.entries.length;
  if (entries !== OPEN) throw new Error(`${entries} open jobs instead of ${OPEN}`);
  const counted = take().reads.ScanCommand ?? 0;
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, IndexName: "open" }));
  const bytes = Items.flatMap((item) => Object.entries(item)).reduce(
    (sum, [name, value]) => sum + name.length + textOf(value).length,
    0,
  );
  return { bySize: Math.ceil(bytes / 4_096) / 2, counted };
}

function textOf(value: { S?: string; N?: string }): string {
  return value.S ?? value.N ?? "";
}
