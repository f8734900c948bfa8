import type { ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { type Received, serverForTest } from "../http-server.ts";
import { jobKey, registered, seen } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";

// Two teams share a channel. One of them must not delay, hide or falsify the other's notifications.

const HOSTILE = "sfsjw_test-key-of-team-hostile";
const DAY = 86_400_000;

let world: World;
afterEach(() => world.close());

const taken = (channel: string) => world.sink.messages.filter((message) => message.channel === channel);
const texts = (channel: string) => taken(channel).map(({ payload }) => JSON.stringify(payload));

async function start(settings: Record<string, string> = {}): Promise<void> {
  world = await startWorld(settings);
  await addKey(world.table, HOSTILE, "hostile");
}

/** Ended jobs of the hostile team with pending notifications. */
async function flood(count: number, channel: string): Promise<void> {
  const ended = seen("success", { jobType: "create_share" });
  const options = { team: "hostile", channels: [channel] };
  const jobs = Array.from({ length: count }, (_, index) => registered(`flood-${index}-x`, ended, options));
  await writeJobs(world.table, jobs);
}

async function endJob(jobId: string, channels: string[], key?: string): Promise<void> {
  world.cloud.answer(jobId, { status: "success" });
  await world.request("POST", "/jobs", { body: { jobId, channels }, ...(key !== undefined && { key }) });
}

async function stateOf(jobId: string, team = "storage"): Promise<string | undefined> {
  const found = await world.table.open(world.clock.now).read(jobPk(jobKey(jobId, team)));
  return found?.kind === "job" ? found.record.notifications[0]?.state : undefined;
}

it("a quiet team's notification is sent within seconds while thousands of another team wait for the channel", async () => {
  await start();
  await flood(2_000, "general");
  world.clock.advance(60_000);
  world.cloud.answer("quiet-one", { status: "running" });
  await world.register("quiet-one", { channels: ["general"] });
  // It ends when the other team's thousands are queued.
  let endedAt = Number.NaN;
  world.sink.answer((post) => {
    if (post === 3) {
      endedAt = world.clock.now();
      world.cloud.answer("quiet-one", { status: "success" });
    }
    return undefined;
  });
  await world.tick();
  const sentAt = taken("general").find(({ payload }) => JSON.stringify(payload).includes("quiet-one"))?.at ?? Number.NaN;
  expect((sentAt - endedAt) / 1_000).toBeLessThan(10);
  expect(
    texts("general")
      .join()
      .match(/flood-\d+-x/g)?.length,
  ).toBeGreaterThan(1_000);
}, 240_000);

it("test messages of a team do not delay another team's notification for long", async () => {
  await start();
  await endJob("quiet-one", ["general"]);
  const startedAt = world.clock.now();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => world.request("POST", "/channels/general/test", { key: HOSTILE })),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(5);
  expect(answers.find(({ status }) => status === 429)?.headers["retry-after"]).toMatch(/^\d+$/);
  await world.tick();
  const sentAt = taken("general").find(({ payload }) => JSON.stringify(payload).includes("quiet-one"))?.at ?? Number.NaN;
  expect((sentAt - startedAt) / 1_000).toBeLessThan(10);
});

it("a notification whose text Slack refuses is delivered as fixed text, all others unchanged, and no channel is suspended", async () => {
  await start();
  world.sink.answer((_, body, channel) =>
    channel === "general" && JSON.stringify(body).includes("bad-") ? { status: 400, body: "invalid_payload" } : undefined,
  );
  const [good, bad] = [
    ["quiet-1", "quiet-2", "quiet-3"],
    ["bad-1", "bad-2", "bad-3"],
  ];
  for (const jobId of [...bad, "hostile-good"]) await endJob(jobId, ["general"], HOSTILE);
  for (const jobId of good) await endJob(jobId, ["general"]);
  const startedAt = world.clock.now();
  await world.ticks(2);
  for (const jobId of [...good, "hostile-good"])
    expect(texts("general").filter((text) => text.includes(jobId))).toHaveLength(1);
  const quietAt = taken("general").find(({ payload }) => JSON.stringify(payload).includes("quiet-1"))?.at ?? Number.NaN;
  expect((quietAt - startedAt) / 1_000).toBeLessThan(10);
  expect(texts("general").filter((text) => text.includes("notification cannot be shown here"))).toHaveLength(bad.length);
  expect(await Promise.all(good.map((jobId) => stateOf(jobId)))).toEqual(good.map(() => "delivered"));
  expect(await Promise.all(bad.map((jobId) => stateOf(jobId, "hostile")))).toEqual(bad.map(() => "delivered"));
  expect((await world.request("GET", "/channels")).body.channels).toContainEqual(
    expect.objectContaining({ name: "general", state: "open" }),
  );
  expect(texts("operators").filter((text) => text.includes("rejected the text of a notification"))).toHaveLength(1);
});

it.each([422, 500])(
  "an event that a receiver answers with %d delays neither another team nor another job",
  async (status) => {
    const heard: string[] = [];
    const receiver = await serverForTest(({ body }: Received, response: ServerResponse) => {
      if (body.includes("bad-")) return void response.writeHead(status).end();
      heard.push(JSON.parse(body).data.job.jobId);
      response.writeHead(204).end();
    });
    const secrets = [`whsec_${Buffer.alloc(32, 9).toString("base64")}`];
    await start({ WEBHOOKS: JSON.stringify({ shared: { url: `${receiver.url}/hook`, secrets } }) });
    for (let index = 0; index < 20; index++) await endJob(`bad-${index}`, ["shared"], HOSTILE);
    await endJob("quiet-one", ["shared"]);
    await endJob("hostile-good", ["shared"], HOSTILE);
    await world.tick();
    expect(heard).toContain("quiet-one");
    await endJob("quiet-two", ["shared"]);
    await world.tick();
    expect(heard).toContain("quiet-two");
    const tries = receiver.requests.length;
    await world.ticks(10);
    expect(receiver.requests.length - tries).toBeLessThan(200);
    expect((await world.request("GET", "/channels")).body.channels).toContainEqual(
      expect.objectContaining({ name: "shared", state: "open" }),
    );
  },
  120_000,
);

it("an event that is rejected for a day while others are accepted expires, and the operators are notified", async () => {
  const receiver = await serverForTest(
    ({ body }: Received, response: ServerResponse) => void response.writeHead(body.includes("bad-") ? 422 : 204).end(),
  );
  const secrets = [`whsec_${Buffer.alloc(32, 9).toString("base64")}`];
  await start({ WEBHOOKS: JSON.stringify({ shared: { url: `${receiver.url}/hook`, secrets } }) });
  await endJob("bad-1", ["shared"], HOSTILE);
  await world.tick();
  await endJob("quiet-one", ["shared"]);
  for (let tries = 0; tries < 70; tries++) {
    await world.tick();
    world.clock.advance(DAY / 48);
  }
  expect(await stateOf("quiet-one")).toBe("delivered");
  expect(await stateOf("bad-1", "hostile")).toBe("expired");
  expect(texts("operators").filter((text) => text.includes("rejected notifications that have now expired"))).toHaveLength(1);
}, 240_000);
