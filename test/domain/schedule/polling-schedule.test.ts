import fc from "fast-check";
import { expect, test } from "vitest";
import { hashFraction } from "../../../lib/domain/hash.ts";
import type { Durations } from "../../../lib/domain/schedule/durations.ts";
import {
  FIXED_SCHEDULE,
  isDue,
  learnSchedule,
  nextPollAt,
  type PollingSchedule,
  type TrackedTimes,
} from "../../../lib/domain/schedule/polling-schedule.ts";
import { DAY, HOUR, MINUTE, START } from "../job/script.ts";

const tracked = (name: string, beginTime?: number): TrackedTimes => ({
  jitter: hashFraction(name),
  trackedSince: START,
  beginTime,
});

/** Every poll between two times, as the poller would wait for them. */
function polls(job: TrackedTimes, from: number, to: number, schedule: PollingSchedule, minIntervalMs = 0): number[] {
  const found: number[] = [];
  const after = (at: number) => nextPollAt(job, at, schedule, minIntervalMs);
  for (let at = after(from); at <= to; at = after(at)) found.push(at);
  return found;
}

function known(durations: number[]): Durations {
  return new Map(durations.map((ms, index) => [`job-${index}`, ms]));
}

function learned(durations: number[]): PollingSchedule {
  return learnSchedule(known(durations)) ?? FIXED_SCHEDULE;
}

test.each([
  { name: "every 10 s in the first 10 minutes", from: 0, to: 10 * MINUTE, count: 60 },
  { name: "every 30 s from then on", from: 10 * MINUTE, to: HOUR, count: 100 },
  { name: "every 30 s until 6 hours", from: 5 * HOUR, to: 6 * HOUR, count: 120 },
  { name: "every 60 s after 6 hours", from: 6 * HOUR, to: 7 * HOUR, count: 60 },
  { name: "every 60 s after weeks", from: 20 * DAY, to: 20 * DAY + HOUR, count: 60 },
  { name: "at the minimum interval if the budget requires it", from: 0, to: HOUR, minIntervalMs: 120_000, count: 30 },
  { name: "at the minimum interval only while it is the longer one", from: 0, to: HOUR, minIntervalMs: 20_000, count: 130 },
])("a job of an unknown type is polled $name", ({ from, to, minIntervalMs = 0, count }) => {
  for (const name of ["job-1", "job-2", "job-3"]) {
    const made = polls(tracked(name), START + from, START + to, FIXED_SCHEDULE, minIntervalMs).length;
    expect(Math.abs(made - count), name).toBeLessThanOrEqual(1 + count / 100);
  }
});

test.each([
  { name: "before the registration", from: -HOUR, to: 0, due: false },
  { name: "in an empty window", from: HOUR, to: HOUR, due: false },
  { name: "in a window with its end before its start", from: HOUR, to: 0, due: false },
  { name: "in a window as long as the interval", from: HOUR, to: HOUR + 30_000, due: true },
  { name: "once in a window of a day, however many polls were missed", from: 0, to: DAY, due: true },
])("a poll is due $name: $due", ({ from, to, due }) => {
  expect(isDue(tracked("job-1"), START + from, START + to, FIXED_SCHEDULE)).toBe(due);
});

test("jobs registered at the same time are spread evenly over the interval", () => {
  const seconds = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 1000; index++) {
    const job = tracked(`job#storage#sfs-turbo-job#p#${index}`);
    const second = seconds.findIndex((_, at) => isDue(job, START + at * 1000, START + (at + 1) * 1000, FIXED_SCHEDULE));
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  for (const jobs of seconds) expect(jobs).toSatisfy((count: number) => count > 60 && count < 140);
});

test("polls are dense where jobs of the type end, with no more polls than fixed intervals need", () => {
  const minutes = Array.from({ length: 50 }, (_, index) => (28 + (index * 4) / 49) * MINUTE);
  const schedule = learned(minutes);
  const job = tracked("job-1", START);
  const between = (from: number, to: number, of: PollingSchedule) =>
    polls(job, START + from * MINUTE, START + to * MINUTE, of).length;
  expect(between(0, 20, schedule) / 20).toBeLessThan(between(28, 32, schedule) / 4 / 4);
  expect(between(28, 32, schedule)).toBeGreaterThan(4 * between(28, 32, FIXED_SCHEDULE));
  expect(between(0, 30, schedule)).toBeLessThanOrEqual(between(0, 30, FIXED_SCHEDULE) + 2);
});

test("polls are dense around both typical ends of a type with two kinds of jobs", () => {
  const kinds = Array.from({ length: 50 }, (_, index) => (index % 3 ? 60_000 : 30 * MINUTE) * (0.95 + (index % 10) / 100));
  const schedule = learned(kinds);
  const perMinute = (from: number, to: number) =>
    polls(tracked("job-1", START), START + from * MINUTE, START + to * MINUTE, schedule).length / (to - from);
  expect(perMinute(0.9, 1.1)).toBeGreaterThan(8);
  expect(perMinute(29, 31)).toBeGreaterThan(8);
  expect(perMinute(5, 20)).toBeLessThan(3);
});

test.each([
  { name: "9 known jobs make no difference", count: 9, least: 59, most: 61 },
  { name: "10 known jobs save polls", count: 10, least: 9, most: 29 },
  { name: "20 known jobs save polls", count: 20, least: 9, most: 29 },
])("of a type that takes an hour, $name in the first 10 minutes", ({ count, least, most }) => {
  const schedule = learned(Array.from({ length: count }, (_, index) => HOUR + index * MINUTE));
  const made = polls(tracked("job-1", START), START, START + 10 * MINUTE, schedule).length;
  expect(made).toBeGreaterThanOrEqual(least);
  expect(made).toBeLessThanOrEqual(most);
});

test("a job that takes far longer than all known ones is polled at fixed intervals again", () => {
  const schedule = learned(Array.from({ length: 30 }, (_, index) => 5 * MINUTE + index * 1_000));
  const made = polls(tracked("job-1", START), START + HOUR, START + 2 * HOUR, schedule).length;
  expect(Math.abs(made - 120)).toBeLessThanOrEqual(2);
});

const name = fc.string({ minLength: 1, maxLength: 20 });
const period = fc.constantFrom(0, 7_000, 25_000, 90_000, 10 * MINUTE);
const age = fc.oneof(fc.integer({ min: -HOUR, max: DAY }), fc.integer({ min: 9 * MINUTE, max: 11 * MINUTE }));
const begin = fc.integer({ min: -DAY, max: DAY });
const absurd = fc.constantFrom(0, 1, 999, 1_000, MINUTE, 59 * DAY);
const duration = fc.oneof(absurd, fc.integer({ min: 0, max: 3 * HOUR }));
const durations = fc.oneof(
  fc.array(duration, { maxLength: 50 }),
  duration.map((ms) => Array.from({ length: 50 }, () => ms)),
);

test("a job of an unknown type never goes longer than its interval without a poll", () => {
  fc.assert(
    fc.property(name, age, period, (text, ms, minIntervalMs) => {
      const from = START + Math.max(ms, 0);
      const gap = nextPollAt(tracked(text), from, FIXED_SCHEDULE, minIntervalMs) - from;
      const slowest = ms < 9 * MINUTE ? 10_000 : ms < 5.9 * HOUR ? 30_000 : 60_000;
      expect(gap).toBeGreaterThan(0);
      // The interval before the end of a period can be a part of one.
      expect(gap).toBeLessThanOrEqual(Math.min(2 * Math.max(slowest, minIntervalMs), 10 * MINUTE));
    }),
  );
});

test("with any learned schedule, no job goes longer than 10 minutes without a poll, nor is it polled twice in 5 s", () => {
  fc.assert(
    fc.property(name, begin, age, period, durations, (text, began, ms, minIntervalMs, taken) => {
      const job = tracked(text, START + began);
      const schedule = learned(taken);
      const first = nextPollAt(job, START + Math.max(ms, 0), schedule, minIntervalMs);
      const found = polls(job, first, first + 20 * MINUTE, schedule, minIntervalMs);
      expect(first - START - Math.max(ms, 0)).toBeLessThanOrEqual(10 * MINUTE);
      expect(found.length).toBeGreaterThan(0);
      for (const [index, at] of found.entries()) {
        const gap = at - (found[index - 1] ?? first);
        expect(gap).toBeGreaterThanOrEqual(4_999);
        expect(gap).toBeLessThanOrEqual(10 * MINUTE);
      }
    }),
    { numRuns: 200 },
  );
});

test("while schedules change, no job goes longer than 10 minutes without a poll", () => {
  const schedules = fc.array(fc.tuple(durations, fc.boolean()), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(name, begin, schedules, (text, began, learning) => {
      const versions = learning.map(([taken, begun]) => ({
        schedule: learned(taken),
        job: tracked(text, begun ? START + began : undefined),
      }));
      let last = START;
      for (let tick = 0; tick < 60; tick++) {
        const { schedule, job } = versions[tick % versions.length] ?? { schedule: FIXED_SCHEDULE, job: tracked(text) };
        const to = START + (tick + 1) * MINUTE;
        if (isDue(job, to - MINUTE, to, schedule)) last = to;
        expect(to - last).toBeLessThanOrEqual(10 * MINUTE);
      }
    }),
    { numRuns: 100 },
  );
});

test("the next poll is the first one that is due", () => {
  fc.assert(
    fc.property(name, begin, age, period, durations, (text, began, ms, minIntervalMs, taken) => {
      const schedule = learned(taken);
      const job = tracked(text, START + began);
      const now = START + ms;
      const next = nextPollAt(job, now, schedule, minIntervalMs);
      expect(isDue(job, now, next, schedule, minIntervalMs)).toBe(true);
      expect(isDue(job, now, next - 1, schedule, minIntervalMs)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("each poll falls into exactly one window, wherever windows begin", () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 30 * MINUTE }), { maxLength: 60 });
  fc.assert(
    fc.property(name, cuts, period, durations, (text, inner, minIntervalMs, taken) => {
      const job = tracked(text, START - MINUTE);
      const schedule = learned(taken);
      const edges = [0, ...inner.toSorted((one, other) => one - other), 30 * MINUTE].map((ms) => START + ms);
      const grid = polls(job, START, START + 30 * MINUTE, schedule, minIntervalMs);
      for (const [index, to] of edges.entries()) {
        const from = edges[index - 1] ?? START;
        const held = grid.filter((at) => at > from && at <= to);
        expect(isDue(job, from, to, schedule, minIntervalMs)).toBe(held.length > 0);
      }
    }),
    { numRuns: 100 },
  );
});
