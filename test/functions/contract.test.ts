import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { createGatewayHandler } from "../../functions/api/http/gateway.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "running" });
});
afterAll(() => world.close());

async function jobs(): Promise<number> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return Items.filter(({ pk }) => pk?.S?.startsWith("job#")).length;
}

const nested = (levels: number) => `${"[".repeat(levels - 1)}1${"]".repeat(levels - 1)}`;

describe("an ambiguous body is rejected, and writes nothing:", () => {
  it.each([
    { name: "a name twice", raw: '{"jobId":"a","jobId":"b"}', detail: 'The field "jobId" appears twice. Send it once.' },
    {
      name: "a name twice with the same value",
      raw: '{"jobId":"a","verify":true,"verify":true}',
      detail: '"verify" appears twice',
    },
    { name: "a name twice, once escaped", raw: '{"jobId":"a","job\\u0049d":"b"}', detail: '"jobId" appears twice' },
    { name: "a name twice, with blanks", raw: '{"jobId" : "a", "jobId"\n: "b"}', detail: '"jobId" appears twice' },
    { name: "a label twice", raw: '{"jobId":"a","labels":{"a":"b","c":"}","a":"{"}}', detail: '"a" appears twice' },
    { name: "a name twice in a list", raw: '{"a":1,"b":[{"a":1},{"c/d":{"a":1},"c/d":2}]}', detail: '"c/d" appears twice' },
    { name: "__proto__", raw: '{"jobId":"a","__proto__":{"team":"x"}}', detail: 'Unknown field "__proto__"' },
    { name: "__proto__ escaped", raw: '{"jobId":"a","\\u005f_proto__":{}}', detail: 'Unknown field "__proto__"' },
    { name: "__proto__ as a label", raw: '{"jobId":"a","labels":{"__proto__":"x"}}', detail: 'Unknown field "__proto__"' },
    {
      name: "a constructor",
      raw: '{"jobId":"a","constructor":{"prototype":{"team":"x"}}}',
      detail: 'Unknown field "constructor"',
    },
    { name: "nine levels", raw: `{"jobId":${nested(9)}}`, detail: "more than 8 levels" },
    { name: "half a surrogate pair", raw: '{"jobId":"a","title":"\\ud83d"}', detail: "title" },
  ])("$name", async ({ raw, detail }) => {
    const before = await jobs();
    const { status, body } = await world.request("POST", "/jobs", { raw });
    expect({ status, type: body.type }).toEqual({ status: 422, type: "invalid-request" });
    expect(body.detail).toContain(detail);
    expect(await jobs()).toBe(before);
    expect(({} as Record<string, unknown>).team).toBeUndefined();
  });
});

it("rejects a deep batch with an Idempotency-Key", async () => {
  const raw = `{"jobs":[${nested(60_000)}]}`;
  const headers = { "content-type": "application/json", "idempotency-key": "deep" };
  expect((await world.request("POST", "/jobs/batch", { raw, headers })).status).toBe(422);
});

it.each([
  {
    name: "names that are also values, or in other objects",
    raw: '{"jobId":"labels","labels":{"jobid":"jobId","a":"\\"a\\":"}}',
  },
  { name: "one name in each job of a batch", raw: '{"jobs":[{"jobId":"x"},{"jobId":"y"}]}', path: "/jobs/batch" },
])("accepts $name", async ({ raw, path = "/jobs" }) => {
  expect((await world.request("POST", path, { raw })).status).toBeLessThan(300);
});

it("accepts eight levels, and labels that are named like methods", async () => {
  const { body } = await world.request("POST", "/jobs", { raw: `{"jobId":${nested(8)}}` });
  expect(body.detail).toContain("jobId must be 1 to 64 letters");
  const labels = { constructor: "a", prototype: "b", tostring: "c" };
  expect((await world.register("labelled", { labels })).body.labels).toEqual(labels);
});

it.each(["1e999", "-1e999", "12345678901234567890", "-0", "0", "-1", "5.5", "1e-7", "43201", "true", '"5"', "null"])(
  "rejects %s expected minutes",
  async (number) => {
    const { status, body } = await world.request("POST", "/jobs", { raw: `{"jobId":"a","expectedMinutes":${number}}` });
    expect({ status, pointer: body.errors?.[0].pointer }).toEqual({ status: 422, pointer: "/expectedMinutes" });
  },
);

it("treats a body of null as no body, as the local gateway sends it", async () => {
  await world.register("stopped-without-body");
  const handler = createGatewayHandler(createApi(world.services));
  const event = {
    rawPath: "/jobs/stopped-without-body",
    rawQueryString: "",
    headers: { host: "localhost", authorization: "Bearer sfsjw_test-key-of-team-storage" },
    requestContext: { http: { method: "DELETE" } },
    body: null,
    isBase64Encoded: false,
  };
  expect(await handler(event as never)).toMatchObject({ statusCode: 200, body: expect.stringContaining('"stopped"') });
});

it("ignores cookies that are not ASCII", async () => {
  const handler = createGatewayHandler(createApi(world.services));
  const authorization = "Bearer sfsjw_test-key-of-team-storage";
  for (const odd of ["x=€", "x=\u0000", "x=\n"]) {
    const event = {
      ...{ rawPath: "/jobs", rawQueryString: "", cookies: [odd, "a=b"], isBase64Encoded: false },
      headers: { host: "localhost", authorization, cookie: `${odd}; a=b` },
      requestContext: { http: { method: "GET" } },
    };
    expect(await handler(event as never), odd).toMatchObject({ statusCode: 200 });
  }
});

describe("text with invisible characters is rejected:", () => {
  const unseen = {
    "control characters": [0x00, 0x07, 0x0a, 0x0d, 0x1b, 0x7f, 0x85],
    "direction characters": [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
    "zero-width characters": [0x00ad, 0x034f, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0x2064, 0xfeff, 0xfff9, 0xe0041],
    "line and paragraph separators": [0x2028, 0x2029],
    "letters without a glyph": [0x115f, 0x1160, 0x17b4, 0x2800, 0x3164, 0xffa0, 0xfe01, 0xe0100],
  };
  it.each(Object.entries(unseen))("%s", async (_, points) => {
    for (const point of points) {
      const text = `a${String.fromCodePoint(point)}b`;
      expect((await world.register("named", { title: text })).body.errors?.[0].pointer, point.toString(16)).toBe("/title");
      expect((await world.register("named", { labels: { a: text } })).body.errors?.[0].pointer).toBe("/labels/a");
    }
  });
});

it.each([
  { name: "120 characters of 4 bytes", title: "😀".repeat(120), status: 201 },
  { name: "121 characters", title: "x".repeat(121), status: 422 },
  { name: "120 letters with a combining accent each", title: "x\u0301".repeat(120), status: 201 },
  { name: "one letter with 500 accents", title: `x${"\u0301".repeat(500)}`, status: 422 },
  { name: "only blanks", title: " \u00a0\u3000", status: 422 },
  { name: "a heart, which is two code points", title: "❤️", status: 201 },
])("a title of $name returns $status", async ({ title, status }) => {
  const jobId = `t${Buffer.from(title).toString("hex").slice(0, 20)}-${title.length}`;
  expect((await world.register(jobId, { title })).status).toBe(status);
});

it("normalizes text to NFC", async () => {
  const { body } = await world.register("composed", { title: " Zu\u0308rich ", labels: { place: "Zu\u0308rich" } });
  expect(body).toMatchObject({ title: "Z\u00fcrich", labels: { place: "Z\u00fcrich" } });
});

it.each([
  { url: "https://wiki.example/Stra\u00dfe/\u202ea b", stored: "https://wiki.example/Stra%C3%9Fe/%E2%80%AEa%20b" },
  { url: "https://b\u00fccher.example", stored: "https://xn--bcher-kva.example/" },
  { url: "https://slack.com@evil.example/", stored: undefined },
  { url: "https://:secret@evil.example/", stored: undefined },
  { url: "data:text/html,x", stored: undefined },
  { url: "https://", stored: undefined },
])("a runbook at $url is stored as $stored", async ({ url, stored }) => {
  const { status, body } = await world.register("run-book", { runbookUrl: url });
  if (stored === undefined) expect({ status, at: body.errors[0].pointer }).toEqual({ status: 422, at: "/runbookUrl" });
  else expect(body.runbookUrl).toBe(stored);
});

describe("the limit of 16 KB counts the received bytes:", () => {
  const bodyOf = (bytes: number) => `{"jobId":"sized"}${" ".repeat(bytes - 17)}`;
  it.each<{ name: string; raw: string; headers?: Record<string, string>; status: number }>([
    { name: "accepts 16,384 bytes", raw: bodyOf(16_384), status: 200 },
    { name: "rejects 16,385 bytes", raw: bodyOf(16_385), status: 413 },
    { name: "counts bytes, not characters", raw: `{"jobId":"${"€".repeat(8_000)}"}`, status: 413 },
    {
      name: "ignores a content-length that is too small",
      raw: bodyOf(20_000),
      headers: { "content-length": "5" },
      status: 413,
    },
    {
      name: "ignores a content-length that is too large",
      raw: bodyOf(20),
      headers: { "content-length": "99999999" },
      status: 200,
    },
    { name: "ignores an invalid content-length", raw: bodyOf(20), headers: { "content-length": "-1e9" }, status: 200 },
    { name: "counts a chunked body", raw: bodyOf(20_000), headers: { "transfer-encoding": "chunked" }, status: 413 },
  ])("$name", async ({ raw, headers = {}, status }) => {
    await world.register("sized");
    const type = { "content-type": "application/json" };
    expect((await world.request("POST", "/jobs", { raw, headers: { ...type, ...headers } })).status).toBe(status);
  });
});
