import { expect, it, onTestFinished } from "vitest";
import { startWorld, type World } from "../world.ts";
import { delivered, names, RUNNING, tracking } from "./cloud-world.ts";

// One tick on a machine whose clock is far ahead, then ticks at the right time: every job is polled and every end delivered
// within the normal time, once.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ENDED = { ...RUNNING, status: "success" };

interface Case {
  name: string;
  settings?: Record<string, string>;
  /** The situation in which the wrong tick runs. */
  meanwhile?(world: World, ahead: <Result>(work: () => Promise<Result>) => Promise<Result>): Promise<void>;
  /** Additional expectations after the wrong tick and some right ones. */
  after?(world: World): Promise<void>;
  /** Ticks until the ended jobs are delivered. */
  within?: number;
}

async function start(settings: Record<string, string> = {}): Promise<World> {
  // With a clock that is a day ahead every job is late. That is a different matter.
  const world = await startWorld({ LATE_AFTER_MINUTES: "43200", ...settings });
  onTestFinished(() => world.close());
  return world;
}

/** Runs work with a clock that is ahead. */
async function aheadBy<Result>({ clock }: World, ms: number, work: () => Promise<Result>): Promise<Result> {
  clock.set(clock.now() + ms);
  try {
    return await work();
  } finally {
    clock.set(clock.now() - ms);
  }
}

const post = (world: World, channel: string) => world.sink.posts.filter((one) => one.channel === channel).length;
const namings = (world: World, jobId: string) => delivered(world, "general").join("\n").split(`"${jobId}"`).length - 1;

const CASES: Case[] = [
  { name: "nothing else" },
  {
    name: "a tick that crashed with its lease",
    meanwhile: (world, ahead) =>
      ahead(async () => {
        const now = world.clock.now();
        await world.table.open(world.clock.now).takeSegment(0, 1, "dead", now, now + 70_000);
      }),
  },
  {
    name: "a sender that crashed with its message",
    meanwhile: async (world, ahead) => {
      world.cloud.answer("left", ENDED);
      await world.register("left");
      await ahead(async () => {
        const table = world.table.open(world.clock.now);
        const { notifications } = (await world.request("GET", "/jobs/left")).body;
        const pk = `job#storage#sfs-turbo-job#${world.environment.OS_PROJECT_ID}#left`;
        const now = world.clock.now();
        const message = {
          id: "left",
          notifications: [{ pk, notificationId: notifications[0].id }],
          leaseUntil: now + 70_000,
          attempt: 1,
        };
        const channel = {
          name: "general",
          nextSendAt: now + 1_000,
          waitMs: 1_000,
          failures: 0,
          transitions: [],
          notifications: [],
        };
        const record = { ...channel, message: { ...message, mayRepeat: false, plain: false }, version: 0 };
        await table.save({ kind: "channel", record });
      });
    },
    after: async (world) => {
      expect(namings(world, "left")).toBe(1);
      expect(delivered(world, "general").find((text) => text.includes('"left"'))).toContain("may repeat");
    },
  },
  {
    name: "a destination that requests a wait of an hour",
    meanwhile: async (world, ahead) => {
      world.cloud.answer("asked", ENDED);
      await world.register("asked");
      world.sink.answer([{ status: 429, headers: { "retry-after": "900" } }]);
      await ahead(() => world.tick());
      world.sink.answer(undefined);
    },
    after: async (world) => expect(namings(world, "asked")).toBe(1),
  },
  {
    name: "a destination that fails",
    meanwhile: async (world, ahead) => {
      world.cloud.answer("failing", ENDED);
      await world.register("failing");
      world.sink.answer(() => ({ status: 500 }));
      await ahead(() => world.tick());
      world.sink.answer(undefined);
    },
    after: async (world) => expect(namings(world, "failing")).toBe(1),
  },
  {
    name: "a cloud that throttles it",
    meanwhile: async (world, ahead) => {
      world.cloud.answer("*", { status: 429, headers: { "retry-after": "60" } });
      await ahead(() => world.tick());
      world.cloud.answer("*", RUNNING);
    },
  },
  {
    name: "running and missing jobs",
    meanwhile: async (world, ahead) => {
      await ahead(async () => {
        world.cloud.answer("begun", { ...RUNNING, status: "waiting" });
        await world.register("begun");
        world.cloud.answer("begun", RUNNING);
        await world.tick();
      });
      world.cloud.answer("begun", ENDED);
    },
    after: async (world) => expect(namings(world, "begun")).toBe(1),
  },
  {
    name: "a registration by a team",
    settings: { REQUESTS_PER_MINUTE: "30" },
    meanwhile: async (world, ahead) => {
      await ahead(async () => {
        for (let request = 0; request < 10; request++) await world.request("GET", "/jobs");
      });
      await world.ticks(1);
    },
    after: async (world) => expect((await world.request("GET", "/jobs")).status).toBe(200),
  },
  {
    name: "a refresh by a team",
    meanwhile: async (world, ahead) => {
      world.cloud.answer("checked", RUNNING);
      await world.register("checked");
      await ahead(() => world.request("POST", "/jobs/checked/refresh"));
    },
    after: async (world) => expect((await world.request("POST", "/jobs/checked/refresh")).status).toBe(200),
  },
];

it.each(CASES.flatMap((one) => [HOUR, DAY].map((ms) => ({ ...one, ms, by: ms === HOUR ? "an hour" : "a day" }))))(
  "row 56: a tick $by ahead, with $name, delays no job and no message",
  async ({ ms, settings = {}, meanwhile, after, within = 2 }) => {
    const world = await start(settings);
    const jobs = names("job", 12);
    world.cloud.answer("*", RUNNING);
    await tracking(world, jobs);
    await world.tick();
    await aheadBy(world, ms, () => world.tick());
    await meanwhile?.(world, (work) => aheadBy(world, ms, work));
    const polled = world.cloud.pollCount();
    await world.tick();
    expect(world.cloud.pollCount() - polled).toBeGreaterThanOrEqual(jobs.length);
    world.cloud.answer("*", ENDED);
    await world.ticks(within);
    expect(jobs.map((jobId) => namings(world, jobId))).toEqual(jobs.map(() => 1));
    await after?.(world);
    await world.ticks(3);
    expect(jobs.map((jobId) => namings(world, jobId))).toEqual(jobs.map(() => 1));
    expect((await world.request("GET", "/health")).body).toMatchObject({ status: "ok" });
    expect(post(world, "general")).toBeGreaterThan(0);
  },
);

it("row 56: a downtime after a tick that was an hour ahead is reported", async () => {
  const world = await start();
  world.cloud.answer("*", RUNNING);
  await tracking(world, ["job"]);
  await world.tick();
  await aheadBy(world, HOUR, () => world.tick());
  await world.ticks(2);
  const before = delivered(world, "operators").length;
  world.clock.advance(10 * MINUTE);
  await world.ticks(3);
  expect(delivered(world, "operators")).toHaveLength(before + 1);
  expect(delivered(world, "operators").at(-1)).toContain("was down");
});

it("row 56: a job whose end was seen by a tick an hour ahead is in the next digest", async () => {
  const digest = { at: "12:20", timeZone: "UTC" };
  const world = await start({ CHANNELS: JSON.stringify({ general: { digest, notifyOn: [] } }) });
  world.cloud.answer("*", RUNNING);
  await tracking(world, ["job"]);
  await world.tick();
  world.cloud.answer("*", ENDED);
  await aheadBy(world, HOUR, () => world.tick());
  await world.ticks(25);
  expect(namings(world, "job")).toBe(1);
});

it.each([HOUR, DAY])("row 56: a health check does not count a tick that ended %d ms from now", async (ms) => {
  const world = await start();
  await aheadBy(world, ms, () => world.tick());
  world.clock.advance(10 * MINUTE);
  expect((await world.request("GET", "/health")).status).toBe(503);
});

it.each([HOUR, DAY])("row 56: a tick whose clock is set back by %d ms while it waits ends within its minute", async (ms) => {
  const world = await start();
  const jobs = names("job", 3);
  world.cloud.answer("*", RUNNING);
  await tracking(world, jobs);
  let polls = 0;
  world.cloud.answer("job-0", () => {
    if (++polls === 2) world.clock.set(world.clock.now() - ms);
    return { status: 200, body: RUNNING };
  });
  const startedAt = world.clock.now();
  await world.tick();
  await world.tick();
  expect(polls).toBeGreaterThanOrEqual(2);
  expect(world.clock.now() - startedAt).toBeLessThanOrEqual(2 * MINUTE);
  world.cloud.answer("*", ENDED);
  world.cloud.answer("job-0", ENDED);
  await world.ticks(2);
  expect(jobs.map((jobId) => namings(world, jobId))).toEqual([1, 1, 1]);
});
