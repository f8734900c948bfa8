import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../../lib/adapters/cloud/http/answer.ts";
import { jobParser } from "../../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import type { Observation } from "../../../../lib/domain/job/job.ts";

const NOW = Date.UTC(2026, 10, 24);
const ID = "6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f";

/** The sample of the cloud's own page. */
const SAMPLE = {
  job_id: ID,
  status: "success",
  job_type: "bind_ldap",
  begin_time: "2016-01-02 15:04:05",
  end_time: "2016-01-02 15:04:05",
};
const AT = Date.UTC(2016, 0, 2, 15, 4, 5);

function observed(status: number, body: unknown, headers: Record<string, string> = {}): Observation {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return observationOf(answerOf(status, Object.fromEntries(new Headers(headers)), text), jobParser(ID), NOW);
}

describe("a job in an answer", () => {
  it.each([
    {
      name: "the documented sample, begin and end in one second",
      body: SAMPLE,
      seen: { state: "success", jobType: "bind_ldap", beginTime: AT, endTime: AT, subJobs: [] },
    },
    { name: "no more than a status", body: { status: "waiting" }, seen: { state: "waiting", subJobs: [] } },
    {
      name: "null and empty are absent",
      body: { status: "running", job_id: "", job_type: null, end_time: "", error_code: null, fail_reason: " ", sub_jobs: null },
      seen: { state: "running", subJobs: [] },
    },
    { name: "a status in capitals", body: { status: "SUCCESS" }, seen: { state: "success", subJobs: [] } },
    { name: "a status in title case", body: { status: " Failed " }, seen: { state: "failed", subJobs: [] } },
    {
      name: "an unknown status is kept as it came",
      body: { status: "Rolling-Back" },
      seen: { unknownStatus: "Rolling-Back", subJobs: [] },
    },
    {
      name: "an unknown status is cut",
      body: { status: "x".repeat(99) },
      seen: { unknownStatus: "x".repeat(64), subJobs: [] },
    },
    {
      name: "an end time alone ends nothing",
      body: { status: "running", end_time: "2016-01-02 15:04:05" },
      seen: { state: "running", endTime: AT, subJobs: [] },
    },
    {
      name: "a failure with code and reason",
      body: { status: "failed", error_code: "SFS.TURBO.0030", fail_reason: "sold\nout\u0007" },
      seen: { state: "failed", errorCode: "SFS.TURBO.0030", failReason: "sold out", subJobs: [] },
    },
    {
      name: "a code that is a number hides no failure",
      body: { status: "failed", error_code: 30, fail_reason: {} },
      seen: { state: "failed", errorCode: "30", subJobs: [] },
    },
    {
      name: "sub jobs, tolerant of what is in them",
      body: {
        status: "running",
        sub_jobs: [{ job_id: "s1", status: "FAILED", error_code: "E", fail_reason: "r" }, null, "x", {}],
      },
      seen: { state: "running", subJobs: [{ jobId: "s1", state: "failed", errorCode: "E", failReason: "r" }, {}] },
    },
    {
      name: "sub jobs that are no list are none",
      body: { status: "running", sub_jobs: { a: 1 } },
      seen: { state: "running", subJobs: [] },
    },
    {
      name: "the job's id in other letters",
      body: { ...SAMPLE, job_id: ID.toUpperCase() },
      seen: { state: "success", jobType: "bind_ldap", beginTime: AT, endTime: AT, subJobs: [] },
    },
    {
      name: "more fields than are known",
      body: '{"status": "running", "progress": 7, "__proto__": {"error_code": "E"}}',
      seen: { state: "running", subJobs: [] },
    },
  ])("$name", ({ body, seen }) => expect(observed(200, body)).toEqual({ kind: "seen", ...seen }));

  it("keeps at most 50 sub jobs, and cuts every text without halving a character", () => {
    const sub_jobs = Array.from({ length: 80 }, () => ({ job_id: "i".repeat(99), job_type: "t".repeat(99) }));
    const body = {
      status: "failed",
      job_type: "t".repeat(99),
      error_code: "c".repeat(99),
      fail_reason: `${"r".repeat(3_999)}😀`,
      sub_jobs,
    };
    const seen = observed(200, body);
    if (seen.kind !== "seen") throw new Error("not seen");
    expect(seen.subJobs).toHaveLength(50);
    expect(seen.subJobs[0]).toEqual({ jobId: "i".repeat(64), jobType: "t".repeat(64) });
    expect(seen).toMatchObject({
      jobType: "t".repeat(64),
      errorCode: "c".repeat(64),
      failReason: `${"r".repeat(3_999)}... 2 more characters`,
      moreSubJobs: 30,
    });
  });

  it.each([
    { name: "no status", body: { job_id: ID } },
    { name: "an empty status", body: { status: "" } },
    { name: "a status that is no text", body: { status: 1 } },
    { name: "the id of another job", body: { ...SAMPLE, job_id: "6d1f4a3c-0000" } },
    { name: "an id that is no text", body: { ...SAMPLE, job_id: [ID] } },
    { name: "an array", body: [SAMPLE] },
    { name: "null", body: "null" },
    { name: "a text", body: '"success"' },
    { name: "HTML", body: "<html>login</html>" },
    { name: "nothing", body: "" },
    { name: "JSON cut short", body: '{"status":"succ' },
    { name: "arrays in arrays without end", body: "[".repeat(500_000) },
  ])("is no answer about this job with $name", ({ body }) => {
    expect(observed(200, body)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
  });

  it.each([
    { name: "the header", headers: { "X-Request-Id": "h" }, body: { ...SAMPLE, request_id: "b" }, requestId: "h" },
    { name: "else the body", headers: {}, body: { ...SAMPLE, request_id: "b" }, requestId: "b" },
    { name: "cut", headers: { "x-request-id": "h".repeat(99) }, body: SAMPLE, requestId: "h".repeat(64) },
  ])("has its request id from $name", ({ headers, body, requestId }) => {
    expect(observed(200, body, headers)).toMatchObject({ kind: "seen", requestId });
  });
});
