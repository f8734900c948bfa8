import { describe, expect, test } from "vitest";
import { afterSend, takeHeld } from "../../../lib/domain/channel/after-send.ts";
import { type Channel, claim, clearMessage, newChannel, nextStep } from "../../../lib/domain/channel/channel.ts";
import { heldLimits, hold } from "../../../lib/domain/channel/held-messages.ts";
import { type MessageRecord, messageId } from "../../../lib/domain/channel/message-record.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import { resume, suspend } from "../../../lib/domain/channel/suspension.ts";
import { MINUTE, START } from "../job/script.ts";

const NOW = START;
const LEASE = NOW + 70_000;
const NOTIFICATIONS = [
  { pk: "job#a", notificationId: "notification-a" },
  { pk: "job#b", notificationId: "notification-b" },
];
const TO = { destination: "1a2b3c4d", opsChannel: "ops" };
const UNKNOWN: SendOutcome = { kind: "unknown", reason: "no answer" };
const FAILED: SendOutcome = { kind: "failed", reason: "HTTP 503" };
const REFUSED: SendOutcome = { kind: "refused", reason: "invalid_blocks" };
const DEAD: SendOutcome = { kind: "dead", reason: "no_service" };

const idle = newChannel("storage-ops");
const claimed = claim(idle, NOTIFICATIONS, NOW, LEASE);
const sent = (outcome: SendOutcome, from = claimed, now = NOW) => afterSend(from, outcome, now, TO);
const delivered = (channel: Channel) =>
  channel.notifications.map(
    (notification) => `${channel.transitions.find(({ n }) => n === notification.n)?.kind} to ${notification.channel}`,
  );

/** Sends again as soon as each wait is over. */
function resend(channel: Channel, outcomes: SendOutcome[]): { channel: Channel; waits: number[]; messages: MessageRecord[] } {
  let now = NOW;
  let current = channel;
  const waits: number[] = [];
  const messages: MessageRecord[] = [];
  for (const outcome of outcomes) {
    const next = claim(current, NOTIFICATIONS, now, now + 70_000);
    messages.push(next.message);
    current = sent(outcome, next, now);
    waits.push(current.nextSendAt - now);
    now = current.nextSendAt;
  }
  return { channel: current, waits, messages };
}

test.each([
  {
    name: "a message with one notification has the notification's id",
    notifications: NOTIFICATIONS.slice(0, 1),
    id: "notification-a",
  },
  {
    name: "a roll-up has the id of its first notification and the number of the others",
    notifications: NOTIFICATIONS,
    id: "notification-a+1",
  },
])("$name", ({ notifications, id }) => {
  expect(messageId(notifications)).toBe(id);
  expect(claim(idle, notifications, NOW, LEASE).message.id).toBe(id);
});

describe("a message", () => {
  test.each<{ name: string; earlier: Channel; mayRepeat: boolean }>([
    { name: "sent for the first time cannot repeat", earlier: idle, mayRepeat: false },
    { name: "taken over from a crashed sender may repeat", earlier: claimed, mayRepeat: true },
    { name: "without a response may repeat", earlier: sent(UNKNOWN), mayRepeat: true },
    { name: "that was certainly not posted cannot repeat", earlier: sent(FAILED), mayRepeat: false },
    { name: "that Slack throttled cannot repeat", earlier: sent({ kind: "throttled", retryAfterMs: 1000 }), mayRepeat: false },
    { name: "whose layout was refused cannot repeat", earlier: sent(REFUSED), mayRepeat: false },
    { name: "kept in a suspended channel cannot repeat", earlier: resume(sent(DEAD), NOW, "ops"), mayRepeat: false },
    { name: "after another is a new one", earlier: clearMessage(sent(UNKNOWN)), mayRepeat: false },
  ])("$name", ({ earlier, mayRepeat }) => {
    expect(claim(earlier, NOTIFICATIONS, NOW + 99 * MINUTE, LEASE + 99 * MINUTE).message.mayRepeat).toBe(mayRepeat);
  });

  test("that may have been posted keeps its id, and every further attempt may repeat", () => {
    const { messages } = resend(idle, [UNKNOWN, FAILED, { kind: "throttled", retryAfterMs: 5 }, REFUSED, FAILED]);
    expect(messages.map(({ mayRepeat }) => mayRepeat)).toEqual([false, true, true, true, true]);
    expect(messages.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(["notification-a+1"]));
  });
});

describe("after a send", () => {
  test("429 backs off the whole channel for the time that Slack requests, and does not count as a failure", () => {
    expect(sent({ kind: "throttled", retryAfterMs: 30_000 })).toMatchObject({ nextSendAt: NOW + 30_000, failures: 0 });
  });

  test.each([
    { name: "certainly failed", outcome: FAILED },
    { name: "were possibly posted", outcome: UNKNOWN },
  ])("the waits after sends that $name grow up to 30 minutes", ({ outcome }) => {
    const { waits } = resend(
      idle,
      Array.from({ length: 12 }, () => outcome),
    );
    expect(waits.map((ms) => ms / 1000)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800]);
  });

  test("a delivery resets the waits", () => {
    expect(resend(idle, [FAILED, FAILED, FAILED, { kind: "delivered" }]).channel.failures).toBe(0);
  });

  test("a refused layout is sent as plain text at once, and operators are notified", () => {
    const { channel, waits } = resend(idle, [REFUSED]);
    expect(waits).toEqual([0]);
    expect(channel.message?.plain).toBe(true);
    expect(delivered(channel)).toEqual(["refused-layout to ops"]);
  });

  test("a refused plain message is split by team, or into two halves, and does not suspend the channel", () => {
    const { channel } = resend(idle, [REFUSED, REFUSED]);
    expect(channel.suspended).toBeUndefined();
    expect(channel.held).toMatchObject(
      NOTIFICATIONS.map((ref) => ({ id: ref.notificationId, notifications: [ref], plain: true })),
    );
    const quiet = { pk: "job#quiet#sfs-turbo-job#p#c", notificationId: "notification-c" };
    const hostile = [0, 1, 2].map((n) => ({ pk: `job#hostile#sfs-turbo-job#p#${n}`, notificationId: `notification-${n}` }));
    const shared = claim(idle, [...hostile, quiet], NOW, LEASE, { plain: true });
    const parts = sent(REFUSED, shared).held;
    expect(parts?.map(({ notifications }) => notifications)).toEqual([hostile, [quiet]]);
  });

  test("a single refused notification is sent as fixed text; if that is refused too, the channel is suspended", () => {
    let channel = claim(idle, NOTIFICATIONS.slice(0, 1), NOW, LEASE);
    for (const form of [{ plain: true }, { minimal: true }]) {
      channel = claim(sent(REFUSED, channel), NOTIFICATIONS.slice(0, 1), NOW, LEASE);
      expect(channel.message).toMatchObject(form);
      expect(channel.suspended).toBeUndefined();
    }
    expect(sent({ kind: "delivered" }, channel)).toMatchObject({ deliveredAt: NOW, message: { deliveredAt: NOW } });
    const suspended = sent(REFUSED, channel);
    expect(suspended).toMatchObject({
      suspended: { reason: "invalid_blocks" },
      message: { notifications: NOTIFICATIONS.slice(0, 1) },
    });
    expect(delivered(suspended)).toEqual(["refused-layout to ops", "refused-text to ops", "suspended to ops"]);
  });

  test("operators are notified of refused layouts at most once per hour", () => {
    const again = (channel: Channel, now: number) =>
      sent(REFUSED, claim(clearMessage(channel), NOTIFICATIONS, now, LEASE), now);
    const soon = again(sent(REFUSED), NOW + 59 * MINUTE);
    expect(delivered(soon)).toEqual(["refused-layout to ops"]);
    expect(delivered(again(soon, NOW + 60 * MINUTE))).toHaveLength(2);
  });

  test("a suspended channel keeps its reason and notifies nobody again", () => {
    const suspended = sent(DEAD);
    expect(suspend(suspended, "another reason", NOW + MINUTE, TO)).toBe(suspended);
  });

  test("a dead destination suspends its channel, keeps the message and notifies operators", () => {
    const suspended = sent(DEAD);
    expect(suspended).toMatchObject({
      suspended: { since: NOW, reason: "no_service" },
      message: { notifications: NOTIFICATIONS },
    });
    expect(delivered(suspended)).toEqual(["suspended to ops"]);
  });

  test.each([{ outcome: DEAD }, { outcome: REFUSED }])(
    "$outcome.kind of the operators' own channel notifies nobody",
    ({ outcome }) => {
      const own = sent(outcome, claim(newChannel("ops"), NOTIFICATIONS, NOW, LEASE));
      expect(own.transitions).toHaveLength(1);
      expect(own.notifications).toEqual([]);
    },
  );
});

test("a resumed channel can send at once", () => {
  const suspended = suspend(resend(idle, [FAILED, FAILED]).channel, "no_service", NOW, TO);
  const resumed = resume(suspended, NOW + MINUTE, "ops");
  expect(resumed).toMatchObject({ failures: 0, nextSendAt: 0 });
  expect(resumed.suspended).toBeUndefined();
  expect(resumed.transitions.at(-1)).toMatchObject({ kind: "resumed", at: NOW + MINUTE, since: NOW, reason: "no_service" });
  expect(resume(resumed, NOW + 2 * MINUTE, "ops").transitions).toEqual(resumed.transitions);
});

test("delivered events of a message only wait for their confirmation, and the others stay in the message", () => {
  const after = sent({ kind: "partly", rejected: new Set([NOTIFICATIONS[1]?.notificationId ?? ""]), reason: "throttled" });
  expect(after.message).toMatchObject({
    id: claimed.message.id,
    notifications: [NOTIFICATIONS[1]],
    leaseUntil: 0,
    mayRepeat: false,
  });
  expect(after.unconfirmed).toEqual([NOTIFICATIONS[0]]);
  expect(after.nextSendAt).toBeGreaterThan(NOW);
});

test("refused events of a message are sent separately at once, and block nothing", () => {
  const rejected = new Set([NOTIFICATIONS[1]?.notificationId ?? ""]);
  const from = claim(idle, NOTIFICATIONS, NOW, LEASE, { minSendIntervalMs: 0 });
  const after = sent({ kind: "partly", rejected, reason: "MalformedDetail", isRefused: true }, from);
  expect(after).toMatchObject({
    unconfirmed: [NOTIFICATIONS[0]],
    held: [{ notifications: [NOTIFICATIONS[1]], retryAt: NOW, plain: true }],
  });
  expect(nextStep(after, NOW, TO.destination)).toEqual({ do: "send" });
});

/** Retries the held message whenever it is due. */
function retryFor(channel: Channel, outcome: SendOutcome, isOver: (channel: Channel) => boolean) {
  let [current, now, tries] = [channel, NOW, 0];
  while (!isOver(current) && tries++ < 100) {
    const [held] = current.held ?? [];
    now = Math.max(held?.retryAt ?? now, now);
    const next = held ? takeHeld(current, held) : current;
    current = afterSend(claim(next, NOTIFICATIONS.slice(0, 1), now, now), outcome, now, { ...TO, oneByOne: true });
  }
  return { channel: current, hours: (now - NOW) / 3_600_000, tries };
}

const REJECTED: SendOutcome = { kind: "rejected", reason: "404" };

test("a receiver that rejects everything is retried for a day, then its channel is suspended and keeps the message", () => {
  const { channel, hours } = retryFor(idle, REJECTED, ({ suspended }) => suspended !== undefined);
  expect(channel.suspended).toMatchObject({ reason: "404" });
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(26);
  expect(channel.message?.notifications).toEqual(NOTIFICATIONS.slice(0, 1));
});

test("a notification that is rejected for a day while others are delivered expires, and operators are notified", () => {
  const working = { ...idle, deliveredAt: NOW + MINUTE };
  const { channel, hours } = retryFor(working, REJECTED, ({ expiring }) => expiring !== undefined);
  expect(channel).toMatchObject({ expiring: NOTIFICATIONS.slice(0, 1) });
  expect(channel.message ?? channel.suspended ?? channel.held).toBeUndefined();
  expect(hours).toBeGreaterThan(23);
  expect(delivered(channel)).toEqual(["rejected to ops"]);
});

test.each([FAILED, UNKNOWN])("an event that fails for 14 days while others are delivered expires: $kind", (outcome) => {
  const soon = retryFor({ ...idle, deliveredAt: NOW + 1 }, outcome, ({ expiring }) => expiring !== undefined);
  expect(soon.channel.expiring).toBeUndefined();
  const held = (soon.channel.held ?? []).map((one) => ({ ...one, since: NOW - 14 * 24 * 60 * MINUTE }));
  const late = retryFor({ ...soon.channel, held }, outcome, ({ expiring }) => expiring !== undefined);
  expect(late).toMatchObject({ tries: 1, channel: { expiring: NOTIFICATIONS.slice(0, 1) } });
});

test("a held message delays only its own job and, for a moment, its team", () => {
  const keyOf = (team: string, jobId: string) => `job#${team}#sfs-turbo-job#p#${jobId}`;
  const ref = { pk: keyOf("hostile", "bad"), notificationId: "notification-bad" };
  const channel = afterSend(claim(idle, [ref], NOW, LEASE, { minSendIntervalMs: 0 }), REJECTED, NOW, { ...TO, oneByOne: true });
  expect(nextStep(channel, NOW, TO.destination)).toEqual({ do: "send" });
  const at = (ms: number) => heldLimits(channel.held ?? [], NOW + ms);
  expect(at(0)).toMatchObject({ until: NOW + 5_000, teams: new Set(["hostile"]) });
  expect([at(0).maySend(keyOf("quiet", "x")), at(0).maySend(keyOf("hostile", "good"))]).toEqual([true, false]);
  expect([at(5_000).maySend(keyOf("hostile", "good")), at(5_000).maySend(ref.pk)]).toEqual([true, false]);
  expect(at(5_000).due).toMatchObject({ notifications: [ref], failures: 1 });
});

test("a team with ten held messages starts no other message, but another team does", () => {
  const held = Array.from({ length: 10 }, (_, n) => {
    const notifications = [{ pk: `job#hostile#sfs-turbo-job#p#${n}`, notificationId: `notification-${n}` }];
    return hold(claim(idle, notifications, NOW, LEASE).message, NOW);
  });
  const { maySend } = heldLimits(held, NOW + 24 * 60 * MINUTE);
  expect(maySend("job#hostile#sfs-turbo-job#p#10")).toBe(false);
  expect(maySend("job#quiet#sfs-turbo-job#p#10")).toBe(true);
});
