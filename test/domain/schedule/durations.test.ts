import fc from "fast-check";
import { expect, test } from "vitest";
import { type Durations, durationOf, withDuration } from "../../../lib/domain/schedule/durations.ts";
import { typicalDurationOf } from "../../../lib/domain/schedule/typical-duration.ts";
import { DAY, MINUTE, START } from "../job/script.ts";

function known(count: number): Durations {
  let durations: Durations = new Map();
  for (let index = 1; index <= count; index++) durations = withDuration(durations, `job-${index}`, index * MINUTE);
  return durations;
}

test("the last 50 jobs count once each", () => {
  expect(known(60).size).toBe(50);
  expect(Math.min(...known(60).values())).toBe(11 * MINUTE);
  const durations = known(20);
  expect(withDuration(durations, "job-7", DAY)).toBe(durations);
});

test.each([
  { name: "a success from begin to end", job: { state: "success", beginTime: START, endTime: START + 5 }, ms: 5 },
  { name: "a success that took no time", job: { state: "success", beginTime: START, endTime: START }, ms: 0 },
  { name: "no failure", job: { state: "failed", beginTime: START, endTime: START + 5 }, ms: undefined },
  { name: "no success without a begin", job: { state: "success", endTime: START }, ms: undefined },
  { name: "no success without an end", job: { state: "success", beginTime: START }, ms: undefined },
  { name: "no success that ends before it begins", job: { state: "success", beginTime: START, endTime: 0 }, ms: undefined },
  { name: "no success since 1970", job: { state: "success", beginTime: 0, endTime: START }, ms: undefined },
] as const)("learns from $name", ({ job, ms }) => {
  expect(durationOf(job)).toBe(ms);
});

test("there is no typical duration before 10 jobs have finished", () => {
  expect(typicalDurationOf(known(9))).toBeUndefined();
  expect(typicalDurationOf(known(10))).toEqual({
    jobs: 10,
    lowMs: MINUTE,
    medianMs: 5 * MINUTE,
    highMs: 9 * MINUTE,
    p95Ms: 10 * MINUTE,
  });
});

test("a single outlier among 50 jobs does not change the typical duration", () => {
  const odd = withDuration(known(49), "odd", 30 * DAY);
  expect(typicalDurationOf(odd)).toMatchObject({ highMs: 45 * MINUTE, p95Ms: 48 * MINUTE });
});

test("the percentiles are in order and among the learned durations", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(DAY), { minLength: 10, maxLength: 50 }), (taken) => {
      const typical = typicalDurationOf(new Map(taken.map((ms, index) => [String(index), ms])));
      const order = [typical?.lowMs, typical?.medianMs, typical?.highMs, typical?.p95Ms];
      expect(order.toSorted((one, other) => Number(one) - Number(other))).toEqual(order);
      for (const ms of order) expect(taken).toContain(ms);
    }),
  );
});
