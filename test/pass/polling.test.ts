import { afterEach, beforeEach, expect, test } from "vitest";
import type { Unreachable } from "../../lib/job/job.ts";
import { jobPk } from "../../lib/job/names.ts";
import type { PollerState } from "../../lib/job/poller-state.ts";
import type { DueJob } from "../../lib/pass/look-at-job.ts";
import { createPolling, type Polling } from "../../lib/pass/polling.ts";
import { noteFailed, noteGood, type Service } from "../../lib/pass/service-polls.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";

const SECOND = 1_000;
const OTHER = PROJECT.replaceAll("0", "f");
const AWAY: Unreachable = { kind: "unreachable", cause: "unavailable", reason: "503" };

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
  poll?: (job: DueJob, service: Service) => Promise<void>;
  state?: Partial<PollerState>;
}

function start({ concurrency = 8, pollsPerSecond = 10, poll = answered(), state = {} }: Options) {
  const polling = createPolling(
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
    { behind: {}, backOff: {}, ...state },
  );
  started.push(polling);
  const add = (team: string, jobs: number, service = "sfs-turbo", more: Partial<DueJob> = {}, projectId = PROJECT) => {
    const polled = polling.service({ projectId, service });
    for (let nth = 0; nth < jobs; nth++) {
      const key = { team, source: "sfs-turbo-job", projectId, jobId: `${team}-${service}-${nth}` };
      const watch = { registeredAt: 0, watchedSince: NOW, ...(team !== "unseen" && { fingerprint: "seen" }) };
      polling.add(polling.queue(team, polled), { pk: jobPk(key), key, watch, dueAt: NOW - jobs + nth, isLast: false, ...more });
    }
    return polled;
  };
  return { polling, add };
}

const answered = (ms = 50) => {
  return async (_: DueJob, service: Service) => {
    await clock.sleep(ms);
    noteGood(service);
  };
};
const failed = async (_: DueJob, service: Service) => noteFailed(service, AWAY, clock.now());
const of = (team: string) => polls.filter((one) => one.team === team);
const lastOf = (team: string) => of(team).at(-1)?.second ?? Number.NaN;
/** As a whole sweep leaves it. */
const swept = (service: Service, open: number, openSeen = open) => new Map([[service, { open, openSeen }]]);

test("two teams take turns, however many jobs one of them has due", async () => {
  const { polling, add } = start({});
  add("hostile", 1_000);
  add("quiet", 10);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(lastOf("quiet")).toBeLessThanOrEqual(1);
  expect(of("hostile").length).toBeGreaterThan(80);
});

test("jobs of many services give a team no more turns", async () => {
  const { polling, add } = start({});
  for (let nth = 0; nth < 10; nth++) add("hostile", 100, `service-${nth}`);
  add("quiet", 20);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(lastOf("quiet")).toBeLessThanOrEqual(3);
});

test("one whose every poll hangs holds half of those under way once another team has jobs due", async () => {
  const hanging = async ({ key }: DueJob) => await clock.sleep(key.team === "hostile" ? 5 * SECOND : 50);
  const { polling, add } = start({ concurrency: 8, pollsPerSecond: 100, poll: hanging });
  add("hostile", 500);
  add("quiet", 100);
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(of("hostile").filter(({ second }) => second === 0)).toHaveLength(4);
  expect(lastOf("quiet")).toBeLessThanOrEqual(2);
});

test("a project whose every poll hangs holds half of a team's polls under way", async () => {
  const hanging = async ({ key }: DueJob) => await clock.sleep(key.projectId === OTHER ? 5 * SECOND : 50);
  const { polling, add } = start({ concurrency: 8, pollsPerSecond: 100, poll: hanging });
  add("storage", 500, "sfs-turbo", {}, OTHER);
  add("storage", 100, "ecs");
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  const good = polls.filter(({ jobId }) => jobId.startsWith("storage-ecs"));
  expect(good).toHaveLength(100);
  expect(good.at(-1)?.second).toBeLessThanOrEqual(2);
});

test("what has been due for longest is polled first, last polls before all", async () => {
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

test("a service that asks to wait holds up no other one", async () => {
  const resting = async (_: DueJob, service: Service) => {
    if (service.key.service === "ecs") noteFailed(service, { ...AWAY, cause: "throttled", restMs: 900 * SECOND }, clock.now());
    else noteGood(service);
  };
  const { polling, add } = start({ poll: resting, concurrency: 1 });
  add("hostile", 5, "ecs");
  add("quiet", 20);
  polling.start();
  expect(await polling.idle(NOW + 20 * SECOND)).toBe(true);
  expect([of("hostile").length, of("quiet").length]).toEqual([1, 20]);
  expect(polling.left(NOW).backOff).toEqual({ [`${PROJECT}#ecs`]: { restUntil: expect.any(Number) } });
});

test("a service whose polls all fail is only probed, with growing waits, and goes on where it was in the next tick", async () => {
  const { polling, add } = start({ poll: failed, concurrency: 1, pollsPerSecond: 20 });
  const service = add("storage", 60);
  polling.sweepEnds(NOW, swept(service, 60));
  polling.start();
  await polling.idle(NOW + 52 * SECOND);
  const seconds = polls.map(({ second }) => second);
  expect(seconds.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(seconds.slice(5)).toEqual([0, 10, 25, 40]);
  const { behind, backOff } = polling.left(NOW);
  expect(behind[`${PROJECT}#sfs-turbo`]?.storage).toBeLessThan(NOW);
  expect(backOff[`${PROJECT}#sfs-turbo`]?.probes?.seen).toMatchObject({ failed: 4 });

  polls = [];
  const later = start({ poll: failed, concurrency: 1, state: { backOff } });
  const again = later.add("storage", 60);
  later.polling.sweepEnds(NOW, swept(again, 60));
  later.polling.start();
  await later.polling.idle(clock.now() + 20 * SECOND);
  expect(polls.length).toBeLessThanOrEqual(2);
});

test("one good poll, and all are polled again", async () => {
  const recovered = async (job: DueJob, service: Service) => {
    if (clock.now() < NOW + 12 * SECOND) await failed(job, service);
    else noteGood(service);
  };
  const { polling, add } = start({ poll: recovered, concurrency: 1, pollsPerSecond: 20 });
  const service = add("storage", 60);
  polling.sweepEnds(NOW, swept(service, 60));
  polling.start();
  await polling.idle(NOW + 40 * SECOND);
  expect(new Set(polls.map(({ jobId }) => jobId)).size).toBe(60);
});

test("probes are jobs that were seen before, of each team in turn; jobs that never were are polled when one of them is good", async () => {
  const { polling, add } = start({
    concurrency: 1,
    pollsPerSecond: 20,
    poll: async (job, service) => {
      if (job.key.team === "unseen") await failed(job, service);
      else noteGood(service);
    },
  });
  const service = add("unseen", 500);
  polling.sweepEnds(NOW, swept(service, 501, 1));
  polling.start();
  await polling.idle(NOW + 10 * SECOND);
  expect(polls).toHaveLength(5);
  add("quiet", 1);
  polling.start();
  await polling.idle(NOW + SECOND);
  expect(polls[5]).toMatchObject({ team: "quiet" });
  expect(of("unseen").length).toBeGreaterThan(5);
});

test("a backlog takes room from the team that has the most, and what had no room is due in the next sweep", async () => {
  const { polling, add } = start({ pollsPerSecond: 1, concurrency: 1 });
  add("quiet", 5);
  polling.sweepBegins();
  add("hostile", 10_000);
  const service = polling.service({ projectId: PROJECT, service: "sfs-turbo" });
  const [quiet, hostile] = [polling.queue("quiet", service), polling.queue("hostile", service)];
  expect(quiet.jobs).toHaveLength(5);
  expect(hostile.jobs.length).toBeLessThan(110);
  expect(hostile.leftOutFrom).toBeLessThan(NOW);
  expect(polling.left(NOW).behind).toEqual({ [`${PROJECT}#sfs-turbo`]: { quiet: NOW - 6, hostile: NOW - 10_001 } });
});

test("no poll is begun after the last moment, and those under way are waited for", async () => {
  const { polling, add } = start({ concurrency: 2, pollsPerSecond: 100, poll: answered(4 * SECOND) });
  add("storage", 200);
  polling.start();
  await polling.idle(NOW + 52 * SECOND);
  await polling.stop();
  expect(lastOf("storage")).toBeLessThanOrEqual(52);
  expect(clock.now()).toBeLessThanOrEqual(NOW + 57 * SECOND);
  expect(polls.length).toBeLessThanOrEqual(28);
});
