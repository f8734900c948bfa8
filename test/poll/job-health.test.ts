import { expect, test } from "vitest";
import type { Observation } from "../../lib/domain/job/job.ts";
import { createJobHealth, type JobHealth } from "../../lib/shared/job-health.ts";
import { seen } from "../domain/job/script.ts";

const SECOND = 1_000;
const FAILS: Observation = { kind: "unreachable", cause: "unavailable", reason: "500" };
const NONE = { seen: {}, failing: {} };

/** Makes polls of one service at given seconds. Returns those at which a job was found to fail on its own. */
function poll(polls: [second: number, job: string, observation: Observation][], health: JobHealth = createJobHealth(NONE)) {
  return polls.flatMap(([second, job, observation]) => {
    const noted = health.note("p#sfs-turbo", job, observation, second * SECOND);
    return noted.kind === "unreachable" && noted.isOwn ? [`${second} ${job} since ${Number(noted.since) / SECOND}`] : [];
  });
}

const good = (second: number, job: string) => [second, job, seen("running")] as [number, string, Observation];
const bad = (second: number, job: string, changes: object = {}) =>
  [second, job, { ...FAILS, ...changes }] as [number, string, Observation];

test("a job fails on its own if others are seen between its failed polls, for a minute", () => {
  const polls = [0, 10, 20, 30, 40, 50, 60, 70].flatMap((second) => [bad(second, "odd"), good(second + 1, "well")]);
  expect(poll(polls)).toEqual(["60 odd since 0", "70 odd since 0"]);
});

test.each([
  [
    "in an outage no job does, whatever was seen before it",
    [good(0, "a"), ...[1, 31, 61, 91].flatMap((s) => [bad(s, "a"), bad(s, "b")])],
  ],
  ["the only job of a service does not", [0, 30, 60, 90].map((second) => bad(second, "odd"))],
  ["one that was seen meanwhile itself does not", [0, 30, 60, 90].flatMap((s) => [bad(s, "odd"), good(s + 1, "odd")])],
  [
    "not by 429, which is the service's",
    [0, 61, 90].flatMap((s) => [bad(s, "odd", { cause: "throttled" }), good(s + 1, "well")]),
  ],
  ["nor by credentials", [0, 61, 90].flatMap((s) => [bad(s, "odd", { cause: "credentials" }), good(s + 1, "well")])],
])("%s", (_, polls) => {
  expect(poll(polls)).toEqual([]);
});

test("if every other poll of each job fails, no job counts as failing on its own", () => {
  const jobs = ["a", "b", "c", "d"];
  const polls = Array.from({ length: 60 }, (_, nth) =>
    jobs.map((job, index) => (nth % 2 === index % 2 ? bad : good)(nth * 10, job)),
  );
  expect(poll(polls.flat())).toEqual([]);
});

test("the next tick continues from the saved state", () => {
  const before = createJobHealth(NONE);
  poll([bad(0, "odd"), good(10, "well")], before);
  const kept = JSON.parse(JSON.stringify(before.kept()));
  expect(poll([bad(61, "odd")], createJobHealth(kept))).toEqual(["61 odd since 0"]);
});

test("the saved state is bounded: 300 failing jobs, two seen jobs per service", () => {
  const health = createJobHealth(NONE);
  for (let nth = 0; nth < 2_000; nth++) poll([bad(nth, `bad-${nth}`), good(nth, `good-${nth}`)], health);
  const { failing, seen: seenJobs } = health.kept();
  expect(Object.values(failing).flatMap(Object.keys)).toHaveLength(300);
  expect(Object.keys(seenJobs["p#sfs-turbo"] ?? {})).toHaveLength(2);
  expect(JSON.stringify(health.kept()).length).toBeLessThan(25_000);
});

test("thousands of failing jobs of one team do not displace those of another", () => {
  const health = createJobHealth(NONE);
  const quiet = "job#quiet#ecs-job#p#odd";
  const polls = Array.from({ length: 3_000 }, (_, nth) => bad(nth / 20, `job#hostile#ecs-job#p#${nth}`));
  const found = [0, 30, 61].flatMap((second) => {
    const others = polls.filter(([at]) => at >= second && at < second + 30);
    return poll([bad(second, quiet), good(second + 1, "well"), ...others], health);
  });
  expect(found).toEqual([`61 ${quiet} since 0`]);
});

test("another job that was seen since a given time counts, the same job does not", () => {
  const health = createJobHealth(NONE);
  poll([good(10, "well")], health);
  expect(health.othersSeen("p#sfs-turbo", "odd", 9 * SECOND)).toBe(true);
  expect(health.othersSeen("p#sfs-turbo", "odd", 10 * SECOND)).toBe(false);
  expect(health.othersSeen("p#sfs-turbo", "well", 0)).toBe(false);
  expect(health.othersSeen("p#ecs", "odd", 0)).toBe(false);
});
