import { expect, test } from "vitest";
import {
  afterSend,
  type Channel,
  claim,
  newChannel,
  nextStep,
  park,
  release,
  type SendOutcome,
  settled,
} from "../../lib/job/channel.ts";
import { MINUTE, START } from "./script.ts";

const NOW = START;
const LEASE = NOW + 70_000;
const MEMBERS = [
  { pk: "job#a", alertId: "alert-a" },
  { pk: "job#b", alertId: "alert-b" },
];
const FAILED: SendOutcome = { kind: "failed", reason: "HTTP 503" };

const idle = newChannel("storage-ops");
const claimed = claim(idle, MEMBERS, NOW, LEASE);
const sent = (outcome: SendOutcome) => afterSend(claimed, outcome, NOW, "ops");
const parked = park(sent(FAILED), "no_service", NOW, "ops");

test.each<{ name: string; channel: Channel; at?: number; step: object }>([
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
    step: { do: "mark", message: { id: "alert-a+1", toldAt: NOW } },
  },
  {
    name: "a told message is marked in a parked channel too",
    channel: park(sent({ kind: "delivered" }), "no_service", NOW, "ops"),
    step: { do: "mark" },
  },
  { name: "a parked channel is left alone", channel: parked, at: 99 * MINUTE, step: { do: "leave", why: "parked" } },
  {
    name: "a released channel goes on with its message at once",
    channel: release(parked),
    step: { do: "send" },
  },
])("$name", ({ channel, at = 0, step }) => {
  expect(nextStep(channel, NOW + at)).toMatchObject(step);
});
