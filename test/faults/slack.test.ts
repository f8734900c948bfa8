import { afterEach, beforeEach, expect, it } from "vitest";
import type { SinkAnswer } from "../../infra/local/slack-sink.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const delivered = (channel: string) => world.sink.messages.filter((message) => message.channel === channel);
const posts = (channel: string) => world.sink.posts.filter((post) => post.channel === channel);
const notificationOf = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body.notifications[0];

async function registerEnded(jobId: string, more: Record<string, unknown> = {}): Promise<void> {
  world.cloud.answer(jobId, { status: "success" });
  await world.register(jobId, more);
}

it("row 32: fifty responses of 500 delay a notification with growing waits, and the first ok delivers it once", async () => {
  world.sink.answer((_, __, channel) =>
    channel === "general" && posts("general").length < 50 ? { status: 500, body: "rollup_error" } : undefined,
  );
  await registerEnded("patient");
  while (posts("general").length < 51 && world.clock.now() < Date.parse("2026-11-25T00:00:00Z")) {
    await world.tick();
    world.clock.advance(9 * 60_000);
  }
  await world.ticks(3);
  expect(posts("general").map(({ status }) => status)).toEqual([...Array(50).fill(500), 200]);
  const waits = posts("general").map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
  expect(Math.min(...waits.slice(1))).toBeGreaterThanOrEqual(5_000);
  expect(Math.min(...waits.slice(12))).toBeGreaterThanOrEqual(30 * 60_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(41 * 60_000);
  expect(delivered("general")).toHaveLength(1);
  expect(delivered("general")[0]?.rendered).not.toContain("may repeat");
  expect(await notificationOf("patient")).toMatchObject({ state: "delivered" });
});

it.each<{ name: string; answer: SinkAnswer }>([
  { name: "truncates its ok", answer: { cut: "midway", posted: true } },
  { name: "hangs up without a response", answer: { cut: "before", posted: true } },
  { name: "never responds", answer: { hang: true, posted: true } },
])("row 33: if Slack posts and $name, the same notification id is sent again with the may-repeat note", async ({ answer }) => {
  world.sink.answer([answer]);
  await registerEnded("unclear");
  await world.ticks(3);
  const [first, second] = delivered("general").map(({ rendered }) => rendered);
  const id = (await notificationOf("unclear")).id;
  expect(delivered("general")).toHaveLength(2);
  expect(first).not.toContain("may repeat");
  const ids = world.sink.messages.map(({ payload }) => /"block_id":"notification ([^"]+)"/.exec(JSON.stringify(payload))?.[1]);
  expect(ids).toEqual([id, id]);
  expect(second).toContain("may repeat");
});

it.each<{ name: string; answer: SinkAnswer }>([
  { name: "200 with a web page", answer: { body: "<html>Please sign in</html>" } },
  { name: "200 with an empty body", answer: { body: "" } },
  { name: "an empty 204", answer: { status: 204, body: "" } },
])("row 34: $name counts as not delivered, and the notification is sent until Slack returns ok", async ({ answer }) => {
  world.sink.answer(() => ({ ...answer, posted: false }));
  await registerEnded("portal");
  await world.tick();
  expect(posts("general").length).toBeGreaterThan(1);
  expect(await notificationOf("portal")).toMatchObject({ state: "pending" });
  world.sink.answer(undefined);
  await world.ticks(4);
  expect(delivered("general")).toHaveLength(1);
  expect(await notificationOf("portal")).toMatchObject({ state: "delivered" });
});

it("row 36: if Slack refuses even the fixed text, the channel is suspended and the operators are notified of each refusal", async () => {
  world.sink.answer((_, __, channel) => (channel === "general" ? { status: 400, body: "invalid_payload" } : undefined));
  await registerEnded("unreadable");
  await world.ticks(3);
  expect(posts("general")).toHaveLength(3);
  const notices = delivered("operators")
    .map(({ rendered }) => rendered.replaceAll(/\s+/g, " "))
    .join("\n");
  expect(notices).toContain('Channel "general" rejected the layout of a message: invalid_payload');
  expect(notices).toMatch(/Channel "general" is suspended: .* even as plain text \(invalid_payload\)/);
  expect(await notificationOf("unreadable")).toMatchObject({ state: "pending" });
  const { channels } = (await world.request("GET", "/channels")).body;
  expect(channels).toContainEqual(expect.objectContaining({ name: "general", state: "suspended", reason: "invalid_payload" }));
});

it.each([301, 302, 303, 307, 308])("row 39: a redirect by %d is not followed and suspends the channel", async (status) => {
  const location = `${world.sink.url}/services/T1/B1/projects`;
  world.sink.answer((_, __, channel) => (channel === "general" ? { status, headers: { location } } : undefined));
  await registerEnded("led-astray");
  await world.ticks(3);
  expect(posts("projects")).toEqual([]);
  expect(posts("general")).toHaveLength(1);
  expect(delivered("operators")).toHaveLength(1);
  expect(delivered("operators")[0]?.rendered).toContain(`status ${status}`);
  expect(await notificationOf("led-astray")).toMatchObject({ state: "pending" });
});
