import { expect, it, onTestFinished } from "vitest";
import { createQueues } from "../../lib/delivery/channel-queues.ts";
import { readChannel } from "../../lib/delivery/channel-record.ts";
import type { Sender } from "../../lib/delivery/sender.ts";
import { finishExpiring } from "../../lib/delivery/suspended-channel.ts";
import { newChannel } from "../../lib/domain/channel/channel.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { jobKey, registered, seen } from "../jobs.ts";
import { startWorld } from "../world.ts";

it("an expiry that two processes finish at once is counted and logged once", async () => {
  const world = await startWorld();
  onTestFinished(() => world.close());
  const { table, clock, config } = world.services;
  const record = registered("forgotten", seen("failed"), { channels: ["general"] });
  await table.save({ kind: "job", record });
  const expiring = record.notifications.map(({ id }) => ({ pk: jobPk(jobKey("forgotten")), notificationId: id }));
  await table.save({ kind: "channel", record: { ...newChannel("general"), expiring } });
  const channel = await readChannel({ table }, "general");
  const times = { lastSendAt: clock.now(), endsAt: clock.now(), leaseUntil: clock.now() };
  const sender = (): Sender => ({
    ports: world.services,
    settings: { ...config.rules, ...times },
    name: "general",
    queues: createQueues("general", { dueBefore: () => 0, isDue: () => true, stillOpen: async () => undefined }),
    claimsLost: 0,
    wasHeld: false,
  });
  await Promise.all([sender(), sender()].map((one) => finishExpiring(one, channel, expiring, clock.now())));
  const counted = world.measured.filter(({ name }) => name === "NotificationsExpired").map(({ value }) => value);
  expect(counted).toEqual([expiring.length]);
  expect(world.logged.filter((line) => line.includes("notifications expired"))).toHaveLength(1);
  expect((await readChannel({ table }, "general")).expiring).toBeUndefined();
  const stored = await table.read(jobPk(jobKey("forgotten")));
  expect(stored?.record).toMatchObject({ notifications: [{ state: "expired" }] });
});
