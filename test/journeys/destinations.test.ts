import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type EventSink, startEventSink } from "../../infra/local/event-sink.ts";
import { NOW } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const OPERATOR = "sfsjw_test-key-of-an-operator";

let events: EventSink;
let world: World;
let now = () => NOW;

const settings = (more: Record<string, string> = {}) => ({
  WEBHOOKS: JSON.stringify({ pipeline: { url: `${events.url}/webhooks/pipeline`, secrets: [SECRET] } }),
  EVENT_BUS_NAME: "jobs",
  AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
  ...more,
});

beforeAll(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
});
beforeEach(async () => {
  events = await startEventSink({ port: 0, now: () => now(), secret: SECRET });
  await start();
});
afterEach(async () => {
  await Promise.all([world.close(), events.close()]);
});

async function start(more: Record<string, string> = {}): Promise<void> {
  world = await startWorld(settings(more));
  now = world.clock.now;
  await addKey(world.table, OPERATOR, "storage", { operator: true });
}

/** The events of a job that one receiver got, such as `2 status waiting`. */
const received = (by: string, jobId: string) =>
  events.events.flatMap((taken) => {
    const { job, transition } = (taken.event as { data: { job?: { jobId: string }; transition: Record<string, unknown> } })
      .data;
    return taken.by === by && job?.jobId === jobId ? [`${transition.n} ${transition.kind} ${transition.state}`] : [];
  });
const both = { channels: ["general", "pipeline"] };

it("a failure goes to Slack and a signed webhook; the event bus also gets every earlier transition", async () => {
  world.cloud.startJob("fails", { jobId: "fails" });
  await world.register("fails", { ...both, title: "data-01" });
  await world.ticks(3);
  expect(world.sink.messages.map(({ channel }) => channel)).toEqual(["general"]);
  const all = received("bus jobs", "fails");
  expect(all[0]).toBe("1 registered registered");
  expect(all.at(-1)).toMatch(/^\d+ status failed$/);
  expect(all.map((line) => Number(line.split(" ")[0]))).toEqual(all.map((_, index) => index + 1));
  expect(received("webhook pipeline", "fails")).toEqual(all.slice(-1));
  expect(events.refused).toBe(0);
  const { body } = await world.request("GET", "/jobs/fails");
  const delivered = body.notifications.filter(({ channel }: { channel: string }) => channel !== "general");
  expect(delivered.map(({ id }: { id: string }) => id).sort()).toEqual(events.events.map(({ id }) => id).sort());
  expect(new Set(body.notifications.map(({ state }: { state: string }) => state))).toEqual(new Set(["delivered"]));
});

it("an event has the same fields of a job as the API", async () => {
  world.cloud.startJob("fails", { jobId: "fails" });
  await world.register("fails", { ...both, title: "data-01", labels: { env: "prod" } });
  await world.ticks(3);
  const { transitions: _, notifications: __, ...job } = (await world.request("GET", "/jobs/fails")).body;
  expect(events.events.at(-1)?.event).toMatchObject({ type: "job.state-changed", version: 1, data: { team: "storage", job } });
});

it("410 suspends a webhook and notifies the operators; a test event resumes it, and kept events come under the same id", async () => {
  events.answer((by) => (by.startsWith("webhook") ? { status: 410 } : undefined));
  world.cloud.answer("ended", { status: "success" });
  await world.register("ended", both);
  await world.ticks(3);
  expect(received("webhook pipeline", "ended")).toEqual([]);
  expect(world.sink.messages.find(({ channel }) => channel === "operators")?.rendered).toContain("410");
  const listed = (await world.request("GET", "/channels", { key: OPERATOR })).body.channels;
  expect(listed).toContainEqual(expect.objectContaining({ name: "pipeline", kind: "webhook", state: "suspended" }));
  expect(listed).toContainEqual({ name: "general", kind: "slack", state: "open" });
  expect(listed).toContainEqual({ name: "events", kind: "events", state: "open" });
  events.answer(undefined);
  expect(await world.request("POST", "/channels/pipeline/test")).toMatchObject({ body: { outcome: "delivered" } });
  await world.ticks(2);
  expect(received("webhook pipeline", "ended")).toEqual(["2 status success"]);
  const { body } = await world.request("GET", "/jobs/ended");
  expect(body.notifications.find(({ channel }: { channel: string }) => channel === "pipeline")).toMatchObject({
    id: events.events.find(({ by, event }) => by === "webhook pipeline" && (event as { type: string }).type !== "test")?.id,
    state: "delivered",
  });
});

it("429 backs off only that webhook, and a receiver's 404 is retried with growing waits", async () => {
  const requests: number[] = [];
  events.answer((by) => {
    if (!by.startsWith("webhook")) return undefined;
    requests.push((now() - NOW) / 1_000);
    if (requests.length === 1) return { status: 429, headers: { "retry-after": "20" } };
    return requests.length < 5 ? { status: 404 } : { status: 200 };
  });
  world.cloud.answer("ended", { status: "success" });
  await world.register("ended", both);
  await world.ticks(4);
  expect(world.sink.messages).toHaveLength(1);
  const gaps = requests.slice(1).map((second, index) => second - (requests[index] ?? 0));
  expect(gaps).toHaveLength(4);
  for (const [index, atLeast] of [20, 5, 10, 20].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(atLeast);
  expect(received("webhook pipeline", "ended")).toEqual(["2 status success"]);
});

it("an entry that the bus rejected is sent again, the others are not", async () => {
  let calls = 0;
  events.answer((by, ids) => {
    if (!by.startsWith("bus") || ids.length < 2 || ++calls > 1) return undefined;
    const Entries = ids.map((id, index) => (index === 0 ? { ErrorCode: "ThrottlingException" } : { EventId: id }));
    return { body: { FailedEntryCount: 1, Entries } };
  });
  for (const jobId of ["one", "two", "three"]) {
    world.cloud.answer(jobId, { status: "success" });
    await world.register(jobId);
  }
  await world.ticks(3);
  expect(calls).toBeGreaterThan(1);
  for (const jobId of ["one", "two", "three"])
    expect(received("bus jobs", jobId)).toEqual(["1 registered registered", "2 status success"]);
});

it("a job from before the bus was configured reports its later transitions, which stay pending without a bus", async () => {
  await world.close();
  await start({ EVENT_BUS_NAME: "" });
  world.cloud.answer("long", { status: "running" });
  await world.register("long");
  const { EVENT_BUS_NAME: _, ...environment } = world.environment;
  expect(environment.WEBHOOKS).toBeDefined();
  const rules = world.services.config.rules;
  rules.eventsChannel = "events";
  world.cloud.answer("long", { status: "success" });
  await world.ticks(2);
  const { body } = await world.request("GET", "/jobs/long");
  const [delivered] = body.notifications.filter(({ channel }: { channel: string }) => channel === "events");
  expect(delivered).toMatchObject({ n: 3, state: "pending" });
  expect(received("bus jobs", "long")).toEqual([]);
});

it("no team can use or test the event bus; an operator can test it", async () => {
  const refused = await world.register("any", { channels: ["events"], verify: false });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/channels/0" }] } });
  expect((await world.request("POST", "/channels/events/test")).status).toBe(404);
  expect(await world.request("POST", "/channels/events/test", { key: OPERATOR })).toMatchObject({
    body: { outcome: "delivered" },
  });
  expect(events.events.map(({ event }) => (event as { type: string }).type)).toEqual(["test"]);
});
