import { afterEach, beforeEach, expect, it } from "vitest";
import type { World } from "../world.ts";
import { type DoomedTick, type Moment, startDoomedTick } from "./processes/doomed-tick.ts";

let doomed: DoomedTick;
let world: World;

beforeEach(async () => {
  doomed = await startDoomedTick();
  world = doomed.world;
});
afterEach(() => doomed.close());

const delivered = () => world.sink.messages.map(({ rendered }) => rendered);
const notificationIds = () => delivered().map((text) => /notification[\s┃]+(\w{11})/.exec(text)?.[1]);
const job = async () => (await world.request("GET", "/jobs/victim")).body;

const savesTheJob: Moment = ({ operation, pk }) => operation === "UpdateItem" && pk.startsWith("job#");
const readsTheChannelOnceDelivered: Moment = ({ operation, pk }) =>
  operation === "GetItem" && pk.startsWith("channel#") && world.sink.messages.length === 1;
/** The first write of a delivery is the claim, the second the confirmation. The attempts of one call are one write. */
const writesTheChannel = (nth: number): Moment => {
  const writes = new Set<string>();
  return ({ operation, pk, invocation }) => {
    if (operation === "UpdateItem" && pk.startsWith("channel#")) writes.add(invocation);
    return writes.size === nth;
  };
};

it("row 40: killed between save and send, the job is delivered within two minutes by the first tick after the lease", async () => {
  expect(await doomed.dieAt(savesTheJob)).toBe("SIGKILL");
  expect(world.sink.posts).toEqual([]);
  expect(await job()).toMatchObject({ state: "failed", notifications: [{ state: "pending" }] });
  world.clock.advance(doomed.beganAt() + 60_000 - world.clock.now());
  await world.tick();
  expect(delivered()).toEqual([]);
  await world.tick();
  expect(delivered()).toHaveLength(1);
  expect(delivered()[0]).toContain("no space");
  expect(delivered()[0]).not.toContain("may repeat");
  expect((world.sink.messages[0]?.at ?? 0) - doomed.beganAt()).toBeLessThanOrEqual(120_000);
  await world.ticks(2);
  expect(delivered()).toHaveLength(1);
});

it("row 40: killed between Slack's ok and the confirmation, the job is delivered again, with the same id and the may-repeat note", async () => {
  expect(await doomed.dieAt(readsTheChannelOnceDelivered)).toBe("SIGKILL");
  doomed.passTime();
  await world.ticks(3);
  expect(delivered()).toHaveLength(2);
  expect(delivered()[1]).toContain("may repeat");
  expect(notificationIds()[0]).toBe(notificationIds()[1]);
});

it("row 40: killed between the confirmations of the channel and the job, the job is not delivered again", async () => {
  expect(await doomed.dieAt(writesTheChannel(2))).toBe("SIGKILL");
  expect((await job()).notifications[0].state).toBe("pending");
  doomed.passTime();
  await world.ticks(3);
  expect(delivered()).toHaveLength(1);
  expect((await job()).notifications[0].state).toBe("delivered");
});

it.each([
  { name: "frozen after Slack has accepted its message", how: "frozen", ends: ["SIGKILL"] },
  // It tries to confirm the message until a second before its time is over. A busy machine may end it first.
  { name: "while the table rejects the confirmation", how: "without the table", ends: [0, "SIGKILL"] },
] as const)(
  "row 40: ended by its own timeout, $name, the message is repeated once with the same id and the may-repeat note",
  async ({ how, ends }) => {
    expect(ends).toContain(await doomed.timeOut(how));
    expect(delivered()).toHaveLength(1);
    doomed.passTime();
    await world.ticks(3);
    expect(delivered()).toHaveLength(2);
    expect(delivered()[0]).not.toContain("may repeat");
    expect(delivered()[1]).toContain("may repeat");
    expect(notificationIds()[0]).toBe(notificationIds()[1]);
    expect((await job()).notifications).toMatchObject([{ state: "delivered" }]);
  },
);

/** On a busy machine, fast time can end the tick before that moment. */
const MAY_COME_TOO_LATE = { retry: 2, timeout: 60_000 };

it(
  "row 42: paused for twice its lease before the send, a tick leaves the delivery to its successor",
  MAY_COME_TOO_LATE,
  async () => {
    await doomed.stopAt(writesTheChannel(1));
    await world.ticks(2);
    expect(delivered()).toHaveLength(1);
    expect((await job()).notifications).toMatchObject([{ state: "delivered" }]);
  },
);

it(
  "row 42: paused between Slack's ok and the confirmation, the job is delivered at most once more, with the same id and the may-repeat note",
  MAY_COME_TOO_LATE,
  async () => {
    await doomed.stopAt(readsTheChannelOnceDelivered);
    await world.ticks(2);
    expect(delivered()).toHaveLength(2);
    expect(delivered()[1]).toContain("may repeat");
    expect(notificationIds()[0]).toBe(notificationIds()[1]);
    expect((await job()).notifications).toMatchObject([{ state: "delivered" }]);
  },
);

it.each([
  { death: "its process exits", onSignal: "process.exit(7)", ends: 7 },
  { death: "nobody catches a rejection", onSignal: "Promise.reject(new Error('by the test'))", ends: 1 },
  {
    death: "its memory is used up",
    onSignal: "for (const held = []; ; ) held.push(Array(1e5).fill(held))",
    ends: "SIGABRT",
    flags: ["--max-old-space-size=80"],
  },
])(
  "row 46: a failed job is delivered by a later tick if $death in the tick that saw the failure",
  async ({ onSignal, ends, flags = [] }) => {
    const onDeath = `data:text/javascript,process.on("SIGUSR2", () => { ${onSignal} })`;
    expect(await doomed.dieAt(savesTheJob, "SIGUSR2", [...flags, "--import", onDeath])).toBe(ends);
    doomed.passTime();
    await world.ticks(2);
    expect(delivered()).toHaveLength(1);
    expect(delivered()[0]).toContain("no space");
    expect((await job()).notifications[0].state).toBe("delivered");
  },
);
