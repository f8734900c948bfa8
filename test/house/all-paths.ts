import { fileURLToPath } from "node:url";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, vi } from "vitest";
import { createTickHandler, type TickEvent } from "../../functions/poll/tick.ts";
import { startTable } from "../../infra/local/table.ts";
import { PROJECT } from "../jobs.ts";
import { KEYS, SIGNING_SECRET } from "../pages/site.ts";
import { visit } from "../pages/visit.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { type AwsCall, type AwsRecorder, startAwsRecorder } from "./aws-recorder.ts";
import type { PackagedTree } from "./packaged-tree.ts";

const OPERATOR = "sfsjw_test-key-of-an-operator";
const MINUTES_UNTIL_LOST = 17;
const SECRETS = { OS_TOKEN: "token", SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x" };
const QUIET = { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" };
const CONTEXT = { awsRequestId: "invocation", functionName: "poll", getRemainingTimeInMillis: () => 58_000 };
const HEALTH = {
  headers: { host: "jobwatch.example.com" },
  rawPath: "/health",
  rawQueryString: "",
  requestContext: { http: { method: "GET" } },
} as unknown as APIGatewayProxyEventV2;
const TEMPLATE = fileURLToPath(new URL("../../infra/table.yml", import.meta.url));

/** One or more requests to every route of the template. */
export const REQUESTS: Record<string, (world: World) => Promise<unknown>[]> = {
  "POST /jobs": (world) => [
    ...["succeeds", "fails", "slow", "vanishes"].map((script) =>
      world.register(world.cloud.startJob(script, { jobId: script })),
    ),
    world.register("never-known"),
    world.register("never-known", { verify: false, channels: ["projects"] }),
  ],
  "POST /jobs/batch": (world) =>
    [{}, { "idempotency-key": "batch" }].map((headers) =>
      world.request("POST", "/jobs/batch", { body: { jobs: [{ jobId: "slow" }, { jobId: "never-known" }] }, headers }),
    ),
  "GET /jobs": (world) =>
    ["", "?state=open", "?state=failed&limit=1", "?state=late&label=x"].map((query) => world.request("GET", `/jobs${query}`)),
  "GET /jobs/{jobId}": (world) => [
    ...["slow", "no-such"].map((id) => world.request("GET", `/jobs/${id}`)),
    world.request("GET", "/jobs/slow", { headers: { prefer: "wait=1" } }),
  ],
  "GET /jobs/{jobId}/transitions": (world) =>
    ["slow", "no-such"].map((id) => world.request("GET", `/jobs/${id}/transitions?limit=1`)),
  "PATCH /jobs/{jobId}": (world) =>
    ["slow", "no-such"].map((id) =>
      world.request("PATCH", `/jobs/${id}`, { body: { title: `named at ${world.clock.now()}` } }),
    ),
  "POST /jobs/{jobId}/refresh": (world) => ["slow", "no-such"].map((id) => world.request("POST", `/jobs/${id}/refresh`)),
  "POST /jobs/{jobId}/redeliver": (world) => ["slow", "no-such"].map((id) => world.request("POST", `/jobs/${id}/redeliver`)),
  "DELETE /jobs/{jobId}": (world) => ["slow", "no-such"].map((id) => world.request("DELETE", `/jobs/${id}`)),
  "POST /watches": (world) =>
    [{}, { "idempotency-key": "watch" }].map((headers) =>
      world.request("POST", "/watches", { body: { source: "sfs-turbo-share", names: ["data-*"] }, headers }),
    ),
  "GET /watches": (world) => [world.request("GET", "/watches"), visit(world, "GET", "/watches")],
  "GET /watches/{watchId}": (world) => [world.request("GET", "/watches/no-such")],
  "DELETE /watches/{watchId}": (world) => [world.request("DELETE", "/watches/no-such")],
  "POST /silences": (world) => [
    world.request("POST", "/silences", {
      body: { labels: { env: "dev" }, until: new Date(world.clock.now() + 60_000).toISOString() },
    }),
  ],
  "GET /silences": (world) => [world.request("GET", "/silences")],
  "DELETE /silences/{silenceId}": (world) => [world.request("DELETE", "/silences/no-such")],
  "POST /redeliver": (world) => [world.request("POST", "/redeliver", { body: { since: "2026-11-01T00:00:00Z" } })],
  "GET /channels": (world) => [world.request("GET", "/channels")],
  "POST /channels/{name}/test": (world) =>
    ["general", "projects", "events"].map((name) => world.request("POST", `/channels/${name}/test`, { key: OPERATOR })),
  "GET /openapi.json": (world) => [world.request("GET", "/openapi.json")],
  "GET /docs": (world) => [world.request("GET", "/docs")],
  "GET /jobwatch.mjs": (world) => [world.request("GET", "/jobwatch.mjs")],
  "GET /health": (world) => [world.request("GET", "/health")],
  "GET /": (world) => [visit(world, "GET", "/")],
  "POST /jobs/{jobId}/action": (world) =>
    ["refresh", "stop", "redeliver"].map((verb) => visit(world, "POST", "/jobs/slow/action", { verb })),
  "POST /watches/action": (world) => [
    visit(world, "POST", "/watches/action", { verb: "add", source: "cbr-log" }),
    visit(world, "POST", "/watches/action", { verb: "end", watchId: "no-such" }),
  ],
  "GET /register": (world) => [visit(world, "GET", "/register")],
  "POST /register": (world) => ["slow", "no-such"].map((jobId) => visit(world, "POST", "/register", { jobId })),
  "GET /operations": (world) => [visit(world, "GET", "/operations")],
  "POST /operations/channels/{name}/test": (world) => [visit(world, "POST", "/operations/channels/projects/test", {})],
  "GET /sign-in": (world) => [visit(world, "GET", "/sign-in")],
  "POST /sign-in": (world) => [visit(world, "POST", "/sign-in", { key: "sfsjw_wrong" })],
  "POST /sign-out": (world) => [visit(world, "POST", "/sign-out", {})],
  $default: (world) => [world.request("GET", "/nothing"), world.request("GET", "/jobs", { key: "sfsjw_wrong" })],
};

/** A digest a few minutes after the start of the world. */
const DIGEST = JSON.stringify({ general: { digest: { at: "12:05", timeZone: "UTC" } } });

export type Calls = Record<"api" | "poll", AwsCall[]>;

/** Returns the AWS calls of each function on all its paths, with the table and function names of each deployment. */
export async function callsOfAllPaths<Name extends string>(
  deployments: Record<Name, PackagedTree>,
): Promise<Record<Name, Calls>> {
  const engine = await startTable({ port: 0, tableName: "engine", templateFile: TEMPLATE });
  const given = process.env.TEST_DYNAMODB_ENDPOINT;
  const backend = given ? { endpoint: given, answer: undefined } : { endpoint: engine.url, answer: engine.answer };
  const recorder = await startAwsRecorder(backend, SECRETS);
  for (const [name, value] of Object.entries(recorder.environment)) vi.stubEnv(name, value);
  vi.stubEnv("TEST_DYNAMODB_ENDPOINT", recorder.environment.AWS_ENDPOINT_URL_DYNAMODB);
  const { AWS_ENDPOINT_URL = "" } = recorder.environment;
  const aws = { EVENT_BUS_NAME: "sfs-jobwatch-events", AWS_ENDPOINT_URL };
  const world = await startWorld({ REQUESTS_PER_MINUTE: "120", SIGNING_SECRET, CHANNELS: DIGEST, ...aws });
  const segmented = await startWorld({ POLL_SEGMENTS: "2", ...aws });
  await addKey(world.table, OPERATOR, "storage", { operator: true });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  try {
    const api = await apiCalls(world, recorder);
    const poll = await pollCalls(world, recorder);
    const calls = {} as Record<Name, Calls>;
    for (const [name, tree] of Object.entries<PackagedTree>(deployments)) {
      calls[name as Name] = inNamesOf(tree, {
        api: [...api, ...(await coldStart("api", segmented, recorder, tree))],
        poll: [...poll, ...(await fanOut(segmented, recorder, tree)), ...(await coldStart("poll", segmented, recorder, tree))],
      });
    }
    return calls;
  } finally {
    vi.unstubAllEnvs();
    await Promise.all([world.close(), segmented.close()]);
    await Promise.all([recorder.close(), engine.close()]);
  }
}

/** Sends each request twice: first the jobs are new, then they are known. */
function apiCalls(world: World, recorder: AwsRecorder): Promise<AwsCall[]> {
  return recorder.during(async () => {
    for (const requests of [...Object.values(REQUESTS), ...Object.values(REQUESTS)]) await Promise.all(requests(world));
  });
}

/** Jobs that end and that are lost, a dead channel, an unreachable service. */
async function pollCalls(world: World, recorder: AwsRecorder): Promise<AwsCall[]> {
  world.sink.answer((_, _payload, channel) => (channel === "projects" ? { status: 404, body: "no_service" } : undefined));
  const calls = await recorder.during(() => world.ticks(MINUTES_UNTIL_LOST));
  world.cloud.answer("*", () => ({ status: 503, body: "" }));
  await world.register("unseen");
  calls.push(...(await recorder.during(() => world.ticks(7))));
  const delivered = world.sink.messages.map(({ rendered }) => rendered).join("\n");
  for (const word of ["Finished", "Failed", "Lost", "Suspended", "Unreachable", "Digest"]) expect(delivered).toContain(word);
  return calls;
}

/** The scheduled invocation, then those that it invokes. */
async function fanOut(world: World, recorder: AwsRecorder, { resources }: PackagedTree): Promise<AwsCall[]> {
  const poll = createTickHandler(world.services);
  const functionName = String(resources.PollLambdaFunction?.Properties.FunctionName);
  return await recorder.during(async () => {
    for (const event of [{}, { segment: 0 }, { segment: 1 }]) await poll(event as TickEvent, { ...CONTEXT, functionName });
  });
}

/** Starts the handler as Lambda does, with the secrets in the deployment's parameter, and sends its first event. */
async function coldStart(name: keyof Calls, { table }: World, recorder: AwsRecorder, tree: PackagedTree): Promise<AwsCall[]> {
  const { Environment } = tree.resources.PollLambdaFunction?.Properties ?? {};
  const { Variables } = Environment as { Variables: Record<string, string> };
  const own = { TABLE_NAME: table.name, OS_PROJECT_ID: PROJECT, POLL_SEGMENTS: "2", ...QUIET };
  for (const [variable, value] of Object.entries({ ...Variables, ...own })) vi.stubEnv(variable, value);
  vi.resetModules();
  return await recorder.during(async () => {
    if (name === "poll") await (await import("../../functions/poll/handler.ts")).handler({ segment: 0 }, CONTEXT);
    else await (await import("../../functions/api/handler.ts")).handler(HEALTH);
  });
}

function inNamesOf({ resources }: PackagedTree, { api, poll }: Calls): Calls {
  const table = `table/${resources.JobsTable?.Properties.TableName}`;
  const renamed = ({ action, resource }: AwsCall) => ({ action, resource: resource.replace(/table\/test-[\w-]+/, table) });
  return { api: api.map(renamed), poll: poll.map(renamed) };
}
