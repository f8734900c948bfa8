import { expect, test } from "vitest";
import { createQueues, nextQueue, takeOut, waitingItems } from "../../lib/delivery/queues.ts";
import type { AlertState } from "../../lib/job/job.ts";
import { jobPk } from "../../lib/job/names.ts";
import { NOW, registered, seen } from "../jobs.ts";

const MOMENT = NOW + 60_000;
const job = registered("job", seen("success"));
const PK = jobPk(job);

function start(single: AlertState, digest: AlertState, at = NOW) {
  const [alert = { id: "", n: 2, channel: "storage-ops", state: single, at }] = job.alerts;
  const alerts = [
    { ...alert, state: single },
    { ...alert, id: `digest-${alert.id}`, state: digest, at },
  ];
  const queues = createQueues("storage-ops", {
    before: () => MOMENT,
    isDue: (since) => since < MOMENT,
    stillOpen: async () => undefined,
  });
  queues.alerts.pks.set(PK, NOW + 5);
  queues.digest.pks.set(PK, NOW);
  takeOut(queues, PK, { kind: "job", record: { ...job, alerts } });
  return { alerts: queues.alerts.pks.size, digest: queues.digest.pks.size };
}

test.each([
  { name: "stays in both while it has both", has: start("pending", "pending"), alerts: 1, digest: 1 },
  { name: "leaves the single alerts when they are told", has: start("delivered", "pending"), alerts: 0, digest: 1 },
  { name: "leaves the digest when that is told", has: start("pending", "delivered"), alerts: 1, digest: 0 },
  { name: "leaves a digest in which it has nothing due", has: start("pending", "pending", MOMENT), alerts: 1, digest: 0 },
])("an item $name", ({ has, alerts, digest }) => {
  expect(has).toEqual({ alerts, digest });
});

test("single alerts go first, and an item of both waits since its earlier moment", () => {
  const queues = createQueues("storage-ops", {
    before: () => MOMENT,
    isDue: (since) => since < MOMENT,
    stillOpen: async () => undefined,
  });
  expect(nextQueue(queues)).toBeUndefined();
  queues.digest.pks.set(PK, NOW);
  expect(nextQueue(queues)).toBe(queues.digest);
  queues.alerts.pks.set(PK, NOW + 5);
  expect(nextQueue(queues)).toBe(queues.alerts);
  expect([...waitingItems(queues)]).toEqual([[PK, NOW]]);
});
