import { expect, test } from "vitest";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import { serverForTest } from "../../http-server.ts";
import { jobNotification } from "../slack/sample-notifications.ts";
import { answering, PATH, sendTo, sendToAnswering } from "./sending.ts";

const reasonOf = (status: number) => `the receiver answers ${status}`;
const throttled = (retryAfterMs: number): SendOutcome => ({ kind: "throttled", retryAfterMs });

test.each<{ name: string; status: number; headers?: Record<string, string>; outcome: SendOutcome }>([
  { name: "200 is delivered", status: 200, outcome: { kind: "delivered", status: 200 } },
  { name: "202 is delivered", status: 202, outcome: { kind: "delivered", status: 202 } },
  { name: "204 is delivered", status: 204, outcome: { kind: "delivered", status: 204 } },
  {
    name: "410 ends the subscription",
    status: 410,
    outcome: { kind: "dead", reason: `${reasonOf(410)}: it no longer accepts events` },
  },
  {
    name: "a redirect is not followed",
    status: 307,
    headers: { location: "http://169.254.169.254/latest/meta-data/" },
    outcome: { kind: "dead", reason: `${reasonOf(307)}: redirects are not followed` },
  },
  { name: "429 backs off", status: 429, outcome: throttled(30_000) },
  { name: "429 with seconds", status: 429, headers: { "retry-after": "7" }, outcome: throttled(7_000) },
  {
    name: "429 with a day backs off for an hour",
    status: 429,
    headers: { "retry-after": "86400" },
    outcome: throttled(3_600_000),
  },
  { name: "429 with nonsense", status: 429, headers: { "retry-after": "soon" }, outcome: throttled(30_000) },
  {
    name: "429 with a past date",
    status: 429,
    headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" },
    outcome: throttled(1_000),
  },
  { name: "503 with Retry-After backs off", status: 503, headers: { "retry-after": "9" }, outcome: throttled(9_000) },
  { name: "503 fails", status: 503, outcome: { kind: "failed", reason: reasonOf(503) } },
  { name: "500 fails", status: 500, outcome: { kind: "failed", reason: reasonOf(500) } },
  { name: "a gateway's 408 is unclear", status: 408, outcome: { kind: "unknown", reason: reasonOf(408) } },
  { name: "a gateway's 502 is unclear", status: 502, outcome: { kind: "unknown", reason: reasonOf(502) } },
  { name: "a gateway's 504 is unclear", status: 504, outcome: { kind: "unknown", reason: reasonOf(504) } },
  { name: "400 is rejected", status: 400, outcome: { kind: "rejected", reason: reasonOf(400) } },
  { name: "401 is rejected", status: 401, outcome: { kind: "rejected", reason: reasonOf(401) } },
  { name: "404 is rejected", status: 404, outcome: { kind: "rejected", reason: reasonOf(404) } },
])("$name", async ({ status, headers, outcome }) => {
  expect(await sendToAnswering(answering(status, headers, `no hook c4n4ry`.repeat(status === 204 ? 0 : 1)))).toEqual(outcome);
});

test("a receiver that never answers may have accepted the event", async () => {
  expect(await sendToAnswering(() => undefined, { timeoutMs: 300 })).toEqual({ kind: "unknown", reason: "no answer in time" });
});

test("a receiver that closes the connection may have accepted the event", async () => {
  const outcome = await sendToAnswering((_, response) => void response.destroy());
  expect(outcome).toEqual({ kind: "unknown", reason: "ECONNRESET" });
});

test("a receiver that cannot be reached has accepted nothing", async () => {
  const { url, close } = await serverForTest(answering(200));
  await close();
  expect(await sendTo(url + PATH)).toEqual({ kind: "failed", reason: "ECONNREFUSED" });
});

test("an endless body delays nothing", async () => {
  const outcome = await sendToAnswering((_, response) => {
    response.writeHead(200);
    response.write("more and ");
  });
  expect(outcome).toEqual({ kind: "delivered", status: 200 });
});

test("a former Slack message is sent as several events, and the accepted ones are known", async () => {
  const notifications = ["one", "two", "three"].map((notificationId) => ({ ...jobNotification(), notificationId }));
  let requests = 0;
  const outcome = await sendToAnswering((_, response) => void response.writeHead(++requests === 2 ? 500 : 204).end(), {
    notifications,
  });
  expect(outcome).toEqual({ kind: "partly", rejected: new Set(["two", "three"]), reason: reasonOf(500) });
});
