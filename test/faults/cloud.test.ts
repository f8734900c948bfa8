import { afterEach, beforeEach, expect, it } from "vitest";
import { type Answer, html, json } from "../../infra/local/answer.ts";
import { UNKNOWN_JOB } from "../../infra/local/scripts.ts";
import type { Cloud } from "../../lib/ports.ts";
import { NOW } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, gaps, names, OTHER_PROJECT, RUNNING, tracking, views } from "./cloud-world.ts";

const MINUTE = 60_000;

let world: World;
beforeEach(async () => {
  world = await startWorld({ ALLOWED_PROJECT_IDS: `0123456789abcdef0123456789abcdef,${OTHER_PROJECT}` });
  world.cloud.answer("*", RUNNING);
});
afterEach(() => world.close());

it.each([500, 502, 503, 504])(
  "row 1: half an hour of %i changes no job, and operators are notified once, and once of the recovery with the ended jobs",
  async (status) => {
    const jobs = ["steady", "done", "broken"];
    await tracking(world, jobs);
    await world.ticks(2);
    const before = await views(world, jobs);
    world.cloud.answer("*", () => json(status, { errCode: "SFS.TURBO.0005", errMsg: "Internal server error" }));
    await world.ticks(30);
    const lastPoll = expect.objectContaining({ outcome: "unavailable" });
    expect(await views(world, jobs)).toEqual(before.map((view) => ({ ...view, lastPoll })));
    expect(delivered(world, "general")).toEqual([]);
    expect(delivered(world, "operators")).toEqual([expect.stringContaining("cannot be polled: the cloud does not answer")]);
    expect(world.sink.messages[0]?.at).toBeGreaterThanOrEqual(NOW + 7 * MINUTE);
    expect(world.sink.messages[0]?.at).toBeLessThan(NOW + 8.5 * MINUTE);
    world.cloud.answer("*", RUNNING);
    world.cloud.answer("done", { ...RUNNING, status: "success" });
    world.cloud.answer("broken", { ...RUNNING, status: "failed" });
    await world.tick();
    expect(delivered(world, "general").join()).toMatch(/done/);
    expect(delivered(world, "general").join()).toMatch(/broken/);
    await world.ticks(3);
    expect(delivered(world, "operators")).toHaveLength(2);
    expect(delivered(world, "operators")[1]).toMatch(
      /can be polled again after 30 min; jobs that ended: (done, broken|broken, done)/,
    );
  },
);

const inTwoMinutes = (now: number) => new Date(now + 2 * MINUTE).toUTCString();
const aMinuteAgo = (now: number) => new Date(now - MINUTE).toUTCString();

it.each<{ name: string; says: string | ((now: number) => string) | undefined; backOffSeconds: number }>([
  { name: "1", says: "1", backOffSeconds: 1 },
  { name: "0", says: "0", backOffSeconds: 1 },
  { name: "1.5", says: "1.5", backOffSeconds: 1.5 },
  { name: "120", says: "120", backOffSeconds: 120 },
  { name: "86400", says: "86400", backOffSeconds: 900 },
  { name: "a date in two minutes", says: inTwoMinutes, backOffSeconds: 119 },
  { name: "a past date", says: aMinuteAgo, backOffSeconds: 1 },
  { name: "a word", says: "soon", backOffSeconds: 60 },
  { name: "a negative number", says: "-5", backOffSeconds: 60 },
  { name: "nothing", says: undefined, backOffSeconds: 60 },
])("row 2: a 429 with Retry-After $name backs off only its project for $backOffSeconds s", async ({ says, backOffSeconds }) => {
  await tracking(world, ["busy"]);
  await tracking(world, ["at-work"], OTHER_PROJECT);
  await world.tick();
  const polls = world.cloud.pollCount("busy");
  world.cloud.answer("busy", (poll, now) => {
    if (poll !== polls + 1) return json(200, RUNNING);
    const header = typeof says === "function" ? says(now) : says;
    return json(429, { error_code: "APIGW.0308" }, header === undefined ? {} : { "retry-after": header });
  });
  await world.ticks(Math.ceil(backOffSeconds / 60) + 2);
  const rest = gaps(world, "busy")[polls];
  expect(rest).toBeGreaterThanOrEqual(backOffSeconds);
  expect(rest).toBeLessThan(backOffSeconds + 20);
  expect(Math.max(...gaps(world, "at-work").slice(0, 50))).toBeLessThanOrEqual(20);
  expect((world.clock.now() - NOW) % MINUTE).toBe(0);
});

it.each<{ name: string; answer: (poll: number) => Answer; minutes: number }>([
  { name: "answers 503 for ten minutes", answer: () => json(503, {}), minutes: 10 },
  { name: "answers every other poll with 503", answer: (poll) => json(poll % 2 ? 503 : 200, RUNNING), minutes: 10 },
  { name: "answers 429 with Retry-After 0", answer: () => json(429, {}, { "retry-after": "0" }), minutes: 10 },
])(
  "row 1: a cloud that $name gets at most a tenth more calls than a healthy one",
  async ({ answer, minutes }) => {
    const calls = async (one: World, given: Answer | ((poll: number) => Answer)) => {
      one.cloud.answer("*", typeof given === "function" ? given : () => given);
      await tracking(one, names("job", 40));
      await one.ticks(minutes);
      return one.cloud.pollCount() + one.cloud.tokensIssued();
    };
    const healthy = await startWorld();
    const typical = await calls(healthy, json(200, RUNNING)).finally(healthy.close);
    const faulty = await calls(world, answer);
    expect(typical).toBeGreaterThan(40 * 6 * minutes * 0.9);
    expect(faulty).toBeLessThanOrEqual(typical * 1.1);
  },
  60_000,
);

it.each(["before", "midway"] as const)(
  "row 6: responses cut %s their body delay the end of a job, and notify nobody",
  async (cut) => {
    const ended = { ...RUNNING, status: "failed", fail_reason: "no space" };
    world.cloud.answer("cut", (poll) => ({ ...json(200, ended), ...(poll < 5 && { cut }) }));
    await tracking(world, ["cut"]);
    await world.ticks(2);
    expect(world.cloud.polls.map(({ status }) => status)).toEqual([0, 0, 0, 0, 200]);
    expect(delivered(world, "general")).toEqual([expect.stringContaining("no space")]);
    expect(delivered(world, "operators")).toEqual([]);
  },
);

it.each([
  { name: "was never seen", before: [], words: "the cloud does not know it" },
  { name: "was seen before", before: [json(200, RUNNING)], words: "the cloud no longer knows it" },
  { name: "is seen again in one poll", before: [UNKNOWN_JOB, json(200, RUNNING)], words: "the cloud no longer knows it" },
])("row 9: a job that $name is lost once, after 15 minutes without a break", async ({ before, words }) => {
  let answer = before[0] ?? UNKNOWN_JOB;
  world.cloud.answer("gone", () => answer);
  await world.register("gone", { verify: false });
  for (const next of before) {
    answer = next;
    await world.ticks(next === UNKNOWN_JOB ? 14 : 1);
  }
  answer = UNKNOWN_JOB;
  await world.ticks(14);
  expect(delivered(world, "general")).toEqual([]);
  await world.ticks(2);
  expect(delivered(world, "general")).toEqual([expect.stringContaining(words)]);
  await world.ticks(3);
  expect(world.sink.messages).toHaveLength(1);
});

it.each([
  { name: "a gateway that does not know the API", answer: json(404, { error_code: "APIGW.0101" }) },
  { name: "a proxy", answer: html(404, "404 Not Found") },
])("row 9: the 404 of $name makes no job lost, and the operators are notified", async ({ answer }) => {
  await tracking(world, ["here"]);
  world.cloud.answer("*", () => answer);
  await world.ticks(30);
  expect(delivered(world, "general")).toEqual([]);
  expect(delivered(world, "operators")).toEqual([expect.stringContaining("Check OS_REGION_NAME, SFS_TURBO_ENDPOINT")]);
  expect(await views(world, ["here"])).toEqual([expect.objectContaining({ state: "running" })]);
});

it("row 10: a poll that returns running after another one has seen the end changes nothing", async () => {
  await tracking(world, ["over"]);
  world.cloud.answer("over", (poll) => json(200, { ...RUNNING, status: poll === 2 ? "success" : "waiting" }));
  let overtaken = false;
  const { cloud } = world.services;
  const poll: Cloud["poll"] = async (...asked) => {
    const stale = await cloud.poll(...asked);
    if (overtaken) return stale;
    overtaken = true;
    world.clock.advance(2 * MINUTE);
    await world.tick();
    return stale;
  };
  world.services.cloud = { poll };
  await world.tick();
  await world.register("over");
  await world.ticks(5);
  expect(world.cloud.pollCount("over")).toBe(2);
  expect(delivered(world, "general")).toEqual([expect.stringContaining("finished")]);
  expect(await views(world, ["over"])).toEqual([expect.objectContaining({ state: "success" })]);
});
