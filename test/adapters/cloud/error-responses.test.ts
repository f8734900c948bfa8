import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../lib/adapters/cloud/http/answer.ts";
import { MISSING_CODES, type MissingCode } from "../../../lib/adapters/cloud/http/missing-codes.ts";
import { jobParser } from "../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import type { Missing, Observation } from "../../../lib/domain/job/job.ts";
import { resolveMissing } from "../../../lib/domain/job/missing.ts";
import { SOURCE_NAMES } from "../../../lib/domain/job/sources.ts";

function observed(status: number, body: unknown, headers: Record<string, string> = {}): Observation {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return observationOf(answerOf(new Response(null, { status, headers }), text), jobParser("j"), 0);
}

describe("an error response", () => {
  const turbo = (n: string) => ({ errCode: `SFS.TURBO.${n}`, errMsg: "text" });
  const gateway = (code: string) => ({ error_code: code, error_msg: "text", request_id: "r" });

  it.each([
    { name: "404 with the code for an invalid job id", status: 404, body: turbo("0019") },
    { name: "400 with the code for an invalid job id", status: 400, body: turbo("0019") },
    { name: "404 with the code of the sample on the job page", status: 404, body: turbo("0001") },
    {
      name: "400 in the gateway's spelling, while never seen",
      status: 400,
      body: gateway("SFS.TURBO.0001"),
      onlyIf: "never-seen",
    },
    { name: "403 with 9000, once seen", status: 403, body: turbo("9000"), onlyIf: "seen-before" },
    {
      name: "404 with missing or no permission, while others are seen",
      status: 404,
      body: turbo("0002"),
      onlyIf: "others-seen",
    },
    {
      name: "400 with missing or no permission, while others are seen",
      status: 400,
      body: turbo("0002"),
      onlyIf: "others-seen",
    },
  ])("means that the job is missing: $name", ({ status, body, onlyIf }) => {
    const reason = expect.stringMatching(/^SFS\.TURBO\.\d{4} text$/);
    const { requestId: _, ...observation } = observed(status, body) as Missing;
    expect(observation).toEqual({ kind: "missing", reason, ...(onlyIf && { onlyIf }) });
  });

  it.each([
    { name: "an unknown API", status: 404, body: gateway("APIGW.0101"), cause: "configuration" },
    { name: "an unknown API in the other spelling", status: 404, body: gateway("APIG.0101"), cause: "configuration" },
    { name: "a proxy's 404", status: 404, body: "<html>Not Found</html>", cause: "configuration" },
    { name: "a 404 without a body", status: 404, body: "", cause: "configuration" },
    { name: "a 404 of another service", status: 404, body: { code: "Ecs.0114" }, cause: "configuration" },
    { name: "a user without permission", status: 403, body: gateway("APIGW.0302"), cause: "not-permitted" },
    { name: "a service barred in the region", status: 403, body: gateway("APIGW.0802"), cause: "not-permitted" },
    { name: "a user without permission, sent as 400", status: 400, body: turbo("0015"), cause: "not-permitted" },
    { name: "an operation that is not allowed", status: 400, body: turbo("0012"), cause: "configuration" },
    { name: "an undocumented code", status: 404, body: turbo("0099"), cause: "configuration" },
    { name: "9000 under another status", status: 404, body: turbo("9000"), cause: "configuration" },
    { name: "an unknown job under another status", status: 403, body: turbo("0019"), cause: "not-permitted" },
    { name: "a share with a running operation", status: 403, body: turbo("0011"), cause: "unavailable" },
    { name: "a share with a running operation, sent as 400", status: 400, body: turbo("0011"), cause: "unavailable" },
    { name: "a conflict that asks for a retry", status: 400, body: turbo("0037"), cause: "unavailable" },
    { name: "an unknown error sent as 400", status: 400, body: turbo("0038"), cause: "unavailable" },
    { name: "a conflict", status: 409, body: "", cause: "unavailable" },
    { name: "a rejected token sent as 400", status: 400, body: { code: "Common.0013" }, cause: "credentials" },
    { name: "a 400 without a code", status: 400, body: "", cause: "configuration" },
    { name: "a 400 of the gateway", status: 400, body: gateway("APIGW.0106"), cause: "configuration" },
    { name: "a redirect", status: 302, body: "", cause: "configuration" },
    { name: "a proxy that requires a password", status: 407, body: "<html>", cause: "configuration" },
    { name: "a header too large", status: 494, body: gateway("APIG.0201"), cause: "configuration" },
    { name: "bad signature", status: 401, body: gateway("APIGW.0301"), cause: "credentials" },
    { name: "an outdated token", status: 401, body: gateway("APIGW.0307"), cause: "credentials" },
    { name: "an outdated token under another status", status: 403, body: gateway("APIG.0307"), cause: "credentials" },
    { name: "401 without a body", status: 401, body: "", cause: "credentials" },
    { name: "an internal error sent as 400", status: 400, body: turbo("0005"), cause: "unavailable" },
    { name: "an internal error sent as 500", status: 500, body: turbo("0005"), cause: "unavailable" },
    { name: "a 500 with any code", status: 500, body: turbo("0001"), cause: "unavailable" },
    { name: "a 502 page", status: 502, body: "<html>", cause: "unavailable" },
    { name: "503 of the gateway", status: 503, body: gateway("APIGW.0613"), cause: "unavailable" },
    { name: "504 of the gateway", status: 504, body: gateway("APIGW.0203"), cause: "unavailable" },
    { name: "a request timeout", status: 408, body: "", cause: "unavailable" },
  ])("means nothing for the job: $name", ({ status, body, cause }) => {
    const observation = observed(status, body);
    expect(observation).toMatchObject({ kind: "unreachable", cause });
    expect(observation).not.toHaveProperty("retryAfterMs");
  });

  it.each([
    { name: "a minute", status: 429, body: gateway("APIGW.0308"), headers: {}, retryAfterMs: 60_000 },
    { name: "the time of Retry-After", status: 429, body: "", headers: { "Retry-After": "7" }, retryAfterMs: 7_000 },
    {
      name: "a minute by OpenStack's status",
      status: 413,
      body: { overLimit: { message: "m", code: 413 } },
      headers: {},
      retryAfterMs: 60_000,
    },
    {
      name: "a minute by a service's own code",
      status: 400,
      body: { error_code: "IMG.0060" },
      headers: {},
      retryAfterMs: 60_000,
    },
    { name: "a minute under another status", status: 403, body: gateway("APIG.0308"), headers: {}, retryAfterMs: 60_000 },
  ])("of too many requests backs off for $name", ({ status, body, headers, retryAfterMs }) => {
    expect(observed(status, body, headers)).toMatchObject({ kind: "unreachable", cause: "throttled", retryAfterMs });
  });

  it("of credentials omits the gateway's text, which can contain the access key", () => {
    const body = { error_code: "APIGW.0301", error_msg: "verify ak AKCANARY signature failed GET|/v1/" };
    expect(observed(401, body)).toEqual({ kind: "unreachable", cause: "credentials", reason: "APIGW.0301" });
  });

  it("has a short reason and the request id", () => {
    const headers = { "x-request-id": "abc" };
    expect(observed(503, "<html>secret</html>", headers)).toMatchObject({ reason: "503 from the job API", requestId: "abc" });
    expect(observed(404, turbo("0019"), headers)).toEqual({ kind: "missing", reason: "SFS.TURBO.0019 text", requestId: "abc" });
  });
});

describe.each(SOURCE_NAMES)("an error response to %s", (source) => {
  const SEEN = { wasSeen: true, othersSeen: true };
  const read = (status: number, code: string) => {
    const answer = answerOf(new Response(null, { status }), JSON.stringify({ error_code: code, error_msg: "text" }));
    return observationOf(answer, { upstream: "it", missing: MISSING_CODES[source], seen: () => expect.unreachable() }, 0);
  };
  const listed = (status: number, code: string) =>
    MISSING_CODES[source].some((one) => one.status === status && one.code === code);
  const known = [...new Set(Object.values(MISSING_CODES).flatMap((list) => list.map(({ code }) => code)))];
  const prefixes = [
    "SFS.TURBO",
    "Ecs",
    "EVS",
    "IMG",
    "SDRS",
    "BMS",
    "DCS",
    "DBS",
    "RDS",
    "BackupService",
    "CBR",
    "Common",
    "APIGW",
  ];
  const others = prefixes.flatMap((prefix) => ["0000", "0012", "0015", "0404", "4711"].map((number) => `${prefix}.${number}`));

  it("means a missing job only for the listed pairs of status and code", () => {
    for (const status of [400, 401, 403, 404, 409, 410, 422, 429, 500]) {
      for (const code of [...known, ...others, ""]) {
        const { kind } = read(status, code);
        expect([status, code, kind]).toEqual([status, code, listed(status, code) ? "missing" : "unreachable"]);
      }
    }
  });

  it("means nothing for a job that was seen, if it can mean an invalid request", () => {
    for (const { status, code, onlyIf } of MISSING_CODES[source] as readonly MissingCode[]) {
      const resolved = resolveMissing(read(status, code), SEEN);
      expect([code, resolved.kind]).toEqual([code, onlyIf === "never-seen" ? "unreachable" : "missing"]);
    }
  });
});
