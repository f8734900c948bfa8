import { afterEach, beforeEach, expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { startWorld, type World } from "../world.ts";

const MINUTE = 60_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

interface Invocation {
  id: string;
  segment?: number;
  segmentCount?: number;
  leftMs?: number;
}

/** One invocation among others. The clock does not advance afterwards. */
async function invoke({ id, segment = 0, segmentCount = 1, leftMs = 58_000 }: Invocation): Promise<void> {
  const { config, clock } = world.services;
  const end = clock.now() + leftMs;
  const handler = createTickHandler({
    ...world.services,
    config: { ...config, poll: { ...config.poll, segments: segmentCount } },
  });
  const getRemainingTimeInMillis = () => end - clock.now();
  await handler({ segment }, { awsRequestId: id, functionName: "poll", getRemainingTimeInMillis });
}

/** Jobs that end at a given poll. The first poll is the one of the registration. */
async function registerEnding(count: number, name = "job", endsAt = 2): Promise<string[]> {
  const jobIds = Array.from({ length: count }, (_, index) => `${name}-${index}-x`);
  for (const jobId of jobIds) {
    world.cloud.answer(jobId, (poll) => ({ status: 200, body: { status: poll < endsAt ? "running" : "success" } }));
    await world.register(jobId);
  }
  return jobIds;
}

/** How often the sink's messages name each job. */
function notifications(jobIds: string[]): number[] {
  const messages = world.sink.messages.map(({ payload }) => JSON.stringify(payload));
  return jobIds.map((jobId) => messages.filter((message) => message.includes(jobId)).length);
}

it.each([2, 3, 5])("row 43: of %d concurrent ticks one works, and each job is delivered once", async (count) => {
  const jobIds = await registerEnding(12);
  const before = world.cloud.pollCount();
  await Promise.all(Array.from({ length: count }, (_, index) => invoke({ id: `tick-${index}` })));
  await world.ticks(2);
  expect(notifications(jobIds)).toEqual(Array(12).fill(1));
  expect(world.cloud.pollCount() - before).toBe(12);
  expect(world.logged.filter((line) => line.includes("another tick holds the lease"))).toHaveLength(count - 1);
});

it.each([
  { name: "in a tick", endsAt: 2 },
  { name: "before it", endsAt: 1 },
])(
  "row 43: a job that ended $name is delivered once by six ticks of three deployments without a shared lease",
  async ({ endsAt }) => {
    const ticks = [1, 2, 3].flatMap((segmentCount) =>
      Array.from({ length: segmentCount }, (_, segment) => ({ id: `${segment}of${segmentCount}`, segment, segmentCount })),
    );
    const jobIds: string[] = [];
    for (const minute of ["first", "second", "third"]) {
      jobIds.push(...(await registerEnding(10, minute, endsAt)));
      const until = world.clock.now() + MINUTE;
      await Promise.all(ticks.map(invoke));
      world.clock.advance(Math.max(until - world.clock.now(), 0));
    }
    await world.ticks(2);
    expect(notifications(jobIds)).toEqual(Array(30).fill(1));
    expect(world.sink.messages.some(({ rendered }) => rendered.includes("may repeat"))).toBe(false);
  },
);

it.each([
  { name: "with a different request id", ids: ["one", "two"] },
  { name: "with the same request id", ids: ["one", "one"] },
])("row 44: a tick that is delivered twice $name delivers each job once", async ({ ids }) => {
  const jobIds = [...(await registerEnding(6)), ...(await registerEnding(6, "early", 1))];
  await Promise.all(ids.map((id) => invoke({ id })));
  await world.ticks(2);
  expect(notifications(jobIds)).toEqual(Array(12).fill(1));
  expect(world.sink.messages.some(({ rendered }) => rendered.includes("may repeat"))).toBe(false);
});

it("row 44: ten late concurrent ticks poll no more often than one", async () => {
  world.cloud.answer("*", { status: "running" });
  for (let index = 0; index < 5; index++) await world.register(`steady-${index}`);
  await world.tick();
  const before = world.cloud.pollCount();
  await world.tick();
  const ofOneTick = world.cloud.pollCount() - before;
  world.clock.advance(10 * MINUTE);
  const late = world.cloud.pollCount();
  await Promise.all(Array.from({ length: 10 }, (_, index) => invoke({ id: `late-${index}` })));
  expect(world.cloud.pollCount() - late).toBeLessThanOrEqual(ofOneTick + 5);
  expect(world.sink.messages.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ text: expect.stringContaining("sfs-jobwatch was down") }),
  ]);
});

it("row 44: after six hours without a tick each job costs one tick's polls, and is delivered once", async () => {
  world.cloud.answer("*", { status: "running", begin_time: "2026-11-23 12:00:00" });
  for (let index = 0; index < 5; index++) await world.register(`steady-${index}-x`);
  const ending = await registerEnding(5);
  await world.tick();
  const steady = Array.from({ length: 5 }, (_, index) => `steady-${index}-x`);
  const before = world.cloud.pollCount();
  world.clock.advance(6 * 60 * MINUTE);
  await world.tick();
  expect(world.cloud.pollCount() - before).toBeLessThanOrEqual(5 * 7);
  await world.ticks(10);
  expect(notifications(steady)).toEqual(Array(5).fill(1));
  expect(notifications(ending)).toEqual(Array(5).fill(1));
  // Ten notifications. The number of messages depends on the table's speed.
  expect(world.sink.posts.filter(({ channel }) => channel === "general").length).toBeLessThanOrEqual(6);
  expect(world.sink.posts.filter(({ channel }) => channel === "operators")).toHaveLength(1);
});

it.each([1_000, 5_500, 8_900])("row 45: with %d ms left no send starts, and the next tick delivers", async (leftMs) => {
  world.cloud.answer("ended", { status: "success" });
  await world.register("ended");
  await invoke({ id: "short", leftMs });
  expect(world.sink.posts).toEqual([]);
  expect((await world.request("GET", "/jobs/ended")).body.notifications).toMatchObject([{ state: "pending" }]);
  await world.ticks(3);
  expect(world.sink.messages).toHaveLength(1);
  expect(world.sink.messages[0]?.rendered).not.toContain("may repeat");
});

it("row 45: with 1 s left no poll starts either, and the next tick makes it", async () => {
  const [jobId = ""] = await registerEnding(1);
  world.clock.advance(MINUTE);
  await invoke({ id: "short", leftMs: 1_000 });
  expect(world.cloud.pollCount(jobId)).toBe(1);
  await world.ticks(2);
  expect(notifications([jobId])).toEqual([1]);
});
