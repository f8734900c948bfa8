import { describe, expect, it } from "vitest";
import type { Observation } from "../../lib/job/job.ts";
import { answerOf, observationOf } from "../../lib/sfs-turbo/answer.ts";

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
  return observationOf(answerOf({ status, headers: new Headers(headers) }, text), ID, NOW);
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
      fail_reason: `${"r".repeat(999)}😀`,
      sub_jobs,
    };
    const seen = observed(200, body);
    if (seen.kind !== "seen") throw new Error("not seen");
    expect(seen.subJobs).toHaveLength(50);
    expect(seen.subJobs[0]).toEqual({ jobId: "i".repeat(64), jobType: "t".repeat(64) });
    expect(seen).toMatchObject({ jobType: "t".repeat(64), errorCode: "c".repeat(64), failReason: "r".repeat(999) });
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
    expect(observed(200, body)).toMatchObject({ kind: "unreachable", cause: "garbled" });
  });

  it.each([
    { name: "the header", headers: { "X-Request-Id": "h" }, body: { ...SAMPLE, request_id: "b" }, requestId: "h" },
    { name: "else the body", headers: {}, body: { ...SAMPLE, request_id: "b" }, requestId: "b" },
    { name: "cut", headers: { "x-request-id": "h".repeat(99) }, body: SAMPLE, requestId: "h".repeat(64) },
  ])("has its request id from $name", ({ headers, body, requestId }) => {
    expect(observed(200, body, headers)).toMatchObject({ kind: "seen", requestId });
  });
});

describe("a refusal", () => {
  const turbo = (n: string) => ({ errCode: `SFS.TURBO.${n}`, errMsg: "text" });
  const gateway = (code: string) => ({ error_code: code, error_msg: "text", request_id: "r" });

  it.each([
    { name: "404 with the code for an invalid job id", status: 404, body: turbo("0019") },
    { name: "404 with the code of the job page's own sample", status: 404, body: turbo("0001") },
    { name: "404 with missing or no permission", status: 404, body: turbo("0002") },
    { name: "400 with missing or no permission", status: 400, body: turbo("0002") },
    { name: "400 with no permission for the operation", status: 400, body: turbo("0015") },
    { name: "400 in the gateway's spelling", status: 400, body: gateway("SFS.TURBO.0001") },
    { name: "403 with 9000", status: 403, body: turbo("9000") },
  ])("says that the job is missing: $name", ({ status, body }) => {
    const reason = expect.stringMatching(/^SFS\.TURBO\.\d{4} text$/);
    expect(observed(status, body)).toMatchObject({ kind: "missing", reason });
  });

  it.each([
    { name: "an API that the gateway does not know", status: 404, body: gateway("APIGW.0101"), cause: "configuration" },
    { name: "the same in the other spelling", status: 404, body: gateway("APIG.0101"), cause: "configuration" },
    { name: "a proxy's 404", status: 404, body: "<html>Not Found</html>", cause: "configuration" },
    { name: "a 404 without a word", status: 404, body: "", cause: "configuration" },
    { name: "a 404 of a sibling service", status: 404, body: { code: "Ecs.0114" }, cause: "configuration" },
    { name: "a user who may not", status: 403, body: gateway("APIGW.0302"), cause: "configuration" },
    { name: "a service barred in the region", status: 403, body: gateway("APIGW.0802"), cause: "configuration" },
    { name: "a share with an operation under way", status: 403, body: turbo("0011"), cause: "configuration" },
    { name: "a 400 without a code", status: 400, body: "", cause: "configuration" },
    { name: "a 400 of the gateway", status: 400, body: gateway("APIGW.0106"), cause: "configuration" },
    { name: "a redirect", status: 302, body: "", cause: "configuration" },
    { name: "a proxy that wants a password", status: 407, body: "<html>", cause: "configuration" },
    { name: "a header too large", status: 494, body: gateway("APIG.0201"), cause: "configuration" },
    { name: "bad signature", status: 401, body: gateway("APIGW.0301"), cause: "credentials" },
    { name: "an outdated token", status: 401, body: gateway("APIGW.0307"), cause: "credentials" },
    { name: "an outdated token under another status", status: 403, body: gateway("APIG.0307"), cause: "credentials" },
    { name: "401 without a word", status: 401, body: "", cause: "credentials" },
    { name: "an internal error told as 400", status: 400, body: turbo("0005"), cause: "unavailable" },
    { name: "an internal error told as 500", status: 500, body: turbo("0005"), cause: "unavailable" },
    { name: "a 500 with any code", status: 500, body: turbo("0001"), cause: "unavailable" },
    { name: "a 502 page", status: 502, body: "<html>", cause: "unavailable" },
    { name: "503 of the gateway", status: 503, body: gateway("APIGW.0613"), cause: "unavailable" },
    { name: "504 of the gateway", status: 504, body: gateway("APIGW.0203"), cause: "unavailable" },
    { name: "a request timeout", status: 408, body: "", cause: "unavailable" },
  ])("says nothing about the job: $name", ({ status, body, cause }) => {
    const observation = observed(status, body);
    expect(observation).toMatchObject({ kind: "unreachable", cause });
    expect(observation).not.toHaveProperty("restMs");
  });

  it.each([
    { name: "a minute", status: 429, body: gateway("APIGW.0308"), headers: {}, restMs: 60_000 },
    { name: "what Retry-After says", status: 429, body: "", headers: { "Retry-After": "7" }, restMs: 7_000 },
    { name: "a minute under another status", status: 403, body: gateway("APIG.0308"), headers: {}, restMs: 60_000 },
  ])("of too many requests asks for a rest of $name", ({ status, body, headers, restMs }) => {
    expect(observed(status, body, headers)).toMatchObject({ kind: "unreachable", cause: "throttled", restMs });
  });

  it("of credentials keeps the gateway's text to itself, which can hold the access key", () => {
    const body = { error_code: "APIGW.0301", error_msg: "verify ak AKCANARY signature failed GET|/v1/" };
    expect(observed(401, body)).toEqual({ kind: "unreachable", cause: "credentials", reason: "APIGW.0301" });
  });

  it("has a short reason and the request id", () => {
    const headers = { "x-request-id": "abc" };
    expect(observed(503, "<html>secret</html>", headers)).toMatchObject({ reason: "503 from the job API", requestId: "abc" });
    expect(observed(404, turbo("0019"), headers)).toEqual({ kind: "missing", reason: "SFS.TURBO.0019 text", requestId: "abc" });
  });
});
