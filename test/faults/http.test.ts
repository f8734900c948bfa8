import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Listening } from "../../infra/local/listen.ts";
import { startTableProxy } from "../table-proxy.ts";
import { startWorld, type World } from "../world.ts";
import { KEY, request, type Sent } from "./http-requests.ts";

let world: World;
let proxy: Listening;
let writes = 0;

beforeAll(async () => {
  world = await startWorld({}, Date.now());
  world.cloud.answer("*", { status: "running" });
  proxy = await startTableProxy(world.table.endpoint, ({ operation }) => {
    if (/^(Update|Put|Delete|Batch|Transact)/.test(operation)) writes++;
    return "answer";
  });
  Object.assign(process.env, world.environment, {
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  });
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});

const PROBLEM_TYPES =
  /^(unreadable-body|unauthorized|forbidden|not-found|unknown-job|method-not-allowed|body-too-large|unsupported-media-type|invalid-request)$/;

/** Through the deployed handler, cold start and all. */
async function send({ method, path, query, headers, body, isBase64Encoded }: Sent): Promise<APIGatewayProxyStructuredResultV2> {
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: "jobwatch.example.com", ...headers },
    requestContext: { domainName: "jobwatch.example.com", http: { method, path }, stage: "$default" },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
  const { handler } = await import("../../functions/api/handler.ts");
  return (await handler(event as never)) as APIGatewayProxyStructuredResultV2;
}

function expectAnswer({ statusCode = 0, headers = {}, body = "" }: APIGatewayProxyStructuredResultV2): void {
  expect(statusCode).toBeGreaterThanOrEqual(200);
  expect(statusCode).toBeLessThan(500);
  const answer = JSON.parse(body);
  if (statusCode < 400) return;
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(answer).toMatchObject({ type: expect.stringMatching(PROBLEM_TYPES), status: statusCode });
  expect(answer.title).toBeTypeOf("string");
  expect(answer.detail).toBeTypeOf("string");
  expect(body.length).toBeLessThan(10_000);
}

it("row 48: three thousand random and mutated requests get 2xx or a 4xx of one form, and refused ones write nothing", async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const before = writes;
      const result = await send(sent);
      const status = result.statusCode ?? 0;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (sent.method !== "HEAD") expectAnswer(result);
      expect(status).toBeLessThan(500);
      if (status >= 400) expect(writes).toBe(before);
    }),
    { numRuns: 3_000, seed: 48 },
  );
  for (const status of [200, 201, 400, 401, 404, 405, 415, 422])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(20);
}, 60_000);

it.each<{ name: string; body: string; status: number; isBase64Encoded?: boolean; headers?: Record<string, unknown> }>([
  { name: "11 MB of text", body: `{"jobId":"${"a".repeat(11_000_000)}"}`, status: 413 },
  { name: "8,000 arrays in each other", body: "[".repeat(8_000) + "]".repeat(8_000), status: 422 },
  { name: "8 MB of arrays in each other", body: "[".repeat(4_000_000) + "]".repeat(4_000_000), status: 413 },
  { name: "base64 that is none", body: "{}%%%", status: 400, isBase64Encoded: true },
  { name: "bytes that are no UTF-8", body: btoa('{"jobId":"\xff"}'), status: 400, isBase64Encoded: true },
  { name: "a key of __proto__", body: '{"jobId":"a","__proto__":{"team":"x"}}', status: 422 },
  { name: "a team in the body", body: '{"jobId":"a","team":"backup"}', status: 422 },
  { name: "a body in base64", body: btoa('{"jobId":7}'), status: 422, isBase64Encoded: true },
  { name: "half a character in a header", body: "{}", status: 400, headers: { cookie: "\ud800" } },
  { name: "a line break in a header", body: "{}", status: 400, headers: { cookie: "a\r\nb" } },
  { name: "a header name that is none", body: "{}", status: 400, headers: { "a b": "c" } },
  { name: "a header that is a list", body: "{}", status: 422, headers: { "x-list": ["a", "b"] } },
  { name: "a lone surrogate in a title", body: '{"jobId":"a","title":"\\ud800"}', status: 422 },
])(
  "row 48: $name is answered with $status and writes nothing",
  async ({ body, status, headers: more, isBase64Encoded = false }) => {
    const before = writes;
    const headers = { authorization: KEY, "content-type": "application/json", ...more };
    const result = await send({ method: "POST", path: "/jobs", query: "", headers, body, isBase64Encoded });
    expect(result.statusCode).toBe(status);
    expectAnswer(result);
    expect(writes).toBe(before);
  },
);
