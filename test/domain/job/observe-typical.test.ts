import { expect, test } from "vitest";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import type { TypicalDuration } from "../../../lib/domain/job/job.ts";
import { NOW, RULES, registered, seen } from "../../jobs.ts";

const MINUTE = 60_000;
const running = seen("running", { jobType: "create_share", beginTime: NOW });
const success = seen("success", { jobType: "create_share", beginTime: NOW, endTime: NOW + MINUTE });

function typical(p95Ms: number, jobs = 10): TypicalDuration {
  return { jobs, lowMs: MINUTE, medianMs: 2 * MINUTE, highMs: 3 * MINUTE, p95Ms };
}

test("each change stores the typical duration, so that its message can show it", () => {
  const waiting = registered("job-1", seen("waiting"));
  const begun = observe(waiting, running, NOW + MINUTE, RULES, typical(4 * MINUTE)).job;
  expect(begun.typical).toEqual(typical(4 * MINUTE));
  const ended = observe(begun, success, NOW + 2 * MINUTE, RULES, typical(5 * MINUTE, 11)).job;
  expect(ended).toMatchObject({ state: "success", typical: { jobs: 11, p95Ms: 5 * MINUTE } });
});

test("a poll that shows nothing new changes nothing, even if the typical duration has changed", () => {
  const job = { ...registered("job-1", running), typical: typical(40 * MINUTE) };
  expect(observe(job, running, NOW + MINUTE, RULES, typical(50 * MINUTE)).job).toBe(job);
});

test("uses the job's stored typical duration if none could be read", () => {
  const job = { ...registered("job-1", running), typical: typical(120 * MINUTE) };
  expect(observe(job, running, NOW + 179 * MINUTE, RULES).job).toBe(job);
  expect(observe(job, running, NOW + 180 * MINUTE, RULES).job).toMatchObject({ late: { count: 1 }, typical: job.typical });
});

test("LATE_AFTER_MINUTES does not apply to a type with a long typical duration", () => {
  const job = registered("job-1", running);
  expect(observe(job, running, NOW + 61 * MINUTE, RULES, typical(60 * MINUTE)).job).toBe(job);
  expect(observe(job, running, NOW + 90 * MINUTE, RULES, typical(60 * MINUTE)).news).toMatchObject([{ kind: "late" }]);
});
