import { beforeAll, expect, test, vi } from "vitest";
import { createEventBus } from "../../../lib/adapters/eventbridge/client.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { Job, SubJob } from "../../../lib/domain/job/job.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { type Handler, type Received, serverForTest } from "../../http-server.ts";
import { failedNotification, jobNotification, serviceNotification } from "../slack/sample-notifications.ts";

const LOG = { info() {}, warn() {}, error() {} };
const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };

beforeAll(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});

const ofJobs = (...jobIds: string[]): OutgoingNotification[] =>
  jobIds.map((jobId, index) => ({ ...jobNotification({}, { jobId }), notificationId: `notification-${index}` }));

async function put(
  notifications: OutgoingNotification[],
  handler: Handler,
): Promise<{ outcome: SendOutcome; requests: Received[] }> {
  const { url, requests } = await serverForTest(handler);
  const bus = createEventBus("jobs", { log: LOG, now: Date.now, endpoint: url });
  return { outcome: await bus.send("events", notifications, META), requests };
}

const entries =
  (...codes: (string | undefined)[]): Handler =>
  (_, response) => {
    const Entries = codes.map((ErrorCode, index) =>
      ErrorCode ? { ErrorCode, ErrorMessage: "x" } : { EventId: `event-${index}` },
    );
    response.end(JSON.stringify({ FailedEntryCount: codes.filter((code) => code).length, Entries }));
  };
const refusal =
  (status: number, type: string): Handler =>
  (_, response) =>
    void response.writeHead(status).end(JSON.stringify({ __type: type, message: "account 123456789012" }));

test("an event has its bus, its source and its change, and is signed for EventBridge", async () => {
  const { outcome, requests } = await put([failedNotification()], entries(undefined));
  expect(outcome).toEqual({ kind: "delivered", status: 200 });
  const { headers, body } = requests[0] as Received;
  expect(headers["x-amz-target"]).toBe("AWSEvents.PutEvents");
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/events\/aws4_request/);
  const [entry] = JSON.parse(body).Entries;
  expect(entry).toMatchObject({ EventBusName: "jobs", Source: "sfs-jobwatch", DetailType: "SFS Turbo Job State Change" });
  expect(entry.Time).toBe(Math.floor(Date.parse("2026-09-18T14:44:00Z") / 1_000));
  expect(JSON.parse(entry.Detail)).toMatchObject({
    type: "job.state-changed",
    id: "0a1b2c3d4e5",
    data: { team: "storage", transition: { n: 3, state: "failed" }, job: { errorCode: "SFS.TURBO.0010" } },
  });
});

const busSays = (code: string) => `the event bus answers ${code}`;

test.each<{ name: string; handler: Handler; outcome: SendOutcome }>([
  { name: "all accepted", handler: entries(undefined, undefined), outcome: { kind: "delivered", status: 200 } },
  {
    name: "one throttled: only that one is sent again",
    handler: entries(undefined, "ThrottlingException"),
    outcome: { kind: "partly", rejected: new Set(["notification-1"]), reason: busSays("ThrottlingException") },
  },
  {
    name: "one rejected for its content: that one is sent separately",
    handler: entries(undefined, "MalformedDetail"),
    outcome: { kind: "partly", rejected: new Set(["notification-1"]), reason: busSays("MalformedDetail"), isRefused: true },
  },
  {
    name: "all failed",
    handler: entries("InternalFailure", "InternalFailure"),
    outcome: { kind: "failed", reason: busSays("InternalFailure") },
  },
  {
    name: "invalid details",
    handler: entries("MalformedDetail", "MalformedDetail"),
    outcome: { kind: "refused", reason: busSays("MalformedDetail") },
  },
  {
    name: "fewer entries than were sent",
    handler: entries(undefined),
    outcome: { kind: "unknown", reason: "the event bus answers 200 without entries" },
  },
  {
    name: "no permission",
    handler: refusal(400, "com.amazonaws.events#AccessDeniedException"),
    outcome: { kind: "dead", reason: busSays("400 AccessDeniedException") },
  },
  {
    name: "throttled as a whole",
    handler: refusal(400, "ThrottlingException"),
    outcome: { kind: "throttled", retryAfterMs: 5_000 },
  },
  {
    name: "expired credentials",
    handler: refusal(400, "ExpiredTokenException"),
    outcome: { kind: "failed", reason: busSays("400 ExpiredTokenException") },
  },
  {
    name: "an invalid request",
    handler: refusal(400, "ValidationException"),
    outcome: { kind: "refused", reason: busSays("400 ValidationException") },
  },
  {
    name: "an internal error of AWS",
    handler: refusal(500, "InternalException"),
    outcome: { kind: "failed", reason: busSays("500 InternalException") },
  },
  {
    name: "a page of a gateway",
    handler: (_, response) => void response.writeHead(502).end("<html>"),
    outcome: { kind: "unknown", reason: busSays("502 no reason given") },
  },
  {
    name: "a closed connection",
    handler: (_, response) => void response.destroy(),
    outcome: { kind: "unknown", reason: "ECONNRESET" },
  },
])("$name", async ({ handler, outcome }) => {
  expect((await put(ofJobs("one", "two"), handler)).outcome).toEqual(outcome);
});

test("a message has up to ten entries and one per job, so that none overtakes another", () => {
  const bus = createEventBus("jobs", { log: LOG, now: Date.now });
  expect(bus.maxBatchSize("events", ofJobs(..."abcdefghijkl"))).toBe(10);
  expect(bus.maxBatchSize("events", ofJobs("a", "b", "a", "c"))).toBe(2);
  expect(bus.maxBatchSize("events", [serviceNotification({ kind: "unreachable", reason: "503" }), ...ofJobs("a")])).toBe(2);
});

test("a message of another kind is sent as far as it fits, and the rest waits", async () => {
  const { outcome, requests } = await put(ofJobs("a", "b", "a"), entries(undefined, undefined));
  expect(JSON.parse(requests[0]?.body ?? "").Entries).toHaveLength(2);
  expect(outcome).toEqual({ kind: "partly", rejected: new Set(["notification-2"]), reason: "only 2 events fit at once" });
});

test("even the largest jobs stay within the 256 KB of one call", () => {
  const wide = (length: number) => "\u{20ac}".repeat(length);
  const sub: SubJob = { jobId: wide(64), jobType: wide(64), state: wide(64), errorCode: wide(64), failReason: wide(300) };
  const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}${wide(62)}`, wide(200)]));
  const largest: Partial<Job> = { title: wide(200), labels, failReason: wide(1_000), subJobs: Array(50).fill(sub) };
  const notifications = ofJobs(..."abcdefghij").map((notification) => ({
    ...notification,
    job: { ...jobNotification({}, largest).job },
  }));
  const apart = notifications.map(
    (notification, index) => ({ ...notification, job: { ...notification.job, jobId: `job-${index}` } }) as OutgoingNotification,
  );
  const bus = createEventBus("jobs", { log: LOG, now: Date.now });
  expect(bus.maxBatchSize("events", apart)).toBe(2);
});
