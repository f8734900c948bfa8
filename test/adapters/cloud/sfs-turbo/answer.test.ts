import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../../lib/adapters/cloud/http/answer.ts";
import { jobParser } from "../../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import type { Observation } from "../../../../lib/domain/job/job.ts";

const NOW = Date.UTC(2026, 10, 24);
const ID = "6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f";

/** The sample of the documentation of the cloud. */
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
  return observationOf(answerOf(new Response(null, { status, headers }), text), jobParser(ID), NOW);
}

describe("a job in an answer", () => {
  it.each([
    {
      name: "the documented sample, with begin and end in the same second",
      body: SAMPLE,
      seen: { state: "success", jobType: "bind_ldap", beginTime: AT, endTime: AT, subJobs: [] },
    },
    { name: "only a status", body: { status: "waiting" }, seen: { state: "waiting", subJobs: [] } },
    {
      name: "null and empty are absent",
      body: { status: "running", job_id: "", job_type: null, end_time: "", error_code: null, fail_reason: " ", sub_jobs: null },
      seen: { state: "running", subJobs: [] },
    },
    { name: "a status in capitals", body: { status: "SUCCESS" }, seen: { state: "success", subJobs: [] } },
    { name: "a status in title case", body: { status: " Failed " }, seen: { state: "failed", subJobs: [] } },
    {
      name: "an unknown status is kept unchanged",
      body: { status: "Rolling-Back" },
      seen: { unknownStatus: "Rolling-Back", subJobs: [] },
    },
    {
      name: "an unknown status is cut",
      body: { status: "x".repeat(99) },
      seen: { unknownStatus: "x".repeat(64), subJobs: [] },
    },
    {
      name: "an end time does not end a job",
      body: { status: "running", end_time: "2016-01-02 15:04:05" },
      seen: { state: "running", endTime: AT, subJobs: [] },
    },
    {
      name: "a failure with code and reason",
      body: { status: "failed", error_code: "SFS.TURBO.0030", fail_reason: "sold\nout\u0007" },
      seen: { state: "failed", errorCode: "SFS.TURBO.0030", failReason: "sold out", subJobs: [] },
    },
    {
      name: "a numeric code does not hide a failure",
      body: { status: "failed", error_code: 30, fail_reason: {} },
      seen: { state: "failed", errorCode: "30", subJobs: [] },
    },
    {
      name: "sub jobs with missing or invalid fields",
      body: {
        status: "running",
        sub_jobs: [{ job_id: "s1", status: "FAILED", error_code: "E", fail_reason: "r" }, null, "x", {}],
      },
      seen: { state: "running", subJobs: [{ jobId: "s1", state: "failed", errorCode: "E", failReason: "r" }, {}] },
    },
    {
      name: "sub jobs that are not a list are ignored",
      body: { status: "running", sub_jobs: { a: 1 } },
      seen: { state: "running", subJobs: [] },
    },
    {
      name: "the job's id in another case",
      body: { ...SAMPLE, job_id: ID.toUpperCase() },
      seen: { state: "success", jobType: "bind_ldap", beginTime: AT, endTime: AT, subJobs: [] },
    },
    {
      name: "unknown fields",
      body: '{"status": "running", "progress": 7, "__proto__": {"error_code": "E"}}',
      seen: { state: "running", subJobs: [] },
    },
  ])("$name", ({ body, seen }) => expect(observed(200, body)).toEqual({ kind: "seen", ...seen }));

  it("keeps at most 50 sub jobs, and cuts texts between characters", () => {
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
    { name: "a status that is not a text", body: { status: 1 } },
    { name: "the id of another job", body: { ...SAMPLE, job_id: "6d1f4a3c-0000" } },
    { name: "an id that is not a text", body: { ...SAMPLE, job_id: [ID] } },
    { name: "an array", body: [SAMPLE] },
    { name: "null", body: "null" },
    { name: "a text", body: '"success"' },
    { name: "HTML", body: "<html>login</html>" },
    { name: "nothing", body: "" },
    { name: "JSON cut short", body: '{"status":"succ' },
    { name: "deeply nested arrays", body: "[".repeat(500_000) },
  ])("rejects an answer with $name", ({ body }) => {
    expect(observed(200, body)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
  });

  it.each([
    { name: "the header", headers: { "X-Request-Id": "h" }, body: { ...SAMPLE, request_id: "b" }, requestId: "h" },
    { name: "the body, without a header", headers: {}, body: { ...SAMPLE, request_id: "b" }, requestId: "b" },
    { name: "the header, cut", headers: { "x-request-id": "h".repeat(99) }, body: SAMPLE, requestId: "h".repeat(64) },
  ])("takes the request id from $name", ({ headers, body, requestId }) => {
    expect(observed(200, body, headers)).toMatchObject({ kind: "seen", requestId });
  });
});
