import { expect, test } from "vitest";
import { byUrgency, expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import { MINUTE, play, RUNNING, START, SUCCESS } from "./script.ts";

const typical = { jobs: 24, lowMs: 35 * MINUTE, medianMs: 42 * MINUTE, highMs: 50 * MINUTE, p95Ms: 55 * MINUTE };
const { beginTime: _, ...waiting } = play([[0, RUNNING]]).job;
const running: Job = { ...waiting, beginTime: START + MINUTE };

test.each<{ name: string; job: Job; end: object | undefined }>([
  { name: "nothing is known", job: running, end: undefined },
  {
    name: "the typical duration counts from the begin, and before the team's expectation",
    job: { ...running, typical, expectedMinutes: 5 },
    end: { at: START + 43 * MINUTE, from: START + 36 * MINUTE, to: START + 51 * MINUTE },
  },
  {
    name: "without a typical duration the team's expectation counts, from the begin",
    job: { ...running, expectedMinutes: 5 },
    end: { at: START + 6 * MINUTE },
  },
  {
    name: "before the begin the team's expectation counts, from the first registration",
    job: { ...waiting, typical, expectedMinutes: 5, trackedSince: START + 9 * MINUTE },
    end: { at: START + 5 * MINUTE },
  },
  { name: "a job that has not begun has no typical end", job: { ...waiting, typical }, end: undefined },
  {
    name: "an ended job has no expected end",
    job: { ...play([[0, SUCCESS]]).job, typical, expectedMinutes: 5 },
    end: undefined,
  },
])("$name", ({ job, end }) => expect(expectedEnd(job)).toEqual(end));

test("late jobs come first, then the jobs that end first, then those registered first", () => {
  const jobs: Job[] = [
    { ...running, jobId: "unknown" },
    { ...running, jobId: "unknown but earlier", registeredAt: START - 1 },
    { ...running, jobId: "typical", typical },
    { ...running, jobId: "expected", expectedMinutes: 5 },
    { ...running, jobId: "late", typical, late: { count: 1, at: START } },
  ];
  expect(jobs.sort(byUrgency).map(({ jobId }) => jobId)).toEqual([
    "late",
    "expected",
    "typical",
    "unknown but earlier",
    "unknown",
  ]);
});
