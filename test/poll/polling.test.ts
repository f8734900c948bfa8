import { afterEach, beforeEach, expect, test } from "vitest";
import type { PollerState } from "../../lib/domain/schedule/poller-state.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import type { Queue } from "../../lib/poll/due-jobs.ts";
import type { DueJob } from "../../lib/poll/poll-job.ts";
import { Polling } from "../../lib/poll/polling.ts";
import type { PollResult } from "../../lib/poll/probing.ts";
import type { PolledService } from "../../lib/poll/service-polls.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";

const SECOND = 1_000;
const OTHER = PROJECT.replaceAll("0", "f");

let clock: VirtualClock;
let polls: { team: string; jobId: string; second: number }[];
let started: Polling[];

beforeEach(() => {
  clock = createVirtualClock(NOW);
  polls = [];
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((polling) => polling.stop()));
});

interface Options {
  concurrency?: number;
  pollsPerSecond?: number;
  poll?: (job: DueJob, service: PolledService) => Promise<PollResult>;
  state?: Partial<PollerState>;
}

function start({ concurrency = 8, pollsPerSecond = 10, poll = answered(), state = {} }: Options) {
  const polling = new Polling(
    clock,
    {
      concurrency,
      pollsPerSecond,
      lastPollAt: NOW + 52 * SECOND,
      poll: (job, service) => {
        const { team, jobId } = job.key;
        polls.push({ team, jobId, second: Math.floor((clock.now() - NOW) / SECOND) });
        return poll(job, service);
      },
    },
    { backlog: {}, backOff: {}, ...state },
  );
  started.push(polling);
  const add = (team: string, jobs: number, service = "sfs-turbo", more: Partial<DueJob> = {}, projectId = PROJECT) => {
    const queue = polling.queue(team, polling.service({ projectId, service }));
    for (let nth = 0; nth < jobs; nth++) {
      const key = { team, source: "sfs-turbo-job", projectId, jobId: `${team}-${service}-${nth}` };
      const tracking = { registeredAt: 0, trackedSince: NOW, fingerprint: "seen" };
      polling.add(queue, { pk: jobPk(key), key, tracking, dueAt: NOW - jobs + nth, isLast: false, ...more });
    }
    return queue;
  };
  return { polling, add };
}

const answered = (ms = 50) => {
  return async (): Promise<PollResult> => {
    await clock.sleep(ms);
    return "good";
  };
};
const failed = async (): Promise<PollResult> => "failed";
const hangs = (isHanging: (job: DueJob) => boolean) => {
  return async (job: DueJob): Promise<PollResult> => {
    await clock.sleep(isHanging(job) ? 5 * SECOND : 50);
    return "good";
  };
};
const segmentCount = (team: string) => polls.filter((one) => one.team === team);
const lastOf = (team: string) => segmentCount(team).at(-1)?.second ?? Number.NaN;
/** The state after a complete sweep. */
const swept = (queue: Queue, open: number, openSeen = open) => new Map([[queue, { open, openSeen }]]);

test("two teams take turns, however many jobs one of them has due", async () => {
  const { polling, add } = start({});
  add("hostile", 1_000);
  add("quiet", 10);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(lastOf("quiet")).toBeLessThanOrEqual(1);
  expect(segmentCount("hostile").length).toBeGreaterThan(80);
});

test("jobs of many services give a team no more turns", async () => {
  const { polling, add } = start({});
  for (let nth = 0; nth < 10; nth++) add("hostile", 100, `service-${nth}`);
  add("quiet", 20);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(lastOf("quiet")).toBeLessThanOrEqual(3);
});

test("a team whose polls all hang keeps half of the concurrent polls once another team has due jobs", async () => {
  const hanging = hangs(({ key }) => key.team === "hostile");
  const { polling, add } = start({ concurrency: 8, pollsPerSecond: 100, poll: hanging });
  add("hostile", 500);
  add("quiet", 100);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(segmentCount("hostile").filter(({ second }) => second === 0)).toHaveLength(4);
  expect(lastOf("quiet")).toBeLessThanOrEqual(2);
});

test("a project whose polls all hang keeps half of the team's concurrent polls", async () => {
  const hanging = hangs(({ key }) => key.projectId === OTHER);
  const { polling, add } = start({ concurrency: 8, pollsPerSecond: 100, poll: hanging });
  add("storage", 500, "sfs-turbo", {}, OTHER);
  add("storage", 100, "ecs");
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  const good = polls.filter(({ jobId }) => jobId.startsWith("storage-ecs"));
  expect(good).toHaveLength(100);
  expect(good.at(-1)?.second).toBeLessThanOrEqual(2);
});

test("the job that has been due for longest is polled first, after all last polls", async () => {
  const { polling, add } = start({ concurrency: 1 });
  add("storage", 3, "sfs-turbo", { dueAt: NOW - 10 });
  add("storage", 1, "ecs", { dueAt: NOW - 99 });
  add("other", 2, "sfs-turbo", { isLast: true, dueAt: NOW });
  polling.start();
  await polling.idle(NOW + 5 * SECOND);
  expect(polls.slice(0, 4).map(({ jobId }) => jobId)).toEqual([
    expect.stringContaining("storage-sfs-turbo"),
    expect.stringContaining("other-sfs-turbo"),
    "storage-ecs-0",
    expect.stringContaining("other-sfs-turbo"),
  ]);
});

test("a throttled service does not delay another one", async () => {
  const backingOff = async (_: DueJob, service: PolledService): Promise<PollResult> => {
    if (service.key.service !== "ecs") return "good";
    service.backOffUntil = clock.now() + 900 * SECOND;
    return "failed";
  };
  const { polling, add } = start({ poll: backingOff, concurrency: 1 });
  add("hostile", 5, "ecs");
  add("quiet", 20);
  polling.start();
  expect(await polling.idle(NOW + 20 * SECOND)).toBe(true);
  expect([segmentCount("hostile").length, segmentCount("quiet").length]).toEqual([1, 20]);
  expect(polling.unfinished(NOW).backOff).toEqual({ [`${PROJECT}#ecs`]: { backOffUntil: expect.any(Number) } });
});

test("a service whose polls all fail is only probed, with growing waits that continue in the next tick", async () => {
  const { polling, add } = start({ poll: failed, concurrency: 1, pollsPerSecond: 20 });
  const queue = add("storage", 60);
  polling.sweepEnds(NOW, swept(queue, 60));
  polling.start();
  await polling.idle(NOW + 52 * SECOND);
  const seconds = polls.map(({ second }) => second);
  expect(seconds.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(seconds.slice(5)).toEqual([0, 10, 25, 40]);
  const { backlog, backOff } = polling.unfinished(NOW);
  expect(backlog[`${PROJECT}#sfs-turbo`]?.storage).toBeLessThan(NOW);
  expect(backOff[`${PROJECT}#sfs-turbo`]?.probes?.storage?.seen?.[0]).toBe(4);

  polls = [];
  const later = start({ poll: failed, concurrency: 1, state: { backOff } });
  const again = later.add("storage", 60);
  later.polling.sweepEnds(NOW, swept(again, 60));
  later.polling.start();
  await later.polling.idle(clock.now() + 20 * SECOND);
  expect(polls.length).toBeLessThanOrEqual(2);
});

test("after one successful poll all jobs are polled again", async () => {
  const recovered = async (): Promise<PollResult> => (clock.now() < NOW + 12 * SECOND ? "failed" : "good");
  const { polling, add } = start({ poll: recovered, concurrency: 1, pollsPerSecond: 20 });
  const queue = add("storage", 60);
  polling.sweepEnds(NOW, swept(queue, 60));
  polling.start();
  await polling.idle(NOW + 40 * SECOND);
  expect(new Set(polls.map(({ jobId }) => jobId)).size).toBe(60);
});

test("failing polls of one team do not change those of another", async () => {
  const poll = async ({ key }: DueJob): Promise<PollResult> => (key.team === "hostile" ? "failed" : "good");
  const { polling, add } = start({ poll, concurrency: 2 });
  const queue = add("hostile", 500);
  polling.sweepEnds(NOW, swept(queue, 500));
  polling.start();
  await polling.idle(NOW + 5 * SECOND);
  expect(segmentCount("hostile").length).toBeLessThan(8);
  add("quiet", 3);
  polling.start();
  await polling.idle(NOW + 8 * SECOND);
  expect(segmentCount("quiet").map(({ second }) => second - 5 <= 1)).toEqual([true, true, true]);
});

test("probes are jobs that were seen before; jobs that were never seen are polled after a successful probe", async () => {
  const poll = async ({ tracking }: DueJob): Promise<PollResult> => (tracking.fingerprint === undefined ? "failed" : "good");
  const { polling, add } = start({ concurrency: 1, pollsPerSecond: 20, poll });
  const unseen = { tracking: { registeredAt: 0, trackedSince: NOW } };
  const queue = add("storage", 500, "sfs-turbo", unseen);
  polling.sweepEnds(NOW, swept(queue, 501, 1));
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(polls).toHaveLength(5);
  add("storage", 1, "sfs-turbo", { pk: "seen" });
  polling.start();
  await polling.idle(NOW + SECOND);
  expect(polls[5]).toMatchObject({ jobId: "storage-sfs-turbo-0" });
  expect(polls.length).toBeGreaterThan(6);
});

test("a full queue drops jobs of the largest team, and they are due again in the next sweep", async () => {
  const { polling, add } = start({ pollsPerSecond: 1, concurrency: 1 });
  add("quiet", 5);
  polling.sweepBegins();
  add("hostile", 10_000);
  const service = polling.service({ projectId: PROJECT, service: "sfs-turbo" });
  const [quiet, hostile] = [polling.queue("quiet", service), polling.queue("hostile", service)];
  expect(quiet.jobs).toHaveLength(5);
  expect(hostile.jobs.length).toBeLessThan(110);
  expect(hostile.droppedSince).toBeLessThan(NOW);
  expect(polling.unfinished(NOW).backlog).toEqual({ [`${PROJECT}#sfs-turbo`]: { quiet: NOW - 6, hostile: NOW - 10_001 } });
});

test("no poll starts after the time limit, and running polls are awaited", async () => {
  const { polling, add } = start({ concurrency: 2, pollsPerSecond: 100, poll: answered(4 * SECOND) });
  add("storage", 200);
  polling.start();
  await polling.idle(NOW + 52 * SECOND);
  await polling.stop();
  expect(lastOf("storage")).toBeLessThanOrEqual(52);
  expect(clock.now()).toBeLessThanOrEqual(NOW + 57 * SECOND);
  expect(polls.length).toBeLessThanOrEqual(28);
});
