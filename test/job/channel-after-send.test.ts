import { describe, expect, test } from "vitest";
import {
  afterSend,
  type Channel,
  claim,
  type MessageRecord,
  messageId,
  newChannel,
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
const TO = { destination: "1a2b3c4d", opsChannel: "ops" };
const UNKNOWN: SendOutcome = { kind: "unknown", reason: "no answer" };
const FAILED: SendOutcome = { kind: "failed", reason: "HTTP 503" };
const REFUSED: SendOutcome = { kind: "refused", reason: "invalid_blocks" };
const DEAD: SendOutcome = { kind: "dead", reason: "no_service" };

const idle = newChannel("storage-ops");
const claimed = claim(idle, MEMBERS, NOW, LEASE);
const sent = (outcome: SendOutcome, from = claimed, now = NOW) => afterSend(from, outcome, now, TO);
const told = (channel: Channel) =>
  channel.alerts.map((alert) => `${channel.transitions.find(({ n }) => n === alert.n)?.kind} to ${alert.channel}`);

/** Sends again and again, as soon as each wait is over. */
function resend(channel: Channel, outcomes: SendOutcome[]): { channel: Channel; waits: number[]; messages: MessageRecord[] } {
  let now = NOW;
  let current = channel;
  const waits: number[] = [];
  const messages: MessageRecord[] = [];
  for (const outcome of outcomes) {
    const next = claim(current, MEMBERS, now, now + 70_000);
    messages.push(next.message);
    current = sent(outcome, next, now);
    waits.push(current.nextSlotAt - now);
    now = current.nextSlotAt;
  }
  return { channel: current, waits, messages };
}

test.each([
  { name: "one alert's message carries the alert's id", members: MEMBERS.slice(0, 1), id: "alert-a" },
  { name: "a roll-up carries the id of its first alert and the number of the others", members: MEMBERS, id: "alert-a+1" },
])("$name", ({ members, id }) => {
  expect(messageId(members)).toBe(id);
  expect(claim(idle, members, NOW, LEASE).message.id).toBe(id);
});

describe("a message", () => {
  test.each<{ name: string; earlier: Channel; mayRepeat: boolean }>([
    { name: "sent for the first time cannot repeat", earlier: idle, mayRepeat: false },
    { name: "taken over from a dead sender may repeat", earlier: claimed, mayRepeat: true },
    { name: "whose answer never came may repeat", earlier: sent(UNKNOWN), mayRepeat: true },
    { name: "that surely failed cannot repeat", earlier: sent(FAILED), mayRepeat: false },
    { name: "that Slack put off cannot repeat", earlier: sent({ kind: "throttled", restMs: 1000 }), mayRepeat: false },
    { name: "whose layout was refused cannot repeat", earlier: sent(REFUSED), mayRepeat: false },
    { name: "kept in a parked channel cannot repeat", earlier: release(sent(DEAD), NOW, "ops"), mayRepeat: false },
    { name: "after another is a new one", earlier: settled(sent(UNKNOWN)), mayRepeat: false },
  ])("$name", ({ earlier, mayRepeat }) => {
    expect(claim(earlier, MEMBERS, NOW + 99 * MINUTE, LEASE + 99 * MINUTE).message.mayRepeat).toBe(mayRepeat);
  });

  test("that may have been posted once may repeat for good, under one id", () => {
    const { messages } = resend(idle, [UNKNOWN, FAILED, { kind: "throttled", restMs: 5 }, REFUSED, FAILED]);
    expect(messages.map(({ mayRepeat }) => mayRepeat)).toEqual([false, true, true, true, true]);
    expect(messages.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(["alert-a+1"]));
  });
});

describe("after a send", () => {
  test("429 rests the whole channel for as long as Slack asks, and is no failure", () => {
    expect(sent({ kind: "throttled", restMs: 30_000 })).toMatchObject({ nextSlotAt: NOW + 30_000, failures: 0 });
  });

  test.each([
    { name: "surely failed", outcome: FAILED },
    { name: "perhaps posted", outcome: UNKNOWN },
  ])("sends that $name wait for longer and longer, at most 30 minutes", ({ outcome }) => {
    const { waits } = resend(
      idle,
      Array.from({ length: 12 }, () => outcome),
    );
    expect(waits.map((ms) => ms / 1000)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800]);
  });

  test("a delivery ends the growth of the waits", () => {
    expect(resend(idle, [FAILED, FAILED, FAILED, { kind: "delivered" }]).channel.failures).toBe(0);
  });

  test("a refused layout goes out plain at once, and operators are told", () => {
    const { channel, waits } = resend(idle, [REFUSED]);
    expect(waits).toEqual([0]);
    expect(channel.message?.plain).toBe(true);
    expect(told(channel)).toEqual(["refused-layout to ops"]);
  });

  test("a plain message that is refused parks its channel, and what was to be told is kept", () => {
    const { channel } = resend(idle, [REFUSED, REFUSED]);
    expect(channel).toMatchObject({ parked: { reason: "invalid_blocks" }, message: { members: MEMBERS, plain: true } });
    expect(told(channel)).toEqual(["refused-layout to ops", "parked to ops"]);
  });

  test("a channel that is parked already keeps its reason and tells nobody again", () => {
    const parked = sent(DEAD);
    expect(park(parked, "another reason", NOW + MINUTE, TO)).toBe(parked);
  });

  test("a dead destination parks its channel, keeps the message and tells operators", () => {
    const parked = sent(DEAD);
    expect(parked).toMatchObject({ parked: { since: NOW, reason: "no_service" }, message: { members: MEMBERS } });
    expect(told(parked)).toEqual(["parked to ops"]);
  });

  test.each([{ outcome: DEAD }, { outcome: REFUSED }])(
    "$outcome.kind of the operators' own channel is told to nobody",
    ({ outcome }) => {
      const own = sent(outcome, claim(newChannel("ops"), MEMBERS, NOW, LEASE));
      expect(own.transitions).toHaveLength(1);
      expect(own.alerts).toEqual([]);
    },
  );
});

test("a released channel waits for nothing", () => {
  const parked = park(resend(idle, [FAILED, FAILED]).channel, "no_service", NOW, TO);
  const released = release(parked, NOW + MINUTE, "ops");
  expect(released).toMatchObject({ failures: 0, nextSlotAt: 0 });
  expect(released.parked).toBeUndefined();
  expect(released.transitions.at(-1)).toMatchObject({ kind: "resumed", at: NOW + MINUTE, since: NOW, reason: "no_service" });
  expect(release(released, NOW + 2 * MINUTE, "ops").transitions).toEqual(released.transitions);
});

test("what a bus took of a message waits for its mark alone, and the rest stays the message", () => {
  const after = sent({ kind: "partly", untaken: new Set([MEMBERS[1]?.alertId ?? ""]), reason: "throttled" });
  expect(after.message).toMatchObject({ id: claimed.message.id, members: [MEMBERS[1]], leaseUntil: 0, mayRepeat: false });
  expect(after.unmarked).toEqual([MEMBERS[0]]);
  expect(after.nextSlotAt).toBeGreaterThan(NOW);
});

test("a receiver that rejects is tried for a day with growing waits, then its channel is parked", () => {
  let channel: Channel = idle;
  let now = NOW;
  while (!channel.parked) {
    channel = afterSend(claim(channel, MEMBERS, now, now), { kind: "rejected", reason: "404" }, now, TO);
    now = Math.max(channel.nextSlotAt, now + 1);
  }
  expect(channel.parked).toMatchObject({ reason: "404" });
  expect((now - NOW) / 3_600_000).toBeGreaterThan(23);
  expect((now - NOW) / 3_600_000).toBeLessThan(26);
  expect(channel.message?.members).toEqual(MEMBERS);
});
