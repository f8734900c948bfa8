import { expect, test } from "vitest";
import { newChannel } from "../../lib/domain/channel/channel.ts";
import { suspend } from "../../lib/domain/channel/suspension.ts";
import { newReachability, observeService } from "../../lib/domain/health/reachability.ts";
import type { Job, NotificationState } from "../../lib/domain/job/job.ts";
import { endNotifications, openEntry, pkOf, type StoredRecord } from "../../lib/domain/stored-record.ts";
import { AWAY, FAILED, KEY, MINUTE, play, RUNNING, START, SUCCESS } from "./job/script.ts";

const PK = "job#storage#sfs-turbo-job#0123456789abcdef0123456789abcdef#job-1";
const running = play([[0, RUNNING]]).job;
const ended = play([[0, SUCCESS]], { channels: ["one", "two"] }).job;
const stored = (record: Job): StoredRecord => ({ kind: "job", record });
const become = (...states: NotificationState[]): Job => ({
  ...ended,
  notifications: ended.notifications.map((notification, index) => ({ ...notification, state: states[index] ?? "pending" })),
});

const SERVICE = { projectId: KEY.projectId, service: "sfs-turbo" };
const failing = { good: 0, failedPolls: 2, open: 2, ended: [], bad: AWAY };
const reported = [0, 5].reduce(
  (record, minute) => observeService(record, failing, START + minute * MINUTE, "ops"),
  newReachability(SERVICE),
);

test.each<{ name: string; of: StoredRecord; entry: object | undefined }>([
  {
    name: "a job that has not ended is open, to be polled",
    of: stored(running),
    entry: { pk: PK, tracking: { trackedSince: START } },
  },
  {
    name: "a job that has ended is open until every channel is notified",
    of: stored(ended),
    entry: { pk: PK, canWait: { channels: ["one", "two"], since: START } },
  },
  {
    name: "a channel that was notified is omitted",
    of: stored(become("delivered")),
    entry: { pk: PK, canWait: { channels: ["two"], since: START } },
  },
  {
    name: "a job that has ended and was delivered is not open",
    of: stored(become("delivered", "delivered")),
    entry: undefined,
  },
  { name: "an expired notification is no work left", of: stored(become("expired", "delivered")), entry: undefined },
  {
    name: "a service that can be polled is not open",
    of: { kind: "reachability", record: newReachability(SERVICE) },
    entry: undefined,
  },
  {
    name: "an unreachable service is open until operators are notified",
    of: { kind: "reachability", record: reported },
    entry: { pk: `reachability#${KEY.projectId}#sfs-turbo`, pending: { channels: ["ops"], since: START + 5 * MINUTE } },
  },
  { name: "an idle channel is not open", of: { kind: "channel", record: newChannel("a") }, entry: undefined },
  {
    name: "a suspended channel is open until operators are notified",
    of: { kind: "channel", record: suspend(newChannel("a"), "no_service", START, { destination: "", opsChannel: "ops" }) },
    entry: { pk: "channel#a", pending: { channels: ["ops"], since: START } },
  },
])("$name", ({ of, entry }) => {
  const found = openEntry(of);
  if (entry === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(entry);
  expect(found?.pk ?? pkOf(of)).toBe(pkOf(of));
});

test("a job to poll with a pending notification is one entry", () => {
  const both = play([[0, RUNNING]], { channels: ["one"], notifyOn: ["started"] }).job;
  expect(openEntry(stored(both))).toMatchObject({ tracking: { trackedSince: START }, canWait: { channels: ["one"] } });
});

test("an entry counts the wait from its oldest notification, and names each channel once", () => {
  const later = {
    ...ended,
    notifications: [
      ...ended.notifications.map((notification) => ({ ...notification, id: "x", at: START + 5 })),
      ...ended.notifications,
    ],
  };
  expect(openEntry(stored(later))?.canWait).toEqual({ channels: ["one", "two"], since: START });
});

test("a failure takes along its job's notifications for the same channel, and nothing else", () => {
  const { job } = play(
    [
      [0, RUNNING],
      [5, FAILED],
    ],
    { channels: ["one", "two"], notifyOn: ["started", "failed"] },
  );
  const notifications = job.notifications.map((notification) =>
    notification.n === 3 && notification.channel === "two" ? { ...notification, state: "delivered" as const } : notification,
  );
  const entry = openEntry(stored({ ...job, notifications }));
  expect(entry?.pending).toEqual({ channels: ["one"], since: START + 5 * MINUTE });
  expect(entry?.canWait).toEqual({ channels: ["two"], since: START });
});

test("notifications for a digest are separate from those to send at once", () => {
  const notifications = ended.notifications.map((notification) => ({ ...notification, id: `digest-${notification.id}` }));
  const digest = { channels: ["one", "two"], since: START };
  expect(openEntry(stored({ ...ended, notifications }))).toEqual({ pk: PK, digest });
  expect(openEntry(stored({ ...ended, notifications: [...ended.notifications, ...notifications] }))).toEqual({
    pk: PK,
    canWait: digest,
    digest,
  });
});

test("an ended job is no longer polled", () => {
  expect(openEntry(stored(ended))).not.toHaveProperty("tracking");
});

test("ends only the given pending notifications", () => {
  const [first, second] = ended.notifications.map(({ id }) => id);
  const closed = endNotifications(become("pending", "expired"), new Set([first ?? "", second ?? ""]), "delivered", START + 9);
  expect(closed.notifications.map(({ state, at }) => [state, at - START])).toEqual([
    ["delivered", 9],
    ["expired", 0],
  ]);
});

test("ending them twice returns the same record", () => {
  const once = endNotifications(ended, new Set(ended.notifications.map(({ id }) => id)), "delivered", START + 9);
  expect(endNotifications(once, new Set(ended.notifications.map(({ id }) => id)), "delivered", START + 99)).toBe(once);
});
