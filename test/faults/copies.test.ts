import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { startWorld, type World } from "../world.ts";

// What a suspended channel keeps must reach somebody: failed, lost and stopped jobs are copied to the operators.

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const texts = (channel: string) =>
  world.sink.messages
    .filter((message) => message.channel === channel)
    .map(({ rendered }) => rendered.replaceAll(/[\s┃]+/g, " ").trim());
const copies = () =>
  texts("operators").filter((text) => /suspended channel general:|for general, which is suspended/.test(text));

function kill(...dead: string[]): void {
  world.sink.answer((_, __, channel) => (dead.includes(channel) ? { status: 404, body: "no_service" } : undefined));
}

async function operatorKey(): Promise<string> {
  const hash = createHash("sha256").update("sfsjw_operator").digest("hex");
  const key = { hash, team: "operations", label: "test", createdAt: 0, operator: true };
  await createKey(world.table.client, world.table.name, key);
  return "sfsjw_operator";
}

async function fail(jobId: string): Promise<void> {
  world.cloud.answer(jobId, { status: "failed", error_code: "SFS.TURBO.0010", fail_reason: "quota exceeded" });
  await world.register(jobId, { title: jobId });
}

it("sends a failure to the operators too, once, with its text, what to do, and the name of the channel", async () => {
  kill("general");
  await fail("first");
  await world.ticks(3);
  expect(copies()).toEqual([
    expect.stringMatching(
      /"first": quota exceeded \(SFS\.TURBO\.0010\) · job first · for general, which is suspended ↳ What to do: A quota/,
    ),
  ]);
  await fail("second");
  await world.ticks(5);
  expect(copies()).toHaveLength(2);
  expect(copies()[1]).toMatch(/^For the suspended channel general: SFS Turbo job "second" failed: quota exceeded/);
  world.sink.answer(undefined);
  await world.request("POST", "/channels/general/test");
  await world.ticks(3);
  expect(texts("general").slice(1).join()).toMatch(/first.*second|second.*first/);
  expect(copies()).toHaveLength(2);
  expect(copies().join()).not.toContain("may repeat");
});

it("copies many failures at once, and names the channel in each line", async () => {
  kill("general");
  await fail("alone");
  await world.ticks(2);
  await Promise.all(Array.from({ length: 12 }, (_, n) => fail(`many-${n}`)));
  await world.ticks(3);
  const shown = copies().join();
  for (let n = 0; n < 12; n++)
    expect(shown.match(new RegExp(`"many-${n}"[^"]*for general, which is suspended`, "g"))).toHaveLength(1);
});

it("copies no success: it waits in the channel", async () => {
  kill("general");
  world.cloud.answer("good", { status: "success" });
  await world.register("good");
  await world.ticks(3);
  expect(texts("operators")).toEqual([expect.stringContaining('"general" is suspended')]);
});

it("sends the copy after a crash between its write and its delivery, and only once", async () => {
  kill("general", "operators");
  await fail("first");
  await world.ticks(3);
  expect(texts("operators")).toEqual([]);
  const { body } = await world.request("GET", "/jobs/first");
  expect(body.notifications.map(({ channel, state }: { channel: string; state: string }) => `${channel} ${state}`)).toEqual([
    "general pending",
    "operators pending",
  ]);
  kill("general");
  await world.request("POST", "/channels/operators/test", { key: await operatorKey() });
  await world.ticks(3);
  expect(copies()).toHaveLength(1);
});

it("copies nothing that the operators' own channel keeps", async () => {
  await world.close();
  world = await startWorld({ OPS_CHANNEL: "general" });
  kill("general");
  await fail("first");
  await world.ticks(3);
  const { body } = await world.request("GET", "/jobs/first");
  expect(body.notifications).toEqual([expect.objectContaining({ channel: "general", state: "pending" })]);
});
