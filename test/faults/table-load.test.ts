import { afterEach, beforeEach, expect, it } from "vitest";
import { type Asked, THROTTLED } from "../table-proxy.ts";
import { isWrite, startTableWorld, type TableWorld } from "./table-world.ts";

let world: TableWorld;
beforeEach(async () => {
  world = await startTableWorld();
});
afterEach(() => world.close());

const JOBS = Array.from({ length: 12 }, (_, index) => `victim-${index + 10}`);
const MINUTES = 5;
const UNAVAILABLE = { status: 503, headers: { "retry-after": expect.stringMatching(/^\d+$/) } };

/** Selects this many of a hundred calls, the same ones in every run. */
function throttle(percent: number, seed: number): void {
  let state = seed;
  world.faults.refuse = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 < percent / 100 ? THROTTLED : undefined;
  };
}

async function ticksAnyway(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await world.tickAnyway();
}

function expectEachDeliveredOnce(): void {
  expect(JOBS.map((jobId) => `${jobId} ${world.delivered(jobId).length}`)).toEqual(JOBS.map((jobId) => `${jobId} 1`));
  expect(world.sink.messages.filter(({ rendered }) => rendered.includes("may repeat"))).toEqual([]);
}

it("row 23: while the table rejects everything, the API returns 503 with Retry-After, and then each job is delivered once", async () => {
  for (const jobId of JOBS) await world.registerFailing(jobId);
  throttle(100, 1);
  const callsBefore = world.calls.length;
  for (let minute = 0; minute < MINUTES; minute++) {
    await world.tickAnyway();
    expect(await world.register("late-comer")).toMatchObject(UNAVAILABLE);
    expect(await world.request("GET", "/jobs")).toMatchObject(UNAVAILABLE);
    expect(await world.request("GET", "/health")).toMatchObject(UNAVAILABLE);
  }
  expect(world.sink.posts).toEqual([]);
  // Four requests or ticks per minute, two attempts for a lease, at most four attempts per call.
  expect(world.calls.length - callsBefore).toBeLessThanOrEqual(MINUTES * 5 * 4);
  world.faults.refuse = () => undefined;
  await ticksAnyway(2);
  expectEachDeliveredOnce();
  expect(await world.request("GET", "/health")).toMatchObject({ status: 200 });
});

it.each([
  { percent: 30, seed: 1 },
  { percent: 30, seed: 2 },
  { percent: 30, seed: 3 },
  { percent: 70, seed: 1 },
  { percent: 70, seed: 2 },
])(
  "row 23: with $percent of 100 calls rejected for five minutes each job is delivered once (seed $seed)",
  async ({ percent, seed }) => {
    throttle(percent, seed);
    for (const jobId of JOBS) {
      const answer = await world.registerFailing(jobId);
      if (answer.status !== 201) expect(answer).toMatchObject(UNAVAILABLE);
    }
    await ticksAnyway(MINUTES);
    world.faults.refuse = () => undefined;
    for (const jobId of JOBS) expect([200, 201]).toContain((await world.register(jobId)).status);
    await ticksAnyway(4);
    expectEachDeliveredOnce();
  },
);

async function secondsFor(work: () => Promise<unknown>): Promise<number> {
  const startedAt = Date.now();
  await work();
  return (Date.now() - startedAt) / 1_000;
}

function hang(isIt: (asked: Asked) => boolean, tries: number): void {
  let hung = 0;
  world.faults.decide = (call) => (isIt(call) && ++hung <= tries ? "hang" : "answer");
}

it("row 24: one missing response of the table costs a request two seconds and nothing else", async () => {
  await world.registerFailing(JOBS[0] ?? "");
  hang(({ operation }) => operation === "GetItem", 1);
  const seconds = await secondsFor(async () => {
    expect(await world.request("GET", `/jobs/${JOBS[0]}`)).toMatchObject({ status: 200, body: { state: "running" } });
  });
  expect(seconds).toBeGreaterThan(1.9);
  expect(seconds).toBeLessThan(4);
});

it("row 24: a table that never responds ends a request with 503 in less than ten seconds", async () => {
  hang(() => true, Number.POSITIVE_INFINITY);
  const seconds = await secondsFor(async () => expect(await world.register("anything")).toMatchObject(UNAVAILABLE));
  expect(seconds).toBeGreaterThan(7);
  expect(seconds).toBeLessThan(10);
});

it("row 24: a missing response to the save of one job delays no other job, and loses nothing", async () => {
  const [victim = "", other = ""] = JOBS;
  await world.registerFailing(victim);
  await world.registerFailing(other);
  hang((asked) => isWrite(asked, "job") && asked.pk.endsWith(victim), 4);
  const seconds = await secondsFor(() => world.tick());
  expect(seconds).toBeLessThan(20);
  expect(world.delivered(other)).toHaveLength(1);
  await world.ticks(2);
  expect([victim, other].map((jobId) => world.delivered(jobId).length)).toEqual([1, 1]);
  expect(world.delivered(victim)[0]).not.toContain("may repeat");
});
