import { expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { createGatewayHandler } from "../../functions/api/http/gateway.ts";
import { KEY, type World } from "../world.ts";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

/** Sends an event of an HTTP API. Its `rawPath` is already decoded. */
async function send(
  world: World,
  event: { method?: string; rawPath?: string; rawQueryString?: string; [field: string]: unknown },
) {
  const { method = "GET", rawPath = "/jobs/job-1", ...more } = event;
  const handler = createGatewayHandler(createApi(world.services));
  const headers = { host: "localhost", authorization: `Bearer ${KEY}`, "content-type": "application/json" };
  const requestContext = { http: { method, path: rawPath, sourceIp: "192.0.2.1" }, requestId: "case" };
  const sent = { version: "2.0", rawPath, rawQueryString: "", headers, requestContext, isBase64Encoded: false, ...more };
  const answer = await handler(sent as never);
  return { status: answer.statusCode, type: String(answer.headers?.["content-type"]), body: JSON.parse(answer.body ?? "{}") };
}

async function worldWithJob() {
  const world = await worldWithCloud(sfsTurboJob("running"));
  expect(await world.register("job-1")).toMatchObject({ status: 201 });
  return world;
}

it.each([
  ["%23", "/jobs/job-1#x"],
  ["%23 alone", "/jobs/job-1#"],
  ["%3F", "/jobs/job-1?projectId=nobody"],
  ["%3F alone", "/jobs/job-1?"],
  ["%3F in a list", "/jobs?state=open"],
  ["%20", "/jobs/job 1"],
  ["%2F", "/jobs/job/1"],
  ["%25", "/jobs/100%"],
  ["%25zz", "/jobs/%zz"],
  ["letters", "/jobs/jöb-存"],
  ["a newline", "/jobs/job\n1"],
  ["a NUL", "/jobs/job\0"],
  ["half a character", "/jobs/\ud800"],
  ["a second slash", "//jobs"],
  ["a backslash", "/jobs\\job-1"],
  ["dots", "/jobs/../jobs/job-1"],
  ["nothing", ""],
])("%s in the path is another path: %j", async (_, rawPath) => {
  const { status, type, body } = await send(await worldWithJob(), { rawPath });
  expect({ status, type }).toEqual({ status: 404, type: "application/problem+json" });
  expect(body).not.toHaveProperty("jobId");
});

it.each(["GET", "PATCH", "DELETE"])("%s of a job with %23 in its path does not reach another job", async (method) => {
  const world = await worldWithJob();
  const body = method === "PATCH" ? JSON.stringify({ title: "changed" }) : undefined;
  expect(await send(world, { method, rawPath: "/jobs/job-1#x", body })).toMatchObject({ status: 404 });
  const job = (await world.request("GET", "/jobs/job-1")).body;
  expect(job).toMatchObject({ state: "running" });
  expect(job).not.toHaveProperty("title");
});

const base64 = (text: string) => ({ body: Buffer.from(text).toString("base64"), isBase64Encoded: true });

it.each([
  ["base64", base64('{"jobId":"job-2"}'), { jobId: "job-2" }],
  ["base64 with letters", base64('{"jobId":"job-2","title":"größer 存"}'), { title: "größer 存" }],
  ["base64 with a BOM", base64('\ufeff{"jobId":"job-2"}'), { jobId: "job-2" }],
  ["a BOM", { body: '\ufeff{"jobId":"job-2"}' }, { jobId: "job-2" }],
  ["line ends of Windows", { body: '{\r\n"jobId":"job-2"\r\n}\r\n' }, { jobId: "job-2" }],
])("%s in the body is read", async (_, event, expected) => {
  const answer = await send(await worldWithJob(), { method: "POST", rawPath: "/jobs", ...event });
  expect(answer).toMatchObject({ status: 201, body: expected });
});

it("reads the query", async () => {
  const rawQueryString = "projectId=0123456789abcdef0123456789abcdef&source=sfs-turbo-job";
  expect(await send(await worldWithJob(), { rawQueryString })).toMatchObject({ status: 200, body: { jobId: "job-1" } });
});
