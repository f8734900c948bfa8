import { expect, test } from "vitest";
import { createQueues, endTurn, nextRecords, queuedRecords, removeIfDone } from "../../lib/delivery/channel-queues.ts";
import type { NotificationState } from "../../lib/domain/job/job.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { NOW, registered, seen } from "../jobs.ts";

const MOMENT = NOW + 60_000;
const job = registered("job", seen("success"));
const PK = jobPk(job);

function start(single: NotificationState, digest: NotificationState, at = NOW) {
  const [notification = { id: "", n: 2, channel: "storage-ops", state: single, at }] = job.notifications;
  const notifications = [
    { ...notification, state: single },
    { ...notification, id: `digest-${notification.id}`, state: digest, at },
  ];
  const queues = emptyQueues();
  queues.notifications.pks.add(PK, NOW + 5);
  queues.digest.pks.add(PK, NOW);
  removeIfDone(queues, PK, { ...job, notifications });
  return { notifications: queues.notifications.pks.size, digest: queues.digest.pks.size };
}

test.each([
  { name: "stays in both queues while it has both kinds", has: start("pending", "pending"), notifications: 1, digest: 1 },
  {
    name: "leaves the single notifications when they are delivered",
    has: start("delivered", "pending"),
    notifications: 0,
    digest: 1,
  },
  { name: "leaves the digest when that is delivered", has: start("pending", "delivered"), notifications: 1, digest: 0 },
  {
    name: "leaves a digest for which it has nothing due",
    has: start("pending", "pending", MOMENT),
    notifications: 1,
    digest: 0,
  },
])("a record $name", ({ has, notifications, digest }) => {
  expect(has).toEqual({ notifications, digest });
});

function emptyQueues() {
  return createQueues("storage-ops", {
    dueBefore: () => MOMENT,
    isDue: (since) => since < MOMENT,
    stillOpen: async () => undefined,
  });
}

const always = () => true;

test("single notifications go first, and a record in both queues waits since the earlier time", () => {
  const queues = emptyQueues();
  expect(nextRecords(queues, always)).toBeUndefined();
  queues.digest.pks.add(PK, NOW);
  expect(nextRecords(queues, always)?.queue).toBe(queues.digest);
  queues.notifications.pks.add(PK, NOW + 5);
  expect(nextRecords(queues, always)?.queue).toBe(queues.notifications);
  expect([...queuedRecords(queues)]).toEqual([[PK, NOW]]);
});

test("a flood of single notifications does not delay a digest: the two take turns", () => {
  const queues = emptyQueues();
  for (let index = 0; index < 3_000; index++) queues.notifications.pks.add(pkOf("flood", index), NOW);
  queues.digest.pks.add(pkOf("quiet", 0), NOW);
  const next = nextRecords(queues, always);
  expect(next?.queue).toBe(queues.notifications);
  endTurn(queues, queues.notifications, next?.pks ?? []);
  expect(nextRecords(queues, always)).toMatchObject({ queue: queues.digest, pks: [pkOf("quiet", 0)] });
});

test("teams take turns, each with its oldest record first, up to the read limit", () => {
  const { notifications, ...queues } = emptyQueues();
  notifications.readLimit = 5;
  for (let index = 0; index < 1_000; index++) notifications.pks.add(pkOf("flood", index), NOW - index);
  for (const index of [0, 1]) notifications.pks.add(pkOf("quiet", index), NOW + 1_000 - index);
  const next = nextRecords({ notifications, ...queues }, always);
  const [flood, quiet] = [[999, 998, 997].map((index) => pkOf("flood", index)), [1, 0].map((index) => pkOf("quiet", index))];
  expect(next?.pks).toEqual([flood[0], quiet[0], flood[1], quiet[1], flood[2]]);
  endTurn({ notifications, ...queues }, notifications, [pkOf("flood", 999)]);
  expect(nextRecords({ notifications, ...queues }, always)?.pks[0]).toBe(quiet[0]);
});

test("a full queue drops the newest records of the largest team, never those of a small one", () => {
  const { notifications } = emptyQueues();
  for (let index = 0; index < 20; index++) notifications.pks.add(pkOf("quiet", index), NOW + index);
  for (let index = 0; index < 10_000; index++) notifications.pks.add(pkOf("flood", index), NOW - index);
  for (let index = 20; index < 40; index++) notifications.pks.add(pkOf("quiet", index), NOW + index);
  const kept = [...notifications.pks.entries()].map(([pk]) => pk);
  expect(kept).toHaveLength(notifications.pks.size);
  expect(kept.length).toBeLessThanOrEqual(2_500);
  expect(kept.filter((pk) => pk.startsWith("job#quiet#"))).toHaveLength(40);
  expect(kept).toContain(pkOf("flood", 9_999));
  expect(kept).not.toContain(pkOf("flood", 0));
});

function pkOf(team: string, index: number): string {
  return jobPk({ team, source: "sfs-turbo-job", projectId: "p", jobId: `job-${index}` });
}
