import { expect, test } from "vitest";
import type { SubJob } from "../../../lib/domain/job/job.ts";
import { play, seen } from "./script.ts";

const sub = (jobId: string, state: string): SubJob => ({ jobId, jobType: `type-${jobId}`, state });
const step = (...subJobs: SubJob[]) => seen("running", { subJobs });

test.each([
  {
    name: "a sub job that moves on is a step",
    polls: [step(sub("a", "running")), step(sub("a", "success"), sub("b", "running"))],
    reasons: ["type-a: success, type-b: running"],
  },
  {
    name: "a sub job that comes in front of the others is the only step",
    polls: [step(sub("a", "running")), step(sub("b", "waiting"), sub("a", "running"))],
    reasons: ["type-b: waiting"],
  },
  {
    name: "sub jobs without an id are known by their place",
    polls: [
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "running" }),
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "running", beginTime: 1 }),
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "failed", beginTime: 1 }),
    ],
    reasons: ["copy: failed"],
  },
  {
    name: "a detail that is no state is no step",
    polls: [step(sub("a", "running")), step({ ...sub("a", "running"), beginTime: 1 })],
    reasons: [],
  },
])("$name", ({ polls, reasons }) => {
  const { job, delivered } = play(polls.map((poll, minute) => [minute, poll]));
  expect(job.transitions.slice(2).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(
    reasons.map((text) => `sub-job ${text}`),
  );
  expect(delivered).toEqual([]);
});

test("steps are told only where progress was asked for", () => {
  const { delivered } = play(
    [
      [0, step(sub("a", "running"))],
      [1, step(sub("a", "success"))],
    ],
    { channels: ["storage-ops"], notifyOn: ["progress"] },
  );
  expect(delivered).toEqual(["sub-job to storage-ops"]);
});
