import { afterEach, expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { startWorld, type World } from "../world.ts";

const MINUTE = 60_000;

let world: World;
afterEach(() => world.close());

const operatorNotices = () =>
  world.sink.messages.flatMap(({ channel, payload }) => (channel === "operators" ? [(payload as { text: string }).text] : []));

/** Runs all or some segments for one minute, and moves the clock to the next minute. */
async function tickOf(
  segmentCount: number,
  segments = Array.from({ length: segmentCount }, (_, segment) => segment),
): Promise<void> {
  const { config, clock } = world.services;
  const startedAt = clock.now();
  const handler = createTickHandler({
    ...world.services,
    config: { ...config, poll: { ...config.poll, segments: segmentCount } },
  });
  const context = (segment: number) => ({
    awsRequestId: `${startedAt}/${segment}`,
    functionName: "poll",
    getRemainingTimeInMillis: () => startedAt + 58_000 - clock.now(),
  });
  await Promise.all(segments.map((segment) => handler({ segment }, context(segment))));
  world.clock.advance(Math.max(startedAt + MINUTE - clock.now(), 0));
}

/** Registers running jobs that have ended by the next poll. */
async function registerEnding(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    world.cloud.answer(`job-${index}`, (poll) => ({ status: 200, body: { status: poll < 2 ? "running" : "success" } }));
    await world.register(`job-${index}`, { title: `share-${index}` });
  }
}

it("notifies the operators once that it was down, and which jobs ended in that time", async () => {
  world = await startWorld();
  await world.tick();
  await registerEnding(3);
  world.clock.advance(29 * MINUTE);
  await world.ticks(4);
  expect(operatorNotices()).toHaveLength(1);
  expect(operatorNotices()[0]).toMatch(
    /^sfs-jobwatch was down \d\d:\d\d-\d\d:\d\d UTC \(30 min\); 3 jobs ended in that time: share-/,
  );
});

it("does not report a first tick, a missed tick, or a new number of segments", async () => {
  world = await startWorld();
  await world.tick();
  world.clock.advance(2 * MINUTE - 1_000);
  await world.tick();
  for (const segmentCount of [3, 1, 3]) {
    for (let minute = 0; minute < 5; minute++) await tickOf(segmentCount);
  }
  expect(operatorNotices()).toEqual([]);
});

it.each([
  { name: "all of them at once", back: [[0, 1, 2]], output: /^sfs-jobwatch was down .*\); 6 jobs ended/ },
  { name: "one after the other", back: [[2], [0, 1, 2]], output: /^sfs-jobwatch was down .*\); 6 jobs ended/ },
  {
    name: "but one",
    back: [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    output: /^sfs-jobwatch was down .*\); 2 of 3 segments; \d jobs? ended/,
  },
])("reports the downtime of three segments once when they come back, $name", async ({ back, output }) => {
  world = await startWorld();
  await tickOf(3);
  await registerEnding(6);
  world.clock.advance(10 * MINUTE);
  for (const segments of back) await tickOf(3, segments);
  for (let minute = 0; minute < 3; minute++) await tickOf(3, back.at(-1));
  expect(operatorNotices()).toHaveLength(1);
  expect(operatorNotices()[0]).toMatch(output);
});

it("reports it a minute later if the table refuses the write", async () => {
  world = await startWorld();
  await world.tick();
  await registerEnding(1);
  world.clock.advance(10 * MINUTE);
  const { table } = world.services;
  const { save } = table;
  let failures = 2;
  table.save = (stored) =>
    stored.kind === "service" && failures-- > 0 ? Promise.reject(new Error("the table refuses")) : save(stored);
  await world.ticks(4);
  expect(operatorNotices()).toHaveLength(1);
  expect(world.logged.filter((line) => line.includes("downtime could not be recorded"))).toHaveLength(2);
});
