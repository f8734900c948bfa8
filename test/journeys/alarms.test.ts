import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { createServices } from "../../lib/services.ts";
import { jobKey } from "../jobs.ts";
import { KEY, startWorld, type World } from "../world.ts";

// Triggers each alarm of infra/alarms.yml once (docs/operations.md). Alarms on the platform's own metrics (errors, throttles,
// durations, dead letters) are not tested here.

const MINUTE = 60_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
  return world.close();
});

const values = (name: string) => world.measured.flatMap((one) => (one.name === name ? [one.value] : []));
const last = (name: string) => values(name).at(-1);
const failing = (status: number, body: string) => world.sink.answer(() => ({ status, body }));

async function registerEnded(jobId: string): Promise<void> {
  world.cloud.answer(jobId, { status: "success" });
  await world.register(jobId);
}

it("no-finished-tick: a tick that fails on the table does not count", async () => {
  await world.tick();
  expect(values("TicksFinished")).toEqual([1]);
  world.services.table.scanOpen = () => {
    throw new Error("the table refuses");
  };
  await expect(world.tick()).rejects.toThrow("the table refuses");
  expect(values("TicksFinished")).toEqual([1]);
  world.clock.advance(4 * MINUTE);
  expect((await world.request("GET", "/health")).status).toBe(503);
});

it("suspended-channel: a dead webhook, until a test message is delivered", async () => {
  failing(404, "no_service");
  await registerEnded("kept");
  await world.tick();
  expect(last("SuspendedChannels")).toBe(1);
  expect(last("SendsDead")).toBe(1);
  world.sink.answer(undefined);
  await world.request("POST", "/channels/general/test");
  await world.ticks(2);
  expect(last("SuspendedChannels")).toBe(0);
});

it("oldest-pending-notification: Slack accepts nothing for ten minutes; the age drops once it does", async () => {
  failing(503, "busy");
  await registerEnded("waits");
  await world.ticks(12);
  expect(last("OldestPendingNotification")).toBeGreaterThan(600);
  expect(values("SendsFailed").length).toBeGreaterThan(3);
  world.sink.answer(undefined);
  await world.ticks(10);
  expect(last("OldestPendingNotification")).toBe(0);
  expect(last("DeliveryDelay")).toBeGreaterThan(600);
});

it("unreachable-service: until the service has recovered", async () => {
  world.cloud.answer("hidden", { status: "running" });
  await world.register("hidden");
  world.cloud.answer("hidden", () => ({ status: 503, body: "" }));
  await world.ticks(3);
  expect(last("UnreachableServices")).toBe(0);
  await world.ticks(5);
  expect(last("UnreachableServices")).toBe(1);
  expect(last("PollsUnreachable")).toBeGreaterThan(0);
  world.cloud.answer("hidden", { status: "running" });
  await world.ticks(3);
  expect(last("UnreachableServices")).toBe(0);
});

it("notifications-expired: fourteen days in a suspended channel", async () => {
  failing(404, "no_service");
  await registerEnded("forgotten");
  await world.tick();
  expect(values("NotificationsExpired")).toEqual([]);
  world.clock.advance(14 * 24 * 60 * MINUTE);
  await world.ticks(2);
  expect(values("NotificationsExpired")).toEqual([1]);
});

it("layout-refused: a message that Slack rejects as invalid blocks is sent as plain text", async () => {
  world.sink.answer((_, payload) =>
    JSON.stringify(payload).includes("attachments") ? { status: 400, body: "invalid_blocks" } : undefined,
  );
  await registerEnded("odd");
  await world.ticks(2);
  expect(values("LayoutsRefused").length).toBeGreaterThan(0);
  expect(last("NotificationsDelivered")).toBeGreaterThan(0);
});

it("items-unreadable: an item that is not JSON is counted and logged", async () => {
  const { client, name, endpoint } = world.table;
  const credentials = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  for (const [variable, value] of Object.entries({ AWS_ENDPOINT_URL_DYNAMODB: endpoint, ...credentials }))
    vi.stubEnv(variable, value);
  const { config, clock, log } = world.services;
  const pk = jobPk(jobKey("odd"));
  await client.send(new PutItemCommand({ TableName: name, Item: { pk: { S: pk }, record: { S: "{odd" } } }));
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const api = createApi(createServices(config, { clock, log }));
  const getJob = () => api.request("/jobs/odd", { headers: { authorization: `Bearer ${KEY}` } });
  for (const nth of [1, 2, 3]) expect((await getJob()).status, `request ${nth}`).toBe(409);
  // One line of CloudWatch's embedded metrics, once.
  const [[line], ...others] = printed.mock.calls as [[string]];
  printed.mockRestore();
  expect(JSON.parse(line)).toMatchObject({ ItemsUnreadable: 1, service: "sfs-jobwatch-local" });
  expect(others).toEqual([]);
  expect(world.logged.join()).toContain(`"an item cannot be read","pk":"${pk}"`);
});

it("measures what the dashboard shows: open jobs, polls, transitions, and the delay until an end is detected", async () => {
  const ends = world.clock.now() + 40_000;
  const end = new Date(ends).toISOString().slice(0, 19).replace("T", " ");
  world.cloud.answer("runs", { status: "running" });
  world.cloud.answer("ends", () => ({
    status: 200,
    body: world.clock.now() < ends ? { status: "running" } : { status: "success", end_time: end },
  }));
  for (const jobId of ["runs", "ends"]) await world.register(jobId);
  await world.ticks(2);
  const states = ["OpenJobs", "OpenJobsRegistered", "OpenJobsWaiting", "OpenJobsRunning", "JobsSucceeded"];
  expect(states.map(last)).toEqual([1, 0, 0, 1, 1]);
  expect(values("Polls").every((polls) => polls >= 2)).toBe(true);
  expect(values("Transitions")).toEqual([1]);
  expect(values("NoticeDelay")).toHaveLength(1);
  expect(last("NoticeDelay")).toBeLessThanOrEqual(15);
});
