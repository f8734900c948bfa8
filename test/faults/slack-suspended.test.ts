import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { createKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { readConfig } from "../../lib/config/config.ts";
import { createServices, type Services } from "../../lib/services.ts";
import { PROJECT } from "../jobs.ts";
import { onVirtualTime } from "../virtual-clock.ts";
import { startWorld, type World } from "../world.ts";

const DAY = 86_400_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const delivered = (channel: string) =>
  world.sink.messages.filter((message) => message.channel === channel).map(({ rendered }) => rendered.replaceAll(/\s+/g, " "));
/** The notices for operators, without those about the days that the clock skips. */
const notices = () => delivered("operators").filter((text) => !text.includes("sfs-jobwatch was down"));
const posts = (channel: string) => world.sink.posts.filter((post) => post.channel === channel).length;
const statesOf = async (...jobIds: string[]) => {
  const answers = await Promise.all(jobIds.map((jobId) => world.request("GET", `/jobs/${jobId}`)));
  return answers.map(({ body }) => body.notifications[0].state);
};

function killChannel(dead: string, status = 404, word = "no_service"): void {
  world.sink.answer((_, __, channel) => (channel === dead ? { status, body: word } : undefined));
}

async function registerEnded(jobId: string, more: Record<string, unknown> = {}): Promise<void> {
  world.cloud.answer(jobId, { status: "success" });
  await world.register(jobId, more);
}

/** Runs one tick of services other than the world's own. */
async function tickOf(services: Services): Promise<void> {
  const end = services.clock.now() + 58_000;
  const getRemainingTimeInMillis = () => end - services.clock.now();
  await createTickHandler(services)({ segment: 0 }, { awsRequestId: "other", functionName: "poll", getRemainingTimeInMillis });
}

it.each([
  { status: 404, word: "no_service" },
  { status: 410, word: "channel_is_archived" },
  { status: 403, word: "action_prohibited" },
])(
  "row 35: $word suspends the channel, operators are notified once, and a test message resumes it",
  async ({ status, word }) => {
    killChannel("general", status, word);
    await registerEnded("first");
    await world.ticks(2);
    await registerEnded("second", { channels: ["general", "projects"] });
    await world.ticks(3);
    expect(posts("general")).toBe(1);
    expect(delivered("projects")).toHaveLength(1);
    expect(delivered("operators")).toEqual([expect.stringMatching(new RegExp(`"general".*${word}`))]);
    expect(await statesOf("first", "second")).toEqual(["pending", "pending"]);
    expect((await world.request("POST", "/channels/general/test")).body).toEqual({ outcome: "dead", reason: word });
    await world.ticks(2);
    expect(delivered("operators")).toHaveLength(1);
    world.sink.answer(undefined);
    expect((await world.request("POST", "/channels/general/test")).body).toEqual({ outcome: "delivered" });
    await world.ticks(2);
    const afterTest = delivered("general").slice(1).join(" ");
    for (const jobId of ["first", "second"]) expect(afterTest).toContain(jobId);
    expect(await statesOf("first", "second")).toEqual(["delivered", "delivered"]);
    expect(delivered("operators")).toHaveLength(2);
    expect(delivered("operators")[1]).toMatch(/Channel "general" is active again after \d+ min/);
  },
);

it("row 35: if the operators' own channel is dead, the log and the metric report it, and no message is created", async () => {
  killChannel("operators");
  world.cloud.answer("unseen", () => ({ status: 503 }));
  await world.register("unseen");
  await world.ticks(60);
  expect(posts("operators")).toBe(1);
  expect(world.sink.messages).toEqual([]);
  expect(world.logged.some((line) => /channel is suspended/.test(line) && /"operators".*no_service/.test(line))).toBe(true);
  const counted = new Map<string, number>();
  const metrics = { ...world.services.metrics, count: (name: string, value: number) => counted.set(name, value) };
  await tickOf({ ...world.services, metrics });
  expect([...counted].filter(([name, value]) => /suspended/i.test(name) && value > 0)).not.toEqual([]);
  world.sink.answer(undefined);
  world.cloud.answer("unseen", { status: "success" });
  await world.ticks(2);
  expect(delivered("general")).toHaveLength(1);
  const hash = createHash("sha256").update("sfsjw_operator").digest("hex");
  const key = { hash, team: "operations", label: "test", createdAt: 0, operator: true };
  await createKey(world.table.client, world.table.name, key);
  await world.request("POST", "/channels/operators/test", { key: "sfsjw_operator" });
  await world.ticks(3);
  expect(delivered("operators").length).toBeGreaterThanOrEqual(2);
  expect(delivered("operators").join()).toContain(PROJECT);
  expect(
    delivered("operators")
      .join()
      .match(/"operators"/g),
  ).toHaveLength(1);
  expect(delivered("operators").join()).toMatch(/Channel "operators" is active again/);
});

it("row 35: a notification that waits 14 days in a suspended channel expires, is shown as expired, and is reported once to the operators", async () => {
  killChannel("general");
  await registerEnded("first");
  await registerEnded("second");
  await world.ticks(2);
  world.clock.advance(13 * DAY);
  await world.ticks(2);
  expect(await statesOf("first", "second")).toEqual(["pending", "pending"]);
  expect(notices()).toHaveLength(1);
  world.clock.advance(DAY);
  await world.ticks(3);
  expect(await statesOf("first", "second")).toEqual(["expired", "expired"]);
  expect(notices()).toHaveLength(2);
  expect(notices()[1]).toMatch(/"general"/);
  expect(notices()[1]).toMatch(/2 notifications/i);
  world.sink.answer(undefined);
  await world.request("POST", "/channels/general/test");
  await world.ticks(3);
  expect(delivered("general")).toHaveLength(1);
  expect(notices()).toHaveLength(3);
  expect(notices()[2]).toMatch(/"general" is active again after 14 d/);
  expect(posts("general")).toBe(2);
});

it("row 35: a suspended channel is resumed by a new URL in the configuration, not by time", async () => {
  killChannel("general");
  await registerEnded("kept");
  await world.ticks(2);
  world.sink.answer(undefined);
  await world.ticks(3);
  expect(posts("general")).toBe(1);
  const hooks = JSON.parse(world.environment.SLACK_WEBHOOKS ?? "{}");
  const repaired = { ...hooks, general: `${world.sink.url}/services/T1/B2/general` };
  const config = readConfig({ ...world.environment, SLACK_WEBHOOKS: JSON.stringify(repaired) });
  const { clock, log, metrics } = world.services;
  const table = world.table.open(clock.now);
  const services = onVirtualTime(createServices(config, { clock, log, metrics, table }), world.clock);
  await tickOf(services);
  expect(delivered("general")).toEqual([expect.stringContaining("kept")]);
  expect(await statesOf("kept")).toEqual(["delivered"]);
  await tickOf(services);
  expect(delivered("operators")).toHaveLength(2);
  expect(delivered("operators")[1]).toContain('Channel "general" is active again');
});
