import { type Judgement, judge } from "./judge.ts";
import { packagePoller } from "./packaged-poller.ts";
import { type Pollers, startPollers } from "./pollers.ts";
import { type ProcessWorld, startProcessWorld } from "./world.ts";

export interface ProcessOptions {
  kills: number;
  stops?: number;
  /** Services that run in parallel, each with its own table, cloud and Slack. */
  worlds?: number;
  /** The factor by which time runs faster. */
  speed?: number;
}

export interface ProcessReport extends Judgement {
  engine: "dynalite" | "DynamoDB Local";
  kills: number;
  stops: number;
  jobs: number;
  posts: number;
  /** Posts whose sender was gone before the response. */
  unanswered: number;
  seconds: number;
  /** What is wrong, one text per problem. */
  breaches: string[];
}

type Disruption = "kill" | "stop";

const JOBS_AT_FIRST = 15;
const JOB_EVERY_MS = 5_000;
/** The lease is 70 s. */
const STOPPED_MS = { from: 75_000, to: 160_000 };
const BLOW_AFTER_MS = { from: 2_000, to: 100_000 };
/** Longer than the longest wait after a failed send: a channel without messages for this long gets no more. */
const SILENT_MS = 35 * 60_000;

/**
 * Runs the packaged poll function in processes of its own. They are killed and paused at random moments while jobs end and others are
 * registered. Then a period without disruptions follows, in which all pending notifications must be delivered.
 */
export async function runProcesses({ kills, stops = 0, worlds = 8, speed = 10 }: ProcessOptions): Promise<ProcessReport> {
  const beganAt = performance.now();
  const disruptions = shuffled<Disruption>([...Array(kills).fill("kill"), ...Array(stops).fill("stop")]);
  const poller = await packagePoller();
  try {
    const shares = Array.from({ length: worlds }, (_, world) => disruptions.filter((_, index) => index % worlds === world));
    const results = await Promise.all(shares.map((share) => runWorld(share, poller.handler, speed)));
    const engine = process.env.TEST_DYNAMODB_ENDPOINT ? "DynamoDB Local" : "dynalite";
    const seconds = Math.round((performance.now() - beganAt) / 1_000);
    return withBreaches({ engine, kills, stops, seconds, ...results.reduce(added) });
  } finally {
    await poller.remove();
  }
}

type WorldResult = Judgement & { jobs: number; posts: number; unanswered: number };

async function runWorld(disruptions: Disruption[], handler: string, speed: number): Promise<WorldResult> {
  const world = await startProcessWorld(speed);
  const pollers = startPollers(handler, world.environment, world.clock);
  try {
    const load = startLoad(world);
    for (const disruption of disruptions) await disrupt(disruption, world, pollers);
    await load.stop();
    await pollers.allGoOn();
    const judgement = await quiet(world);
    const { jobs, sink } = world;
    return {
      ...judgement,
      jobs: jobs.filter(({ promised }) => promised).length,
      posts: sink.posts.length,
      unanswered: world.unanswered(),
    };
  } finally {
    await pollers.end();
    await world.close();
  }
}

async function disrupt(disruption: Disruption, { clock }: ProcessWorld, pollers: Pollers): Promise<void> {
  await clock.sleep(between(BLOW_AFTER_MS));
  if (disruption === "kill") await pollers.kill();
  else await pollers.stop(between(STOPPED_MS));
}

function startLoad({ clock, register }: ProcessWorld): { stop(): Promise<void> } {
  let stopped = false;
  const work = (async () => {
    for (let job = 0; job < JOBS_AT_FIRST; job++) await register();
    while (!stopped) {
      await clock.sleep(JOB_EVERY_MS);
      await register();
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
    },
  };
}

/** Waits until nothing is pending or nothing more is delivered, and longer than a lease, so that surplus deliveries are seen. */
async function quiet({ clock, jobs, sink }: ProcessWorld): Promise<Judgement> {
  const messages = () => sink.messages.filter(({ channel }) => channel !== "operators");
  const beganAt = clock.now();
  const silentMs = () => clock.now() - Math.max(beganAt, sink.posts.at(-1)?.at ?? 0);
  while (silentMs() < SILENT_MS && judge(jobs, messages()).lost.length > 0) await clock.sleep(10_000);
  await clock.sleep(75_000);
  return judge(jobs, messages());
}

function added(one: WorldResult, other: WorldResult): WorldResult {
  return {
    lost: [...one.lost, ...other.lost],
    falsely: [...one.falsely, ...other.falsely],
    outOfOrder: [...one.outOfOrder, ...other.outOfOrder],
    unlabelled: [...one.unlabelled, ...other.unlabelled],
    repeats: one.repeats + other.repeats,
    jobs: one.jobs + other.jobs,
    posts: one.posts + other.posts,
    unanswered: one.unanswered + other.unanswered,
  };
}

function withBreaches(report: Omit<ProcessReport, "breaches">): ProcessReport {
  const { lost, falsely, outOfOrder, unlabelled, repeats, kills, stops, unanswered } = report;
  const allowed = kills + stops + unanswered;
  return {
    ...report,
    breaches: [
      ...lost.map((what) => `lost: ${what}`),
      ...falsely.map((what) => `false: ${what}`),
      ...outOfOrder.map((what) => `out of order: ${what}`),
      ...unlabelled.map((what) => `repeat without "may repeat": ${what}`),
      ...(repeats > allowed ? [`${repeats} repeats, and ${allowed} kills, pauses and lost responses`] : []),
    ],
  };
}

function between({ from, to }: { from: number; to: number }): number {
  return from + Math.random() * (to - from);
}

function shuffled<Some>(some: Some[]): Some[] {
  return some
    .map((one) => ({ one, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ one }) => one);
}
