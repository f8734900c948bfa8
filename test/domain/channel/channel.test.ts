import { expect, test } from "vitest";
import { afterSend } from "../../../lib/domain/channel/after-send.ts";
import {
  type Channel,
  claim,
  clearMessage,
  newChannel,
  nextStep,
  releaseMessage,
} from "../../../lib/domain/channel/channel.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import { expireSuspended, resume, suspend, withoutExpired } from "../../../lib/domain/channel/suspension.ts";
import { MINUTE, START } from "../job/script.ts";

const NOW = START;
const LEASE = NOW + 70_000;
const NOTIFICATIONS = [
  { pk: "job#a", notificationId: "notification-a" },
  { pk: "job#b", notificationId: "notification-b" },
];
const TO = { destination: "1a2b3c4d", opsChannel: "ops" };
const FAILED: SendOutcome = { kind: "failed", reason: "HTTP 503" };

const idle = newChannel("storage-ops");
const claimed = claim(idle, NOTIFICATIONS, NOW, LEASE);
const sent = (outcome: SendOutcome) => afterSend(claimed, outcome, NOW, TO);
const suspended = suspend(sent(FAILED), "no_service", NOW, TO);

test.each<{ name: string; channel: Channel; at?: number; destination?: string; step: object }>([
  { name: "an idle channel sends at once", channel: idle, step: { do: "send" } },
  {
    name: "a message in progress is left to its sender",
    channel: claimed,
    at: 2000,
    step: { do: "wait", until: LEASE, why: "another sender" },
  },
  {
    name: "a message whose sender crashed is sent again",
    channel: claimed,
    at: 70_000,
    step: { do: "send" },
  },
  {
    name: "the next message waits until one second after the last",
    channel: clearMessage(sent({ kind: "delivered" })),
    at: 999,
    step: { do: "wait", until: NOW + 1000, why: "interval" },
  },
  {
    name: "the next message is sent after one second",
    channel: clearMessage(sent({ kind: "delivered" })),
    at: 1000,
    step: { do: "send" },
  },
  {
    name: "a delivered message is confirmed, not sent, though its lease has expired",
    channel: sent({ kind: "delivered" }),
    at: 500_000,
    step: { do: "confirm", message: { id: "notification-a+1", deliveredAt: NOW } },
  },
  {
    name: "a delivered message is confirmed in a suspended channel too",
    channel: suspend(sent({ kind: "delivered" }), "no_service", NOW, TO),
    step: { do: "confirm" },
  },
  { name: "a suspended channel stays suspended", channel: suspended, at: 99 * MINUTE, step: { do: "leave", why: "suspended" } },
  {
    name: "a suspended channel with a new webhook is resumed",
    channel: suspended,
    destination: "another",
    step: { do: "resume" },
  },
  {
    name: "a suspended channel without a stored webhook stays suspended",
    channel: { ...idle, suspended: { since: NOW, reason: "no_service" } },
    step: { do: "leave" },
  },
  {
    name: "expiring notifications come before everything but a delivered message",
    channel: expireSuspended(suspended, NOTIFICATIONS, NOW, "ops"),
    step: { do: "expire", notifications: NOTIFICATIONS },
  },
  {
    name: "a released message is sent by the next sender at once",
    channel: releaseMessage(claimed),
    at: 1000,
    step: { do: "send" },
  },
  {
    name: "a resumed channel sends its message at once",
    channel: resume(suspended, NOW, "ops"),
    step: { do: "send" },
  },
])("$name", ({ channel, at = 0, destination = TO.destination, step }) => {
  expect(nextStep(channel, NOW + at, destination)).toMatchObject(step);
});

test("the write that expires notifications notifies the operators, with the names of the jobs", () => {
  const channel = expireSuspended(suspended, NOTIFICATIONS, NOW + 14 * 24 * 60 * MINUTE, "ops");
  expect(channel.transitions.at(-1)).toMatchObject({ kind: "expired", reason: "2 notifications: a, b" });
  expect(channel.notifications.at(-1)).toMatchObject({ channel: "ops", state: "pending" });
  expect(nextStep(withoutExpired(channel, NOW, false), NOW, TO.destination)).toEqual({ do: "leave", why: "suspended" });
});
