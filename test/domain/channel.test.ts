import { expect, test } from "vitest";
import {
  afterSend,
  type Channel,
  claim,
  gaveUp,
  giveUp,
  handBack,
  newChannel,
  nextStep,
  park,
  release,
  type SendOutcome,
  settled,
} from "../../lib/domain/channel/channel.ts";
import { MINUTE, START } from "./script.ts";

const NOW = START;
const LEASE = NOW + 70_000;
const MEMBERS = [
  { pk: "job#a", notificationId: "notification-a" },
  { pk: "job#b", notificationId: "notification-b" },
];
const TO = { destination: "1a2b3c4d", opsChannel: "ops" };
const FAILED: SendOutcome = { kind: "failed", reason: "HTTP 503" };

const idle = newChannel("storage-ops");
const claimed = claim(idle, MEMBERS, NOW, LEASE);
const sent = (outcome: SendOutcome) => afterSend(claimed, outcome, NOW, TO);
const parked = park(sent(FAILED), "no_service", NOW, TO);

test.each<{ name: string; channel: Channel; at?: number; destination?: string; step: object }>([
  { name: "an idle channel sends at once", channel: idle, step: { do: "send" } },
  {
    name: "a message under way is left to its sender",
    channel: claimed,
    at: 2000,
    step: { do: "wait", until: LEASE, why: "another sender" },
  },
  {
    name: "a message whose sender died is sent again",
    channel: claimed,
    at: 70_000,
    step: { do: "send" },
  },
  {
    name: "the next message waits for its slot, one second after the last",
    channel: settled(sent({ kind: "delivered" })),
    at: 999,
    step: { do: "wait", until: NOW + 1000, why: "slot" },
  },
  {
    name: "the next message goes in its slot",
    channel: settled(sent({ kind: "delivered" })),
    at: 1000,
    step: { do: "send" },
  },
  {
    name: "a told message is marked, not sent, though its lease has run out",
    channel: sent({ kind: "delivered" }),
    at: 500_000,
    step: { do: "mark", message: { id: "notification-a+1", toldAt: NOW } },
  },
  {
    name: "a told message is marked in a parked channel too",
    channel: park(sent({ kind: "delivered" }), "no_service", NOW, TO),
    step: { do: "mark" },
  },
  { name: "a parked channel is left alone", channel: parked, at: 99 * MINUTE, step: { do: "leave", why: "parked" } },
  {
    name: "a parked channel whose webhook is another now is released",
    channel: parked,
    destination: "another",
    step: { do: "release" },
  },
  {
    name: "a channel parked by an earlier version, which did not note its webhook, is left alone",
    channel: { ...idle, parked: { since: NOW, reason: "no_service" } },
    step: { do: "leave" },
  },
  {
    name: "notifications that are being given up come before all but a told message",
    channel: giveUp(parked, MEMBERS, NOW, "ops"),
    step: { do: "give up", members: MEMBERS },
  },
  {
    name: "what its sender handed back is sent by the next one at once",
    channel: handBack(claimed),
    at: 1000,
    step: { do: "send" },
  },
  {
    name: "a released channel goes on with its message at once",
    channel: release(parked, NOW, "ops"),
    step: { do: "send" },
  },
])("$name", ({ channel, at = 0, destination = TO.destination, step }) => {
  expect(nextStep(channel, NOW + at, destination)).toMatchObject(step);
});

test("what is given up is told to the operators in the same write, by the names of its jobs", () => {
  const channel = giveUp(parked, MEMBERS, NOW + 14 * 24 * 60 * MINUTE, "ops");
  expect(channel.transitions.at(-1)).toMatchObject({ kind: "given-up", reason: "2 notifications: a, b" });
  expect(channel.notifications.at(-1)).toMatchObject({ channel: "ops", state: "pending" });
  expect(nextStep(gaveUp(channel), NOW, TO.destination)).toEqual({ do: "leave", why: "parked" });
});
