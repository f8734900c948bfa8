import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { UNKNOWN_JOB } from "../../infra/local/scripts.ts";
import { NOW } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, RUNNING, tracking, views } from "./cloud-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ENDED = { ...RUNNING, status: "success" };

let world: World;
let zone: string | undefined;
beforeEach(() => {
  zone = process.env.TZ;
});
afterEach(async () => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  await world.close();
});

/** How often the messages of a channel name a job. */
const namings = (jobId: string) => delivered(world, "general").join("\n").split(`"${jobId}"`).length - 1;

function expectSoundTimes(): void {
  const output = world.sink.messages.map(({ payload, rendered }) => `${JSON.stringify(payload)}\n${rendered}`).join("\n");
  expect(output).not.toMatch(/(after|for) -|NaN|Infinity|Invalid|unknown time|<!date\^-/);
}

it.each([
  { name: "ahead", ms: HOUR, lostMinutes: 0 },
  { name: "back", ms: -HOUR, lostMinutes: 60 },
])(
  "row 56: a clock that jumps an hour $name loses and repeats nothing, and delays an end by $lostMinutes min",
  async ({ ms, lostMinutes }) => {
    world = await startWorld();
    world.cloud.answer("*", RUNNING);
    world.cloud.answer("ended-before", ENDED);
    await tracking(world, ["tracked-before"]);
    await world.register("ended-before");
    await world.ticks(2);
    world.clock.advance(ms);
    await world.register("tracked-after");
    world.cloud.answer("*", ENDED);
    await world.ticks(lostMinutes + 3);
    for (const jobId of ["tracked-before", "ended-before", "tracked-after"]) expect(namings(jobId)).toBe(1);
    await world.ticks(3);
    expect(namings("tracked-before") + namings("ended-before") + namings("tracked-after")).toBe(3);
    // For this clock, an hour ahead is an hour without a tick.
    expect(delivered(world, "operators")).toEqual(ms > 0 ? [expect.stringContaining("sfs-jobwatch was down")] : []);
    expectSoundTimes();
  },
);

it.each([
  { name: "ahead", ms: HOUR, minutes: 1 },
  { name: "back", ms: -HOUR, minutes: 62 },
])(
  "row 56: the lease of a tick that crashed before the clock jumped an hour $name ends within $minutes min",
  async ({ ms, minutes }) => {
    world = await startWorld();
    world.cloud.answer("*", ENDED);
    await tracking(world, ["job"]);
    const now = world.clock.now();
    await world.table.open(world.clock.now).takeSegment(0, 1, "dead", now, now + 70_000);
    world.clock.advance(ms);
    await world.ticks(minutes + 1);
    expect(namings("job")).toBe(1);
  },
);

it("row 56: a clock that jumps an hour ahead makes no job lost for one missing poll before and one after it", async () => {
  world = await startWorld();
  let missingUntil = 0;
  world.cloud.answer("job", (poll) => (poll <= missingUntil ? UNKNOWN_JOB : json(200, RUNNING)));
  await tracking(world, ["job"]);
  world.clock.advance(7 * HOUR);
  await world.ticks(2);
  const polls = world.cloud.pollCount();
  missingUntil = polls + 2;
  await world.tick();
  expect(world.cloud.pollCount()).toBe(polls + 1);
  world.clock.advance(HOUR);
  await world.ticks(2);
  expect(world.cloud.pollCount()).toBeGreaterThan(polls + 2);
  expect(await views(world, ["job"])).toEqual([expect.objectContaining({ state: "running" })]);
});

it.each([
  { name: "the leap day", begin: "2028-02-29 23:59:50", end: "2028-03-01 00:00:05", ran: "15 s" },
  { name: "a February without a leap day", begin: "2027-02-28 23:00:00", end: "2027-03-01 00:30:00", ran: "1 h 30 min" },
  { name: "the night when summer time begins", begin: "2027-03-28 01:30:00", end: "2027-03-28 03:30:00", ran: "2 h" },
  { name: "the night when it ends", begin: "2026-10-25 00:30:00", end: "2026-10-25 03:30:00", ran: "3 h" },
  { name: "the end of 32 bits", begin: "2038-01-19 03:14:00", end: "2038-01-19 03:14:20", ran: "20 s" },
  { name: "the end of unsigned 32 bits", begin: "2106-02-07 06:28:00", end: "2106-02-07 06:28:30", ran: "30 s" },
])(
  "row 56: a job that runs over $name is delivered once with its duration, in any time zone of the host",
  async ({ begin, end, ran }) => {
    process.env.TZ = "Europe/Berlin";
    const beginsAt = Date.parse(`${begin.replace(" ", "T")}Z`);
    world = await startWorld({}, beginsAt - 10_000);
    const running = { status: "running", job_type: "create_share", begin_time: begin };
    world.cloud.answer("job", running);
    await world.register("job");
    await world.tick();
    world.clock.advance(Date.parse(`${end.replace(" ", "T")}Z`) - beginsAt);
    world.cloud.answer("job", { ...running, status: "success", end_time: end });
    await world.ticks(2);
    expect(delivered(world, "general").at(-1)).toContain(`finished after ${ran}`);
    expect(namings("job")).toBe(1);
    expectSoundTimes();
  },
);

it.each([
  { name: "with a Z", begin: "2026-11-23T12:00:00Z", end: "2026-11-23T12:00:40Z", says: "finished after 40 s" },
  { name: "in two zones", begin: "2026-11-23T13:00:00+01:00", end: "2026-11-23T04:00:40-08:00", says: "finished after 40 s" },
  { name: "without seconds", begin: "2026-11-23 12:00", end: "2026-11-23 12:01", says: "finished after 1 min" },
  {
    name: "that end before they begin",
    begin: "2026-11-23 12:00:40",
    end: "2026-11-23 12:00:01",
    says: "finished after under a second",
  },
  { name: "of epoch 0", begin: "1970-01-01 00:00:00", end: "1970-01-01 00:00:00", says: "finished ┃" },
  { name: "as numbers", begin: 0, end: 1_795_435_240_000, says: "finished ┃" },
  { name: "of invalid dates", begin: "2026-02-30 12:00:00", end: "2026-02-31 12:00:00", says: "finished ┃" },
  { name: "that are far ahead", begin: "9999-12-31 23:59:59", end: "", says: "finished ┃" },
])("row 56: times of the cloud $name make no job late, and no message wrong", async ({ begin, end, says }) => {
  world = await startWorld();
  world.cloud.answer("job", { ...RUNNING, begin_time: begin });
  await world.register("job");
  await world.ticks(8);
  expect(world.sink.messages).toEqual([]);
  world.cloud.answer("job", { ...ENDED, begin_time: begin, end_time: end });
  await world.ticks(2);
  expect(delivered(world, "general")).toEqual([expect.stringContaining(says)]);
  expect(delivered(world, "operators")).toEqual([]);
  expectSoundTimes();
});

it("row 56: a job whose begin is an hour ahead of this service's clock becomes late by that clock, and shows no negative time", async () => {
  world = await startWorld({ LATE_AFTER_MINUTES: "5" });
  const begin = new Date(NOW + HOUR).toISOString();
  world.cloud.answer("job", { ...RUNNING, begin_time: begin });
  await world.register("job", { expectedMinutes: 5 });
  await world.ticks(70);
  expect(delivered(world, "general")).toEqual([expect.stringContaining("is late")]);
  expectSoundTimes();
});
