import { expect, test } from "vitest";
import { fingerprint } from "../../../lib/domain/job/fingerprint.ts";
import type { Seen, SubJob } from "../../../lib/domain/job/job.ts";
import { MISSING, RUNNING, seen, strange } from "./script.ts";

const SUB: SubJob = { jobId: "a", jobType: "copy", state: "running" };
const FULL = seen("failed", {
  jobType: "create",
  beginTime: 1,
  endTime: 2,
  errorCode: "E1",
  failReason: "no quota",
  subJobs: [SUB],
});
const withSub = (change: SubJob): Seen => ({ ...FULL, subJobs: [{ ...SUB, ...change }] });

test.each<{ name: string; one: Seen; other: Seen }>([
  { name: "state", one: RUNNING, other: seen("waiting") },
  { name: "unknown status", one: strange("paused"), other: strange("frozen") },
  { name: "unknown status that is spelled like a known one", one: strange("running"), other: RUNNING },
  { name: "job type", one: FULL, other: { ...FULL, jobType: "delete" } },
  { name: "begin", one: FULL, other: { ...FULL, beginTime: 2 } },
  { name: "end", one: FULL, other: { ...FULL, endTime: 3 } },
  { name: "begin that moved to the end", one: seen("running", { beginTime: 1 }), other: seen("running", { endTime: 1 }) },
  { name: "error code", one: FULL, other: { ...FULL, errorCode: "E2" } },
  { name: "reason", one: FULL, other: { ...FULL, failReason: "other" } },
  { name: "number of sub jobs", one: FULL, other: { ...FULL, subJobs: [SUB, SUB] } },
  { name: "sub job's id", one: FULL, other: withSub({ jobId: "b" }) },
  { name: "sub job's type", one: FULL, other: withSub({ jobType: "b" }) },
  { name: "sub job's state", one: FULL, other: withSub({ state: "success" }) },
  { name: "sub job's begin", one: FULL, other: withSub({ beginTime: 1 }) },
  { name: "sub job's end", one: FULL, other: withSub({ endTime: 1 }) },
  { name: "sub job's error code", one: FULL, other: withSub({ errorCode: "E" }) },
  { name: "sub job's reason", one: FULL, other: withSub({ failReason: "r" }) },
])("a different $name is a different fingerprint", ({ one, other }) => {
  expect(fingerprint(one)).not.toBe(fingerprint(other));
});

test("the request id, which differs with every poll, is ignored", () => {
  expect(fingerprint({ ...FULL, requestId: "one" })).toBe(fingerprint({ ...FULL, requestId: "two" }));
});

test("all missing polls have the same fingerprint, whatever the cloud's text, and no seen one has it", () => {
  expect(fingerprint({ ...MISSING, reason: "request 1" })).toBe(fingerprint({ ...MISSING, reason: "request 2" }));
  expect(fingerprint(MISSING)).not.toBe(fingerprint(RUNNING));
});
