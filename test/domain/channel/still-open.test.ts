import { expect, test } from "vitest";
import { stillOpen } from "../../../lib/domain/channel/still-open.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import { play, RUNNING, START, SUCCESS } from "../job/script.ts";

const MINUTE = 60_000;
const TYPICAL = { jobs: 24, lowMs: 35 * MINUTE, medianMs: 42 * MINUTE, highMs: 50 * MINUTE, p95Ms: 55 * MINUTE };

function open(jobId: string, more: Partial<Job> = {}): Job {
  return { ...play([[0, RUNNING]], { channels: ["one", "two"] }).job, jobId, beginTime: START, ...more };
}

test("late jobs come first, then jobs by expected end, then jobs without one", () => {
  const jobs = [
    open("unknown"),
    open("typical", { typical: TYPICAL, expectedMinutes: 5 }),
    open("expected", { expectedMinutes: 30 }),
    open("late", { typical: TYPICAL, late: { count: 1, at: START } }),
  ];
  const found = stillOpen(jobs, "two");
  expect(found?.count).toBe(4);
  expect(found?.jobs.map(({ jobId, isLate, expectedEnd }) => [jobId, isLate, expectedEnd])).toEqual([
    ["late", true, START + 42 * MINUTE],
    ["expected", false, START + 30 * MINUTE],
    ["typical", false, START + 42 * MINUTE],
    ["unknown", false, undefined],
  ]);
});

test("lists ten and counts all open jobs of the channel", () => {
  const ended = play([[0, SUCCESS]], { channels: ["one"] }).job;
  const jobs = [ended, ...Array.from({ length: 12 }, (_, n) => open(`job-${n}`)), open("other", { channels: ["two"] })];
  const found = stillOpen(jobs, "one");
  expect([found?.jobs.length, found?.count]).toEqual([10, 12]);
  expect(stillOpen([ended], "one")).toBeUndefined();
});
