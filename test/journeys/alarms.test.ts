import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { createServices } from "../../lib/services.ts";
import { jobKey } from "../jobs.ts";
import { KEY, startWorld, type World } from "../world.ts";

// docs/operations.md: what each alarm of infra/alarms.yml is woken by, provoked once. What the platform measures by itself
// (errors, throttles, durations, dead letters) has no metric of ours to look at.

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

it("no-finished-tick: a tick that the table stops counts as none", async () => {
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

it("parked-channel: a dead webhook, until a test message arrives", async () => {
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

it("oldest-pending-notification: Slack takes nothing for ten minutes; the age falls when it does", async () => {
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

it("blind-project: as long as the operators' notification of it stands", async () => {
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

it("notifications-given-up: fourteen days in a parked channel", async () => {
  failing(404, "no_service");
  await registerEnded("forgotten");
  await world.tick();
  expect(values("NotificationsExpired")).toEqual([]);
  world.clock.advance(14 * 24 * 60 * MINUTE);
  await world.ticks(2);
  expect(values("NotificationsExpired")).toEqual([1]);
});

it("layout-refused: what Slack calls invalid blocks goes out as plain text", async () => {
  world.sink.answer((_, payload) =>
    JSON.stringify(payload).includes("attachments") ? { status: 400, body: "invalid_blocks" } : undefined,
  );
  await registerEnded("odd");
  await world.ticks(2);
  expect(values("LayoutsRefused").length).toBeGreaterThan(0);
  expect(last("NotificationsDelivered")).toBeGreaterThan(0);
});

it("items-unreadable: an item that is no JSON is counted, and named in the log", async () => {
  const { client, name, endpoint } = world.table;
  const credentials = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  for (const [variable, value] of Object.entries({ AWS_ENDPOINT_URL_DYNAMODB: endpoint, ...credentials }))
    vi.stubEnv(variable, value);
  const { config, clock, log } = world.services;
  const pk = jobPk(jobKey("odd"));
  await client.send(new PutItemCommand({ TableName: name, Item: { pk: { S: pk }, record: { S: "{odd" } } }));
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const api = createApi(createServices(config, { clock, log }));
  const ask = () => api.request("/jobs/odd", { headers: { authorization: `Bearer ${KEY}` } });
  expect((await ask()).status).toBe(404);
  // One line of CloudWatch's embedded metrics, once.
  const [[line], ...others] = printed.mock.calls as [[string]];
  printed.mockRestore();
  expect(JSON.parse(line)).toMatchObject({ ItemsUnreadable: 1, service: "sfs-jobwatch-local" });
  expect(others).toEqual([]);
  expect(world.logged.join()).toContain(`"an item cannot be read","pk":"${pk}"`);
});

it("measures what the dashboard shows: open jobs, looks, transitions, and how late an end was noticed", async () => {
  const ends = world.clock.now() + 40_000;
  const end = new Date(ends).toISOString().slice(0, 19).replace("T", " ");
  world.cloud.answer("runs", { status: "running" });
  world.cloud.answer("ends", () => ({
    status: 200,
    body: world.clock.now() < ends ? { status: "running" } : { status: "success", end_time: end },
  }));
  for (const jobId of ["runs", "ends"]) await world.register(jobId);
  await world.ticks(2);
  expect(last("OpenJobs")).toBe(1);
  expect(values("Polls").every((polls) => polls >= 2)).toBe(true);
  expect(values("Transitions")).toEqual([1]);
  expect(values("NoticeDelay")).toHaveLength(1);
  expect(last("NoticeDelay")).toBeLessThanOrEqual(15);
});
