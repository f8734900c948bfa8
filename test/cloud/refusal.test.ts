import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../lib/cloud/answer.ts";
import type { Observation } from "../../lib/job/job.ts";
import { readingOfJob } from "../../lib/sfs-turbo/job-source.ts";

function observed(status: number, body: unknown, headers: Record<string, string> = {}): Observation {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return observationOf(answerOf(status, Object.fromEntries(new Headers(headers)), text), readingOfJob("j"), 0);
}

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
