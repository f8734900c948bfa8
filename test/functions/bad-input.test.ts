import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ CHANNELS: JSON.stringify({ projects: { teams: ["backup"] } }) });
});
afterAll(() => world.close());

async function tableAsText(): Promise<string> {
  const { Items } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return JSON.stringify(Items);
}

const json = { "content-type": "application/json" };
const OTHER_PROJECT = "f".repeat(32);
type Rejection = {
  name: string;
  send: { raw?: string; body?: unknown; headers?: Record<string, string>; key?: string | null };
} & {
  status: number;
  type: string;
  pointer?: string;
};

describe("POST /jobs rejects the request and writes nothing:", () => {
  it.each<Rejection>([
    { name: "a body that is not JSON", send: { raw: "{jobId:" }, status: 400, type: "unreadable-body" },
    { name: "no body at all", send: { raw: "", headers: json }, status: 400, type: "unreadable-body" },
    {
      name: "another content type",
      send: { raw: "{}", headers: { "content-type": "text/plain" } },
      status: 415,
      type: "unsupported-media-type",
    },
    { name: "more than 16 KB", send: { raw: `{"jobId":"${"a".repeat(16_384)}"}` }, status: 413, type: "body-too-large" },
    { name: "a body that is a list", send: { body: [] }, status: 422, type: "invalid-request", pointer: "" },
    { name: "no job id", send: { body: {} }, status: 422, type: "invalid-request", pointer: "/jobId" },
    { name: "a job id of dots", send: { body: { jobId: ".." } }, status: 422, type: "invalid-request", pointer: "/jobId" },
    {
      name: "a job id with a slash",
      send: { body: { jobId: "a/b" } },
      status: 422,
      type: "invalid-request",
      pointer: "/jobId",
    },
    {
      name: "a job id with an escape",
      send: { body: { jobId: "%2e%2e" } },
      status: 422,
      type: "invalid-request",
      pointer: "/jobId",
    },
    {
      name: "a job id that is a number",
      send: { body: { jobId: 1234 } },
      status: 422,
      type: "invalid-request",
      pointer: "/jobId",
    },
    {
      name: "two spellings of one field",
      send: { body: { jobId: "a", job_id: "b" } },
      status: 422,
      type: "invalid-request",
      pointer: "/job_id",
    },
    {
      name: "an invalid project id",
      send: { body: { jobId: "a", projectId: "eu-de" } },
      status: 422,
      type: "invalid-request",
      pointer: "/projectId",
    },
    {
      name: "a project that is not allowed",
      send: { body: { jobId: "a", projectId: OTHER_PROJECT } },
      status: 422,
      type: "invalid-request",
      pointer: "/projectId",
    },
    {
      name: "an unknown field",
      send: { body: { jobId: "a", "we/b~hook": "x" } },
      status: 422,
      type: "invalid-request",
      pointer: "/we~1b~0hook",
    },
    {
      name: "an unknown channel",
      send: { body: { jobId: "a", channels: ["general", "nowhere"] } },
      status: 422,
      type: "invalid-request",
      pointer: "/channels/1",
    },
    {
      name: "a channel of another team",
      send: { body: { jobId: "a", channels: ["projects"] } },
      status: 422,
      type: "invalid-request",
      pointer: "/channels/0",
    },
    {
      name: "the operators' channel",
      send: { body: { jobId: "a", channels: ["operators"] } },
      status: 422,
      type: "invalid-request",
      pointer: "/channels/0",
    },
    {
      name: "a title of two lines",
      send: { body: { jobId: "a", title: "a\nb" } },
      status: 422,
      type: "invalid-request",
      pointer: "/title",
    },
    {
      name: "a title with a direction override",
      send: { body: { jobId: "a", title: "a\u202eb" } },
      status: 422,
      type: "invalid-request",
      pointer: "/title",
    },
    {
      name: "a run-book that is a script",
      send: { body: { jobId: "a", runbookUrl: "javascript:alert(1)" } },
      status: 422,
      type: "invalid-request",
      pointer: "/runbookUrl",
    },
    {
      name: "half an expected minute",
      send: { body: { jobId: "a", expectedMinutes: 0.5 } },
      status: 422,
      type: "invalid-request",
      pointer: "/expectedMinutes",
    },
    { name: "no key", send: { body: { jobId: "a" }, key: null }, status: 401, type: "unauthorized" },
    { name: "a wrong key", send: { body: { jobId: "a" }, key: "sfsjw_wrong" }, status: 401, type: "unauthorized" },
  ])("$name", async ({ send, status, type, pointer }) => {
    const before = await tableAsText();
    const answer = await world.request("POST", "/jobs", send);
    expect(answer).toMatchObject({ status, headers: { "content-type": "application/problem+json" }, body: { type, status } });
    expect(answer.body.title).toBeTypeOf("string");
    expect(answer.body.detail).toBeTypeOf("string");
    if (pointer !== undefined) expect(answer.body.errors).toMatchObject([{ pointer }]);
    expect(await tableAsText()).toBe(before);
    expect(world.cloud.polls).toEqual([]);
  });
});

it("gives the same answer without a key and with a wrong key", async () => {
  const none = await world.request("GET", "/jobs", { key: null });
  const wrong = await world.request("GET", "/jobs", { key: "sfsjw_wrong" });
  expect(none.body).toEqual(wrong.body);
  expect(none.headers["www-authenticate"]).toContain("Bearer");
});

it("lists the team's channels if one is unknown", async () => {
  const { body } = await world.request("POST", "/jobs", { body: { jobId: "a", channels: ["nowhere"] } });
  expect(body.errors[0].detail).toBe('Unknown channel "nowhere". Your channels: general.');
});

it.each([
  { name: "an unknown route", method: "GET", path: "/nothing", status: 404, type: "not-found" },
  { name: "a wrong method", method: "PUT", path: "/jobs", status: 405, type: "method-not-allowed" },
  { name: "a wrong method on a job", method: "POST", path: "/jobs/a", status: 405, type: "method-not-allowed" },
  { name: "a job that was never registered", method: "GET", path: "/jobs/a", status: 404, type: "unknown-job" },
  { name: "a job id that no job can have", method: "GET", path: "/jobs/%2e%2e%2fa", status: 404, type: "unknown-job" },
  { name: "an unknown state", method: "GET", path: "/jobs?state=done", status: 422, type: "invalid-request" },
  { name: "an invalid limit", method: "GET", path: "/jobs?limit=0", status: 422, type: "invalid-request" },
  { name: "an invented cursor", method: "GET", path: "/jobs?cursor=abc", status: 422, type: "invalid-request" },
  { name: "an unknown query", method: "GET", path: "/jobs?sort=up", status: 422, type: "invalid-request" },
])("answers $name with $status", async ({ method, path, status, type }) => {
  const answer = await world.request(method, path);
  expect(answer).toMatchObject({ status, headers: { "content-type": "application/problem+json" }, body: { type } });
  if (status === 405) expect(answer.headers.allow).toMatch(/^(GET|POST|PATCH|DELETE)(, (GET|POST|PATCH|DELETE))*$/);
});

it("reports the age of the last tick on /health without a key", async () => {
  const fresh = await startWorld();
  expect(await fresh.request("GET", "/health", { key: null })).toMatchObject({ status: 503, body: { status: "starting" } });
  await fresh.tick();
  expect(await fresh.request("GET", "/health", { key: null })).toMatchObject({
    status: 200,
    body: { status: "ok", oldestPendingNotificationSeconds: 0 },
  });
  fresh.clock.advance(200_000);
  expect(await fresh.request("GET", "/health", { key: null })).toMatchObject({ status: 503, body: { status: "stale" } });
  await fresh.close();
});

// An external engine cannot be stopped.
it.skipIf(process.env.TEST_DYNAMODB_ENDPOINT)("shows no stack trace and no secret if the table is unavailable", async () => {
  const broken = await startWorld();
  await broken.table.close();
  const answer = await broken.register("a");
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" }, body: { type: "unavailable" } });
  expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.ts|ECONN|127\.0\.0\.1|sfsjw_|services\/T1/);
  await Promise.all([broken.cloud.close(), broken.sink.close()]);
});
