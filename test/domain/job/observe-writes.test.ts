import { expect, test } from "vitest";
import { AWAY, each, MISSING, play, RUNNING, type Script, seen } from "./script.ts";

test.each([
  { name: "an equal observation", script: [[0, RUNNING], ...each([1, 2, 3], RUNNING)], writes: [] },
  {
    name: "only a different request id",
    script: [
      [0, seen("running", { requestId: "one" })],
      [1, seen("running", { requestId: "two" })],
    ],
    writes: [],
  },
  {
    name: "a time missing",
    script: [[0, RUNNING], ...each([1, 2, 3, 4, 5], MISSING), [6, RUNNING], [7, RUNNING]],
    writes: [1, 2, 6],
  },
  { name: "an unreachable cloud", script: [[0, RUNNING], ...each([1, 2], AWAY)], writes: [] },
  {
    name: "a detail that changed",
    script: [
      [0, RUNNING],
      [1, seen("running", { jobType: "open string" })],
    ],
    writes: [1],
  },
] as { name: string; script: Script; writes: number[] }[])("what is written after $name: $writes", ({ script, writes }) => {
  expect(play(script).writes).toEqual(writes);
});

test("a poll without type and begin keeps the earlier ones, but a missing end detail is removed", () => {
  const full = seen("running", {
    jobType: "create",
    beginTime: 7,
    endTime: 8,
    errorCode: "E",
    failReason: "why",
    requestId: "r",
  });
  const { job } = play([
    [0, full],
    [1, RUNNING],
  ]);
  expect(job).toMatchObject({ jobType: "create", beginTime: 7, requestId: "r" });
  expect([job.endTime, job.errorCode, job.failReason]).toEqual([undefined, undefined, undefined]);
});
