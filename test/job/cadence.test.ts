import fc from "fast-check";
import { expect, test } from "vitest";
import { isDue, nextLookAt, type Watched } from "../../lib/job/cadence.ts";
import { DAY, HOUR, MINUTE, START } from "./script.ts";

const watched = (name: string): Watched => ({ name, watchedSince: START });

/** Every look from one moment to another, as the poller would wait for them. */
function looks(job: Watched, from: number, to: number, stretchMs = 0): number[] {
  const found: number[] = [];
  for (let at = nextLookAt(job, from, stretchMs); at <= to; at = nextLookAt(job, at, stretchMs)) found.push(at);
  return found;
}

test.each([
  { name: "every 10 s in the first 10 minutes", from: 0, to: 10 * MINUTE, count: 60 },
  { name: "every 30 s from then on", from: 10 * MINUTE, to: HOUR, count: 100 },
  { name: "every 30 s until 6 hours", from: 5 * HOUR, to: 6 * HOUR, count: 120 },
  { name: "every 60 s after 6 hours", from: 6 * HOUR, to: 7 * HOUR, count: 60 },
  { name: "every 60 s after weeks", from: 20 * DAY, to: 20 * DAY + HOUR, count: 60 },
  { name: "at the stretched interval where the budget asks for it", from: 0, to: HOUR, stretchMs: 120_000, count: 30 },
  { name: "at the stretched interval only while it is the longer one", from: 0, to: HOUR, stretchMs: 20_000, count: 130 },
])("a job is looked at $name", ({ from, to, stretchMs = 0, count }) => {
  for (const name of ["job-1", "job-2", "job-3"]) {
    expect(looks(watched(name), START + from, START + to, stretchMs).length, name).toBe(count);
  }
});

test.each([
  { name: "before the registration", from: -HOUR, to: 0, due: false },
  { name: "in an empty window", from: HOUR, to: HOUR, due: false },
  { name: "in a window that lies backwards", from: HOUR, to: 0, due: false },
  { name: "in a window as long as the interval", from: HOUR, to: HOUR + 30_000, due: true },
  { name: "once in a window of a day, however many looks it missed", from: 0, to: DAY, due: true },
])("whether a look is due $name: $due", ({ from, to, due }) => {
  expect(isDue(watched("job-1"), START + from, START + to)).toBe(due);
});

test("jobs registered at one moment are spread evenly over the interval", () => {
  const seconds = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 1000; index++) {
    const job = watched(`job#storage#sfs-turbo-job#p#${index}`);
    const second = seconds.findIndex((_, at) => isDue(job, START + at * 1000, START + (at + 1) * 1000));
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  for (const jobs of seconds) expect(jobs).toSatisfy((count: number) => count > 60 && count < 140);
});

const name = fc.string({ minLength: 1, maxLength: 20 });
const stretch = fc.constantFrom(0, 7_000, 25_000, 90_000, 10 * MINUTE);
const age = fc.oneof(fc.integer({ min: -HOUR, max: DAY }), fc.integer({ min: 9 * MINUTE, max: 11 * MINUTE }));

test("a job never goes longer than its interval without a look, and never than 10 minutes", () => {
  fc.assert(
    fc.property(name, age, stretch, (text, ms, stretchMs) => {
      const from = START + Math.max(ms, 0);
      const gap = nextLookAt(watched(text), from, stretchMs) - from;
      const slowest = ms < 9 * MINUTE ? 10_000 : ms < 5.9 * HOUR ? 30_000 : 60_000;
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThanOrEqual(Math.min(Math.max(slowest, stretchMs), 10 * MINUTE));
    }),
  );
});

test("the next look is the first moment that is due", () => {
  fc.assert(
    fc.property(name, age, stretch, (text, ms, stretchMs) => {
      const now = START + ms;
      const next = nextLookAt(watched(text), now, stretchMs);
      expect(isDue(watched(text), now, next, stretchMs)).toBe(true);
      expect(isDue(watched(text), now, next - 1, stretchMs)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("each look falls into exactly one window, wherever the windows are cut", () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 30 * MINUTE }), { maxLength: 60 });
  fc.assert(
    fc.property(name, cuts, stretch, (text, inner, stretchMs) => {
      const job = watched(text);
      const edges = [0, ...inner.toSorted((one, other) => one - other), 30 * MINUTE].map((ms) => START + ms);
      const grid = looks(job, START, START + 30 * MINUTE, stretchMs);
      for (const [index, to] of edges.entries()) {
        const from = edges[index - 1] ?? START;
        const held = grid.filter((at) => at > from && at <= to);
        expect(isDue(job, from, to, stretchMs)).toBe(held.length > 0);
      }
    }),
  );
});
