import fc from "fast-check";
import { expect, test } from "vitest";
import { jobsIn, leastIntervals, NO_LOAD, type PollLoad, withJob } from "../../../lib/domain/schedule/fair-share.ts";

const SECOND = 1_000;

function load(jobs: number, everyMs = 10 * SECOND): PollLoad {
  let some = NO_LOAD;
  for (let nth = 0; nth < jobs; nth++) some = withJob(some, everyMs);
  return some;
}

function intervals(loads: Record<string, PollLoad>, perSecond: number) {
  return Object.fromEntries(leastIntervals(new Map(Object.entries(loads)), perSecond));
}

const INTERVALS = [10, 30, 60, 300].map((seconds) => seconds * SECOND);
const pollsPerSecond = (some: PollLoad, leastMs = 0) =>
  some.reduce((sum, jobs, place) => sum + (jobs * SECOND) / Math.max(INTERVALS[place] ?? 0, leastMs), 0);

test("no team gets a minimum interval if all needs are met", () => {
  expect(intervals({ one: load(50), other: load(100) }, 17)).toEqual({});
});

test("a team with thousands of jobs gets an interval of its jobs divided by its share, and a small team none", () => {
  const { hostile = 0, ...others } = intervals({ quiet: load(5), hostile: load(5_000) }, 17);
  expect(others).toEqual({});
  expect(hostile / SECOND).toBeGreaterThanOrEqual(5_000 / 16.5);
  expect(hostile / SECOND).toBeLessThan((5_000 / 16.5) * 1.11);
});

test("two teams that need more than their share get half of the polls each", () => {
  const { one = 0, other = 0 } = intervals({ one: load(1_000), other: load(4_000) }, 20);
  expect(pollsPerSecond(load(1_000), one)).toBeCloseTo(10, -0.5);
  expect(pollsPerSecond(load(4_000), other)).toBeCloseTo(10, -0.5);
});

test("jobs with long intervals keep them when jobs with short intervals are slowed down", () => {
  const mixed = [...Array(60).keys()].reduce((some) => withJob(some, 60 * SECOND), load(400));
  const { team = 0 } = intervals({ team: mixed }, 11);
  expect(team / SECOND).toBeGreaterThan(39);
  expect(team / SECOND).toBeLessThan(45);
});

const anyLoad = fc.tuple(...INTERVALS.map(() => fc.integer({ min: 0, max: 3_000 })));

test("the shares do not exceed the budget, no team gets less than an equal share, and nothing stays unused", () => {
  fc.assert(
    fc.property(fc.array(anyLoad, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 100 }), (loads, perSecond) => {
      const least = leastIntervals(new Map(loads.map((one, index) => [`${index}`, one])), perSecond);
      const used = loads.map((one, index) => pollsPerSecond(one, least.get(`${index}`)));
      const [all, needed] = [sum(used), sum(loads.map((one) => pollsPerSecond(one)))];
      expect(all).toBeLessThanOrEqual(perSecond * 1.001);
      expect(all).toBeGreaterThanOrEqual(Math.min(needed, perSecond) / 1.11);
      for (const [index, one] of loads.entries()) {
        const equal = Math.min(pollsPerSecond(one), perSecond / loads.length);
        expect(used[index]).toBeGreaterThanOrEqual(equal / 1.11);
      }
    }),
  );
});

test("a job counts by its polling rate", () => {
  expect(withJob(withJob(withJob(NO_LOAD, 10_000), 45_000), 600_000)).toEqual([1, 1, 0, 1]);
  expect(jobsIn([1, 2, 3, 4])).toBe(10);
});

function sum(numbers: number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
