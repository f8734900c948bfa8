import { expect, it } from "vitest";
import { missingPart } from "./same-output.ts";

const REAL =
  'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nlocation: /jobs/slow-4x\r\n\r\n{"jobId":"slow-4x","state":"waiting","next":3}';

it.each([
  ["the same output", REAL],
  ["other ids and numbers", REAL.replaceAll("slow-4x", "slow-9y").replace("3}", "17}")],
  ["some of the headers", 'HTTP/1.1 201 Created\nlocation: /jobs/slow-1\n\n{"jobId":"slow-1", ...}'],
  ["parts in order", '{"jobId":"slow-1", ... "next":9}'],
  ["a job that runs already", '{"jobId":"slow-1","state":"running", ...}'],
])("accepts %s", (_, shown) => {
  expect(missingPart(shown, REAL)).toBeUndefined();
});

it.each([
  ["another status", "HTTP/1.1 200 OK"],
  ["a field that is gone", '{"jobId":"slow-1","oldName":"waiting", ...}'],
  ["another value", '"state":"failed"'],
  ["another order", '"next":3 ... "state":"waiting"'],
  ["a field that the page lacks", '{"jobId":"slow-1","next":3}'],
])("finds %s", (_, shown) => {
  expect(missingPart(shown, REAL)).toBeDefined();
});
