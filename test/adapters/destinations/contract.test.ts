import type { Socket } from "node:net";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createEventBus } from "../../../lib/adapters/eventbridge/client.ts";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { createWebhooks } from "../../../lib/adapters/webhook/client.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import type { Destination, Log } from "../../../lib/ports.ts";
import { type Handler, serverForTest } from "../../http-server.ts";
import { channelNotification, jobNotification, serviceNotification } from "../slack/sample-notifications.ts";

// The contract of every kind of destination with the sender in lib/delivery.

const CANARY = /c4n4ry/i;
const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };

interface Kind {
  name: string;
  /** The outcome of a delivery. */
  delivered: { status: number; answer?: string };
  create(url: string, log: Log, timeoutMs: number): Destination;
  taken: Handler;
}

const KINDS: Kind[] = [
  {
    name: "Slack",
    delivered: { status: 200, answer: "ok" },
    create: (url, log, timeoutMs) => createSlack({ ops: `${url}/services/T1/B1/c4n4ry` }, { log, timeoutMs }),
    taken: (_, response) => void response.end("ok"),
  },
  {
    name: "a webhook",
    delivered: { status: 204 },
    create: (url, log, timeoutMs) =>
      createWebhooks({ ops: { url: `${url}/c4n4ry`, secrets: [SECRET] } }, { log, now: Date.now, timeoutMs }),
    taken: (_, response) => void response.writeHead(204).end(),
  },
  {
    name: "an event bus",
    delivered: { status: 200 },
    create: (url, log, timeoutMs) => createEventBus("bus", { log, now: Date.now, endpoint: url, timeoutMs }),
    taken: ({ body }, response) => {
      const Entries = JSON.parse(body).Entries.map((_: unknown, index: number) => ({ EventId: `event-${index}` }));
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries }));
    },
  },
];

beforeAll(() => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "c4n4ry");
  vi.stubEnv("AWS_REGION", "eu-central-1");
});

describe.each(KINDS)("$name", ({ create, taken, delivered: accepted }) => {
  async function start(handler: Handler = taken, timeoutMs = 10_000) {
    const server = await serverForTest(handler);
    const logged: string[] = [];
    const note = (...output: unknown[]) => void logged.push(JSON.stringify(output));
    const destination = create(server.url, { info: note, warn: note, error: note }, timeoutMs);
    onTestFinished(() => expect(logged.join("\n")).not.toMatch(CANARY));
    return { destination, server };
  }

  test("accepts one notification of each kind, and a test message", async () => {
    const { destination, server } = await start();
    const notices = [
      serviceNotification({ kind: "unreachable", reason: "503" }),
      channelNotification({ kind: "suspended", reason: "gone" }),
    ];
    for (const delivered of [[], [jobNotification()], ...notices.map((notice) => [notice])])
      expect(await destination.send("ops", delivered, META)).toEqual({ kind: "delivered", ...accepted });
    expect(server.requests).toHaveLength(4);
  });

  test("puts at least one notification into a message and never more than there are", async () => {
    const { destination } = await start();
    for (const count of [0, 1, 2, 30, 300]) {
      const notifications = readNotifications(count);
      const fits = destination.maxBatchSize("ops", notifications);
      expect(fits).toBeGreaterThanOrEqual(1);
      expect(fits).toBeLessThanOrEqual(Math.max(count, 1));
      expect(await destination.send("ops", notifications.slice(0, fits), META)).toEqual({ kind: "delivered", ...accepted });
    }
  });

  test("repeats a message with the same notification id", async () => {
    const { destination, server } = await start();
    await destination.send("ops", [jobNotification()], META);
    await destination.send("ops", [jobNotification()], { ...META, mayRepeat: true, plain: true });
    for (const { body } of server.requests) expect(body).toContain(META.id);
  });

  test("the minimal form contains no text of a team or the cloud", async () => {
    const { destination, server } = await start();
    const notification = jobNotification(
      { state: "failed", reason: "wr1tten" },
      { title: "wr1tten", failReason: "wr1tten", errorCode: "wr1tten" },
    );
    const isOneByOne = destination.oneByOne("ops");
    if (isOneByOne) return;
    for (const one of [notification, channelNotification({ kind: "suspended", reason: "wr1tten" })])
      expect(await destination.send("ops", [one], { ...META, plain: true, minimal: true })).toEqual({
        kind: "delivered",
        ...accepted,
      });
    expect(server.requests).toHaveLength(2);
    for (const { body } of server.requests) expect(body).not.toContain("wr1tten");
    expect(server.requests[0]?.body).toContain("failed");
  });

  test("has a minimum send interval of 0 or more", async () => {
    const { destination } = await start();
    expect(destination.minSendIntervalMs("ops")).toBeGreaterThanOrEqual(0);
  });

  test("distinguishes addresses without revealing them", async () => {
    const { destination, server } = await start();
    const address = destination.address("ops");
    expect(address).toMatch(/^[0-9a-f]{8}$/);
    expect(server.url).not.toContain(address);
  });

  test("reports a missing answer as an unknown outcome, within its timeout", async () => {
    const { destination } = await start(() => undefined, 300);
    expect(await destination.send("ops", [jobNotification()], META)).toMatchObject({ kind: "unknown" });
  });

  test("reports a failed send if nothing listens", async () => {
    const { destination, server } = await start();
    await server.close();
    expect(await destination.send("ops", [jobNotification()], META)).toMatchObject({ kind: "failed" });
  });

  test.each([408, 499, 502, 504, 520, 522, 524, 598])("reports a gateway's %d as an unknown outcome", async (status) => {
    const { destination } = await start((_, response) => void response.writeHead(status).end("<html>c4n4ry</html>"));
    expect(await destination.send("ops", [jobNotification()], META)).toMatchObject({ kind: "unknown" });
  });

  test.each([500, 501, 503, 505, 507, 508, 521, 523, 525, 526, 530])("reports a %d as a failed send", async (status) => {
    const { destination } = await start((_, response) => void response.writeHead(status).end("<html>c4n4ry</html>"));
    expect(await destination.send("ops", [jobNotification()], META)).toMatchObject({ kind: "failed" });
  });

  test.each<{ name: string; handler: Handler }>([
    { name: "resets the connection", handler: (_, response) => void (response.socket as Socket).resetAndDestroy() },
    { name: "closes the connection", handler: (_, response) => void response.destroy() },
    {
      name: "cuts its answer short",
      handler: (_, response) => {
        response.socket?.end("HTTP/1.1 200 OK\r\nContent-Len");
      },
    },
  ])("reports an unknown outcome if the destination reads the request and $name", async ({ handler }) => {
    const { destination } = await start(handler);
    expect(await destination.send("ops", [jobNotification()], META)).toMatchObject({ kind: "unknown" });
  });

  test("never reports an error as delivered, and repeats nothing of its text", async () => {
    for (const status of [301, 400, 403, 404, 410, 413, 429, 500, 503]) {
      const { destination } = await start((_, response) => void response.writeHead(status).end("c4n4ry"));
      const outcome = await destination.send("ops", [jobNotification()], META);
      expect(outcome.kind).not.toBe("delivered");
      expect(JSON.stringify(outcome)).not.toMatch(CANARY);
    }
  });
});

test.each([
  ["Slack", createSlack({}, { log: { info() {}, warn() {}, error() {} } })],
  ["a webhook", createWebhooks({}, { log: { info() {}, warn() {}, error() {} }, now: Date.now })],
  ["an event bus", createEventBus(undefined, { log: { info() {}, warn() {}, error() {} }, now: Date.now })],
])("%s suspends a channel that is no longer configured", async (_, destination) => {
  for (const channel of ["ops", "constructor", "__proto__"]) {
    expect(destination.address(channel)).toBe("");
    expect(await destination.send(channel, [jobNotification()], META)).toMatchObject({ kind: "dead" });
  }
});

function readNotifications(count: number): OutgoingNotification[] {
  return Array.from({ length: count }, (_, index) => ({
    ...jobNotification({ n: 2 + (index % 2) }, { jobId: `job-${index >> 1}` }),
    notificationId: `notification-${index}`,
  }));
}
