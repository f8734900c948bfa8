import { observationOfJob } from "../../../lib/adapters/cloud/sources/sfs-turbo/job-details.ts";
import { decodeOpenEntry } from "../../../lib/adapters/dynamodb/open-item-codec.ts";
import { emptyState } from "../../../lib/domain/schedule/poller-state.ts";
import { createLearning } from "../../../lib/poll/learn-durations.ts";
import { pollJobs } from "../../../lib/poll/poll-jobs.ts";
import type { Clock, Cloud, Ports } from "../../../lib/ports.ts";
import type { OpenPage, Table } from "../../../lib/table-ports.ts";
import { RULES } from "../../jobs.ts";
import { NO_LISTS, NO_WATCHES } from "../../no-lists.ts";
import { NO_SILENCES } from "../../no-silences.ts";
import { jobBody } from "../cloud-body.ts";
import { type Fleet, readFleet } from "../fleet.ts";
import { inTurn, median, ratioOf } from "../in-turn.ts";
import type { Row } from "../row.ts";

const JOBS = 100_000;
const DUE_SHARE = 0.1;
const LATENCY_MS = 50;
/** The default of POLL_CONCURRENCY. */
const AT_ONCE = 32;
const ROUNDS = 5;
const MOST_OF_ALL = 1.1;
const LEAST_SPEED_UP = 0.9;

interface Spread {
  wallMs: number;
  coreUsed: number;
  polls: number;
  polledTwice: number;
  /** Share of all calls to cloud and table that the busiest segment makes, times the number of segments. */
  busiest: number;
}

/** Runs the ticks of all segments at once, each with its own ports, as in separate invocations. Cloud and table answer after 50 ms. */
export async function fanOut(): Promise<Row[]> {
  const fleet = readFleet(JOBS, DUE_SHARE);
  const spread = (segments: number) => () => tickAll(fleet, segments);
  const { one, two, four } = await inTurn(ROUNDS, { one: spread(1), two: spread(2), four: spread(4) });
  const wall = (figures: Spread) => figures.wallMs;
  const speedUps = [ratioOf(one, two, wall), ratioOf(one, four, wall)];
  const all = [...one, ...two, ...four];
  const busiest = [...two, ...four].map((figures) => figures.busiest);
  const twice = all.reduce((sum, figures) => sum + figures.polledTwice, 0);
  const core = Math.max(...[one, two, four].map((figures) => median(figures.map(({ coreUsed }) => coreUsed))));
  const efficiency = Math.min((speedUps[0] ?? 0) / 2, (speedUps[1] ?? 0) / 4);
  return [
    {
      name: "fan-out",
      ours: `${twice} twice, busiest ${Math.max(...busiest).toFixed(2)} / n, speed-up ${speedUps.map((value) => value.toFixed(2)).join(" and ")} x`,
      baseline: "n segments, n times as fast",
      ratio: efficiency,
      goal: "none twice, <= 1.1 / n, >= 0.9 n",
      met: twice === 0 && Math.max(...busiest) <= MOST_OF_ALL && efficiency >= LEAST_SPEED_UP,
      note: `POLL_SEGMENTS 1, 2, 4 over ${JOBS.toLocaleString("en")} open jobs, ${median(one.map(({ polls }) => polls))} due, ${AT_ONCE} at once per segment; cloud and table stubs in the process, ${LATENCY_MS} ms; ${(core * 100).toFixed(0)} % of a core at most`,
    },
  ];
}

async function tickAll(fleet: Fleet, segments: number): Promise<Spread> {
  const polled = new Map<string, number>();
  const calls = Array.from({ length: segments }, () => 0);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const now = Date.now();
  const tickOf = (segment: number) => {
    const count = () => void calls.splice(segment, 1, (calls[segment] ?? 0) + 1);
    const times = { startedAt: now - 56_000, endsAt: now + 600_000 };
    const settings = { concurrency: AT_ONCE, pollsPerSecond: 10_000, rules: { ...RULES, lateAfterMs: 86_400_000 } };
    return pollJobs({ ...portsOf(fleet, now, polled, count), ...NO_WATCHES }, settings, {
      segment,
      segmentCount: segments,
      owner: `bench-${segment}`,
      ...times,
    });
  };
  await Promise.all(calls.map((_, segment) => tickOf(segment)));
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  const sum = calls.reduce((one, other) => one + other, 0);
  return {
    wallMs,
    coreUsed: (user + system) / 1_000 / wallMs,
    polls: polled.size,
    polledTwice: [...polled.values()].filter((times) => times > 1).length,
    busiest: (Math.max(...calls) / sum) * segments,
  };
}

function portsOf(fleet: Fleet, now: number, polled: Map<string, number>, count: () => void): Ports {
  const quiet = () => undefined;
  const clock: Clock = { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0))) };
  const cloud: Cloud = {
    async poll({ jobId }) {
      count();
      polled.set(jobId, (polled.get(jobId) ?? 0) + 1);
      await clock.sleep(LATENCY_MS);
      return observationOfJob(JSON.parse(jobBody(jobId, 2)), jobId);
    },
  };
  const answered = async <Answer>(answer: Answer): Promise<Answer> => {
    count();
    await clock.sleep(LATENCY_MS);
    return answer;
  };
  async function* scanOpen(segment: number, segmentCount: number): AsyncGenerator<OpenPage> {
    for (let after: string | undefined, more = true; more; ) {
      const { entries, next } = await answered(fleet.page(segment, segmentCount, 1_024, after));
      yield { entries: entries.map(({ pk, entry }) => decodeOpenEntry(pk, entry)), ...(next && { after: next.pk }) };
      after = next?.pk;
      more = next !== undefined;
    }
  }
  const table: Pick<Table, "takeSegment" | "closeSegment" | "scanOpen" | "read" | "readDurations" | "saveDurations"> = {
    takeSegment: (segment, segmentCount, owner, _now, leaseUntil) =>
      answered({
        segment,
        segmentCount,
        owner,
        leaseUntil,
        ...emptyState(),
        windowEnd: now - DUE_SHARE * 60_000,
      }),
    closeSegment: () => answered(true),
    read: () => answered(undefined),
    readDurations: () => answered({ durations: new Map(), version: 0 }),
    saveDurations: () => answered(true),
    scanOpen,
  };
  const log = { info: quiet, warn: quiet, error: quiet };
  const learning = createLearning({ table, clock, log });
  return {
    table: table as Table,
    learning,
    silences: NO_SILENCES,
    cloud,
    lists: NO_LISTS,
    destinations: {} as Ports["destinations"],
    clock,
    log,
    metrics: { count: quiet, age: quiet },
  };
}
