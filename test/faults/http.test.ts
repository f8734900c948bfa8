import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fuzzSockets } from "../fuzz/campaign.ts";
import { breachOf } from "../fuzz/judge.ts";
import { KEY, request } from "../fuzz/requests.ts";
import { startBridge } from "../fuzz/sockets/bridge.ts";
import { startTarget, type Target } from "../fuzz/target.ts";

// `npm run fuzz` runs many more of these.

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

it("row 48: a thousand random and mutated requests get 2xx or a 4xx of the same form, and rejected ones write nothing", async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const before = target.writes();
      const result = await target.send(sent);
      const status = result.statusCode ?? 0;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(breachOf(sent.method, result)).toBeUndefined();
      if (status >= 400) expect(target.writes()).toBe(before);
    }),
    { numRuns: 1_000, seed: 148 },
  );
  for (const status of [200, 201, 400, 401, 404, 405, 415, 422])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(5);
  expect(target.writes()).toBeGreaterThan(20);
}, 180_000);

it("row 48: five hundred requests as raw bytes, cut, chunked, pipelined or with wrong lengths, do no harm", async () => {
  const bridge = await startBridge(target);
  const { breach, statuses, writesByRefused } = await fuzzSockets(target, { cases: 500, seed: 48 }, bridge);
  await bridge.close();
  expect(breach).toBeUndefined();
  expect(writesByRefused).toBe(0);
  for (const status of [200, 400, 401, 404, 422]) expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(5);
}, 180_000);

it.each<{ name: string; body: string; status: number; isBase64Encoded?: boolean; headers?: Record<string, unknown> }>([
  { name: "11 MB of text", body: `{"jobId":"${"a".repeat(11_000_000)}"}`, status: 413 },
  { name: "8,000 nested arrays", body: "[".repeat(8_000) + "]".repeat(8_000), status: 422 },
  { name: "8 MB of nested arrays", body: "[".repeat(4_000_000) + "]".repeat(4_000_000), status: 413 },
  { name: "9 MB in base64", body: "e30K".repeat(3_000_000), status: 413, isBase64Encoded: true },
  { name: "a duplicate name", body: '{"jobId":"a","jobId":"b"}', status: 422 },
  { name: "empty base64", body: "====", status: 400, isBase64Encoded: true },
  { name: "invalid base64", body: "{}%%%", status: 400, isBase64Encoded: true },
  { name: "invalid UTF-8", body: btoa('{"jobId":"\xff"}'), status: 400, isBase64Encoded: true },
  { name: "a key __proto__", body: '{"jobId":"a","__proto__":{"team":"x"}}', status: 422 },
  { name: "a team in the body", body: '{"jobId":"a","team":"backup"}', status: 422 },
  { name: "a body in base64", body: btoa('{"jobId":7}'), status: 422, isBase64Encoded: true },
  { name: "half a character in a header", body: "{}", status: 400, headers: { "accept-language": "\ud800" } },
  { name: "a line break in a header", body: "{}", status: 400, headers: { "accept-language": "a\r\nb" } },
  { name: "an invalid header name", body: "{}", status: 400, headers: { "a b": "c" } },
  { name: "a header that is a list", body: "{}", status: 422, headers: { "x-list": ["a", "b"] } },
  { name: "a lone surrogate in a title", body: '{"jobId":"a","title":"\\ud800"}', status: 422 },
])(
  "row 48: $name is answered with $status and writes nothing",
  async ({ body, status, headers: more, isBase64Encoded = false }) => {
    const before = target.writes();
    const headers = { authorization: KEY, "content-type": "application/json", ...more };
    const result = await target.send({ method: "POST", path: "/jobs", query: "", headers, body, isBase64Encoded });
    expect(result.statusCode).toBe(status);
    expect(breachOf("POST", result)).toBeUndefined();
    expect(target.writes()).toBe(before);
  },
);
