import { expect, test } from "vitest";
import type { SubJob } from "../../../lib/domain/job/job.ts";
import { play, seen } from "./script.ts";

const sub = (jobId: string, state: string): SubJob => ({ jobId, jobType: `type-${jobId}`, state });
const step = (...subJobs: SubJob[]) => seen("running", { subJobs });

test.each([
  {
    name: "a new state of a sub job is a step",
    polls: [step(sub("a", "running")), step(sub("a", "success"), sub("b", "running"))],
    reasons: ["type-a: success, type-b: running"],
  },
  {
    name: "a sub job inserted before the others is the only step",
    polls: [step(sub("a", "running")), step(sub("b", "waiting"), sub("a", "running"))],
    reasons: ["type-b: waiting"],
  },
  {
    name: "sub jobs without an id are matched by index",
    polls: [
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "running" }),
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "running", beginTime: 1 }),
      step({ jobType: "copy", state: "success" }, { jobType: "copy", state: "failed", beginTime: 1 }),
    ],
    reasons: ["copy: failed"],
  },
  {
    name: "a change of another detail is no step",
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

test("steps are delivered only if notifyOn contains progress", () => {
  const { delivered } = play(
    [
      [0, step(sub("a", "running"))],
      [1, step(sub("a", "success"))],
    ],
    { channels: ["storage-ops"], notifyOn: ["progress"] },
  );
  expect(delivered).toEqual(["sub-job to storage-ops"]);
});
