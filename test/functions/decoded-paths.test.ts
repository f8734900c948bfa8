import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { createGatewayHandler, type GatewayHandler } from "../../functions/api/http/gateway.ts";
import { addKey, startWorld, type World } from "../world.ts";

// API Gateway decodes the path, serverless-offline does not. Neither may turn it into another address.

const OPERATOR = "sfsjw_operator-of-storage";

let world: World;
let handler: GatewayHandler;
let cookie: string;
let token: string;

beforeAll(async () => {
  world = await startWorld({ SIGNING_SECRET: "s".repeat(32) });
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, OPERATOR, "storage", { operator: true });
  await world.register("job-1");
  handler = createGatewayHandler(createApi(world.services));
  const signedIn = await send("POST", "/sign-in", { form: `key=${OPERATOR}`, key: null });
  cookie = signedIn.cookies?.[0]?.split(";")[0] ?? "";
  const page = await send("GET", "/", { html: true, key: null });
  token = /name="token" value="([^"]+)"/.exec(page.body ?? "")?.[1] ?? "";
  expect(token).not.toBe("");
});
afterAll(() => world.close());

interface SendOptions {
  form?: string;
  json?: string;
  html?: boolean;
  key?: string | null;
}

async function send(method: string, rawPath: string, { form, json, html, key = OPERATOR }: SendOptions = {}) {
  const type = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
  const event = {
    ...{ version: "2.0", rawPath, rawQueryString: "", isBase64Encoded: false, cookies: cookie ? [cookie] : [] },
    headers: {
      ...{ host: "jobwatch.example.com", "sec-fetch-site": "same-origin", "content-type": type },
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(html && { accept: "text/html" }),
    },
    requestContext: { http: { method }, domainName: "jobwatch.example.com" },
    ...((form ?? json) !== undefined && { body: form ?? json }),
  };
  return await handler(event as never);
}

const ROUTES: { route: string; place: (name: string) => string; method: string; how: () => SendOptions; name: string }[] = [
  { route: "GET /jobs/{jobId}", place: (id) => `/jobs/${id}`, method: "GET", how: () => ({}), name: "job-1" },
  {
    route: "PATCH /jobs/{jobId}",
    place: (id) => `/jobs/${id}`,
    method: "PATCH",
    how: () => ({ json: '{"title":"x"}' }),
    name: "job-1",
  },
  { route: "DELETE /jobs/{jobId}", place: (id) => `/jobs/${id}`, method: "DELETE", how: () => ({}), name: "job-1" },
  { route: "POST /jobs/{jobId}/refresh", place: (id) => `/jobs/${id}/refresh`, method: "POST", how: () => ({}), name: "job-1" },
  {
    route: "POST /jobs/{jobId}/redeliver",
    place: (id) => `/jobs/${id}/redeliver`,
    method: "POST",
    how: () => ({}),
    name: "job-1",
  },
  {
    route: "POST /channels/{name}/test",
    place: (name) => `/channels/${name}/test`,
    method: "POST",
    how: () => ({}),
    name: "general",
  },
  {
    route: "the page of a job",
    place: (id) => `/jobs/${id}`,
    method: "GET",
    how: () => ({ html: true, key: null }),
    name: "job-1",
  },
  {
    ...{ route: "the buttons of that page", place: (id) => `/jobs/${id}/action`, method: "POST", name: "job-1" },
    how: () => ({ form: new URLSearchParams({ verb: "stop", token }).toString(), key: null }),
  },
  {
    ...{
      route: "the test of a channel on the page",
      place: (name) => `/operations/channels/${name}/test`,
      method: "POST",
      name: "general",
    },
    how: () => ({ form: new URLSearchParams({ token }).toString(), key: null }),
  },
];

/** Decoded, as API Gateway sends them; and encoded, as with serverless-offline or after double encoding. */
const TAILS = [
  ...["#x", "#", "?x", "?", "?projectId=x", "/x", "\\x", "\\", "\0", ";x", ";", "%", " ", "\t", "\n", "ö", "\ud800", "&", "="],
  ...[
    "/..",
    "/.",
    "/../job-1",
    "%23x",
    "%3Fx",
    "%3f",
    "%2Fx",
    "%5C",
    "%00",
    "%2E%2E",
    "%2e",
    "%3B",
    "%25",
    "%2523x",
    "%zz",
    "%20",
    "%6a",
  ],
];

/** A session is valid for pages only. Other paths below /jobs and /channels need a key first. */
async function expectNothingAt(path: string, method: string, how: SendOptions): Promise<void> {
  const { statusCode } = await send(method, path, how);
  expect(how.key === null && path.split("/").length > 3 ? [401, 404] : [404]).toContain(statusCode);
}

describe.each(ROUTES)("$route", ({ place, method, how, name }) => {
  it.each(TAILS.map((tail) => ({ tail, quoted: JSON.stringify(tail) })))(
    "finds nothing if $quoted follows the name",
    async ({ tail }) => {
      await expectNothingAt(place(`${name}${tail}`), method, how());
    },
  );

  it.each(
    ["../jobs/", "./", "..\\jobs\\", "%2E%2E/jobs/", "x/../", "/", "\\", "\0", "#/", "?/"].map((head) => ({
      head,
      quoted: JSON.stringify(head),
    })),
  )("finds nothing if $quoted precedes the name", async ({ head }) => {
    await expectNothingAt(place(`${head}${name}`), method, how());
  });
});

it("does not reach another route with dots", async () => {
  for (const path of [
    "/jobs/../health",
    "/jobs/./../health",
    "/x/../jobs/job-1",
    "/jobs\\..\\health",
    "/jobs/..",
    "/health/.",
    "/..",
  ])
    expect((await send("GET", path)).statusCode, path).toBe(404);
});

it("has changed and sent nothing, and finds the plain names", async () => {
  expect(world.sink.posts).toEqual([]);
  const { body } = await world.request("GET", "/jobs/job-1");
  expect(body.transitions.map(({ kind }: { kind: string }) => kind)).toEqual(["registered", "status"]);
  for (const { place, method, how, name } of ROUTES)
    expect([200, 303]).toContain((await send(method, place(name), how())).statusCode);
});
