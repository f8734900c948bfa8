import { afterEach, expect, it } from "vitest";
import { countCalls } from "../count-calls.ts";
import { KEYS, SIGNING_SECRET } from "../pages/site.ts";
import { visit } from "../pages/visit.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { deliveredToTeams, registerEnded } from "./ended-jobs.ts";

// 08:00 in Berlin is 07:00 UTC; the tests start five minutes earlier.
const MORNING = Date.parse("2026-11-24T07:00:00Z");
const MINUTE = 60_000;
const OTHER_KEY = "sfsjw_key-of-another-team";
const DAY = 24 * 60 * MINUTE;
const DIGEST = { at: "08:00", timeZone: "Europe/Berlin" };

let world: World;
afterEach(() => world.close());

async function startEvening(channels: object, settings: Record<string, string> = {}): Promise<void> {
  world = await startWorld({ CHANNELS: JSON.stringify(channels), ...settings }, MORNING - 5 * MINUTE);
}

const delivered = () => deliveredToTeams(world);
const notificationsOf = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body.notifications;
const tickAt = async (at: number) => {
  world.clock.advance(at - world.clock.now());
  await world.tick();
};
const openItems = async () => {
  const pages = world.services.table.scanOpen(0, 1);
  const names: string[] = [];
  for await (const { entries } of pages) names.push(...entries.map(({ pk }) => pk.split("#").at(-1) ?? ""));
  return names;
};

const end = (jobId: string, answer?: Record<string, string>, more?: object) => registerEnded(world, jobId, answer, more);

it("ends with the open jobs of every team of the channel", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST, teams: ["storage", "other"] } });
  await addKey(world.table, OTHER_KEY, "other");
  await end("good");
  world.cloud.answer("theirs", { status: "running" });
  await world.request("POST", "/jobs", { body: { jobId: "theirs", channels: ["general"] }, key: OTHER_KEY });
  await tickAt(MORNING + MINUTE);
  await world.tick();
  expect(world.sink.messages.find(({ channel }) => channel === "general")?.rendered).toMatch(/Still open: 1 job\n.*"theirs"/);
});

it("lists in the morning what ended since the last digest, once, in a channel that gets nothing else", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await end("good");
  await end("bad", { status: "failed", fail_reason: "sold out" });
  world.cloud.answer("open", { status: "running" });
  await world.register("open");
  await world.tick();
  expect(delivered()).toEqual([]);
  expect((await world.request("GET", "/health")).body).toMatchObject({ status: "ok", oldestPendingNotificationSeconds: 0 });
  expect(world.measured.filter(({ name, value }) => name === "OldestPendingNotification" && value > 0)).toEqual([]);
  expect(await notificationsOf("good")).toEqual([expect.objectContaining({ state: "pending", digest: true })]);
  await tickAt(MORNING - 61_000);
  expect(delivered()).toEqual([]);
  await world.ticks(2);
  expect(delivered()).toEqual([
    'general: Digest for general, Tue 24 Nov: SFS Turbo job "bad" failed: sold out, and 1 more job finished',
  ]);
  const rendered = world.sink.messages.find(({ channel }) => channel === "general")?.rendered;
  expect(rendered).toMatch(/"bad": sold out.*\n.*"good".*\n.*Still open: 1 job\n.*"open"/);
  expect(world.measured.filter(({ name, value }) => name === "DeliveryDelay" && value > 60)).toEqual([]);
  expect(await notificationsOf("bad")).toEqual([expect.objectContaining({ state: "delivered", digest: true })]);
  expect(await openItems()).toEqual(["open"]);
  await tickAt(MORNING + DAY + 80_000);
  await world.tick();
  expect(delivered().slice(1)).toEqual(["general: Digest for general, Wed 25 Nov: no job ended, 1 job still open"]);
});

it("repeats in the digest what was delivered at once, without mentions", async () => {
  await startEvening({ general: { mention: { failed: "@here" }, digest: DIGEST } });
  await end("bad", { status: "failed" }, { channels: ["general", "projects"] });
  await world.tick();
  // The channels do not wait for each other.
  expect(delivered().toSorted()).toEqual([
    'general: SFS Turbo job "bad" failed: the cloud gave no reason <!here>',
    'projects: SFS Turbo job "bad" failed: the cloud gave no reason',
  ]);
  await tickAt(MORNING + 80_000);
  expect(delivered().slice(2)).toEqual([
    'general: Digest for general, Tue 24 Nov: SFS Turbo job "bad" failed: the cloud gave no reason',
  ]);
});

it("shows the next digest on the job's page, and does not offer to redeliver what is pending", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } }, { SIGNING_SECRET });
  await addKey(world.table, KEYS.operator, "storage");
  await end("good");
  const page = async () => (await (await visit(world, "GET", "/jobs/good")).text()).replaceAll(/<[^>]+>/g, " ");
  const waiting = await page();
  expect(waiting).toMatch(/#general\s.*Finished \(digest\)\s+In the\s+07:00\s+digest/s);
  expect(waiting).not.toMatch(/Redeliver|Pending/);
  world.clock.advance(MORNING - world.clock.now());
  expect(await page()).toMatch(/Pending/);
  await tickAt(MORNING + 80_000);
  expect(await page()).toMatch(/#general\s.*Finished \(digest\)\s+Delivered: 200 ok/s);
});

it("says in a dry run that a job would be in the digest and not sent now", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  world.cloud.answer("good", { status: "success" });
  const body = { jobId: "good", channels: ["general", "projects"] };
  expect((await world.request("POST", "/jobs?dryRun=true", { body })).body.messages).toEqual([
    { channel: "general", wouldSend: false, digest: true, message: expect.anything() },
    { channel: "projects", wouldSend: true, message: expect.anything() },
  ]);
});

it("sends single notifications before the digest, and never both in one message", async () => {
  await startEvening({ general: { digest: DIGEST } });
  await end("yesterday");
  await world.tick();
  world.clock.advance(MORNING + 80_000 - world.clock.now());
  await end("today");
  await world.tick();
  expect(delivered()).toEqual([
    'general: SFS Turbo job "yesterday" finished',
    'general: SFS Turbo job "today" finished',
    'general: Digest for general, Tue 24 Nov: SFS Turbo job "yesterday" finished',
  ]);
});

it("includes what a silence muted, but not jobs that the team stopped", async () => {
  await startEvening({ general: { digest: DIGEST } });
  for (const jobId of ["muted", "stopped"]) {
    world.cloud.answer(jobId, { status: "running" });
    await world.register(jobId);
  }
  const until = new Date(MORNING + DAY).toISOString();
  await world.request("PATCH", "/jobs/muted", { body: { silence: { until } } });
  await world.request("DELETE", "/jobs/stopped");
  world.cloud.answer("muted", { status: "success" });
  await world.tick();
  await tickAt(MORNING + 80_000);
  expect(delivered()).toEqual(['general: Digest for general, Tue 24 Nov: SFS Turbo job "muted" finished']);
});

it("counts its delay from its scheduled time, is sent when Slack is back, and says that it may repeat an earlier message", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await end("good");
  world.cloud.answer("open", { status: "running" });
  await world.register("open");
  await world.tick();
  world.sink.answer(() => ({ status: 200, body: "<html>" }));
  await tickAt(MORNING + 80_000);
  const { body } = await world.request("GET", "/health");
  expect(body.oldestPendingNotificationSeconds).toBeGreaterThan(60);
  expect(body.oldestPendingNotificationSeconds).toBeLessThan(240);
  world.sink.answer(() => undefined);
  await world.request("DELETE", "/jobs/open");
  await world.ticks(2);
  // The operators are notified of the skipped hours in their own channel; the order between channels is not defined.
  const inGeneral = world.sink.messages.filter(({ channel }) => channel === "general").map(({ rendered }) => rendered);
  expect(delivered().at(0)).toBe('general: Digest for general, Tue 24 Nov: SFS Turbo job "good" finished');
  expect(inGeneral.at(-1)).toContain("Still open: 1 job");
  expect(inGeneral.at(-1)).toContain("may repeat an earlier message");
  expect(JSON.stringify(world.sink.messages)).toMatch(/"notification digest-\w{11}"/);
});

it("reads and writes nothing for pending digests, and sends them at once if the digest is removed", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await end("good");
  await world.tick();
  const calls = countCalls(world);
  await world.tick();
  expect(Object.fromEntries(calls)).toEqual({ UpdateItemCommand: 2, ScanCommand: 1 });
  delete world.services.config.channels.general?.digest;
  await world.tick();
  expect(delivered()).toEqual(['general: Digest for general, Tue 24 Nov: SFS Turbo job "good" finished']);
});

it("expires after 14 days in a channel that is no longer configured, and redelivers in the next digest", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await end("good");
  await world.tick();
  const { slackWebhooks } = world.services.config;
  const { general = "" } = slackWebhooks;
  delete slackWebhooks.general;
  await tickAt(MORNING + 80_000);
  await tickAt(MORNING + 15 * DAY);
  await world.tick();
  expect(await notificationsOf("good")).toEqual([expect.objectContaining({ state: "expired", digest: true })]);
  const operators = world.sink.messages.filter(({ channel }) => channel === "operators").map(({ rendered }) => rendered);
  expect(operators.join("\n").replaceAll(/\s+/g, " ")).toMatch(
    /Channel "general" was suspended for 14 days, so its notifications expired \(1 notification: good\)/,
  );
  slackWebhooks.general = general;
  await world.request("POST", "/channels/general/test");
  await world.tick();
  expect(delivered().slice(1)).toEqual([
    "general: Digest for general, Wed 9 Dec: no job ended; 1 notification could not be delivered",
  ]);
  expect((await world.request("POST", "/jobs/good/redeliver")).body.notifications).toMatchObject([
    { state: "pending", digest: true },
  ]);
  await world.tick();
  expect(delivered()).toHaveLength(2);
  await tickAt(MORNING + 16 * DAY + 80_000);
  expect(delivered().slice(2)).toEqual(['general: Digest for general, Thu 10 Dec: SFS Turbo job "good" finished']);
});

const openJob = async (jobId: string) => {
  world.cloud.answer(jobId, { status: "running" });
  await world.register(jobId);
  await world.tick();
};
const messagesOf = (channel: string) => world.sink.messages.filter((one) => one.channel === channel);

it("is sent on a day on which nothing ended if a job is open, once", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await openJob("long");
  await tickAt(MORNING - 61_000);
  expect(delivered()).toEqual([]);
  await tickAt(MORNING + 80_000);
  await world.ticks(3);
  expect(delivered()).toEqual(["general: Digest for general, Tue 24 Nov: no job ended, 1 job still open"]);
  expect(messagesOf("general")[0]?.rendered).toMatch(/no job ended\n.*Still open: 1 job\n.*"long"/);
  expect(await openItems()).toEqual(["long"]);
  await tickAt(MORNING + DAY + 80_000);
  await world.ticks(2);
  expect(delivered().slice(1)).toEqual(["general: Digest for general, Wed 25 Nov: no job ended, 1 job still open"]);
});

it("is not sent if nothing ended, no job is open in the channel, and everything was delivered", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  world.cloud.answer("other", { status: "running" });
  await world.request("POST", "/jobs", { body: { jobId: "other", channels: ["projects"] } });
  await world.tick();
  await tickAt(MORNING + 80_000);
  await world.ticks(2);
  expect(messagesOf("general")).toEqual([]);
});

it("names what could not be delivered since the last one, and how to send it again", async () => {
  await startEvening({ general: { digest: DIGEST } });
  await end("good");
  const { slackWebhooks } = world.services.config;
  const { general = "" } = slackWebhooks;
  delete slackWebhooks.general;
  await tickAt(MORNING + 80_000);
  await tickAt(MORNING + 15 * DAY);
  await world.tick();
  slackWebhooks.general = general;
  await world.request("POST", "/channels/general/test");
  await tickAt(MORNING + 16 * DAY + 80_000);
  await world.ticks(2);
  expect(delivered().slice(1)).toEqual([
    "general: Digest for general, Thu 10 Dec: no job ended; 2 notifications could not be delivered",
  ]);
  const rendered = messagesOf("general").at(-1)?.rendered ?? "";
  expect(rendered.replaceAll(/\s+/g, " ")).toMatch(
    /Not delivered: 2 notifications • of job good ↳ What to do: .*jobwatch redeliver --since 2026-12-09T06:00:00Z --channel general/,
  );
  const since = /--since (\S+)/.exec(rendered)?.[1] ?? "";
  expect((await world.request("POST", "/redeliver", { body: { since, channel: "general" } })).body).toMatchObject({
    notifications: 2,
  });
  await tickAt(MORNING + 17 * DAY + 80_000);
  await world.ticks(2);
  expect(messagesOf("general").at(-1)?.rendered).not.toContain("Not delivered");
});

it("is sent once by two ticks at once, and by a tick that repeats one that did not finish", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await openJob("long");
  world.clock.advance(MORNING + 80_000 - world.clock.now());
  const { table } = world.services;
  const { closeSegment } = table;
  table.closeSegment = async () => false;
  await Promise.all([world.tick(), world.tick()]);
  table.closeSegment = closeSegment;
  world.clock.advance(2 * MINUTE);
  await world.ticks(2);
  expect(messagesOf("general")).toHaveLength(1);
});

it("is sent once after the service was down for two days", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await openJob("long");
  await tickAt(MORNING + 2 * DAY + 3 * 60 * MINUTE);
  await world.ticks(2);
  expect(delivered()).toEqual(["general: Digest for general, Thu 26 Nov: no job ended, 1 job still open"]);
});

it("waits while the channel is suspended, and is sent once afterwards", async () => {
  await startEvening({ general: { digest: DIGEST } });
  await openJob("long");
  const { slackWebhooks } = world.services.config;
  const { general = "" } = slackWebhooks;
  delete slackWebhooks.general;
  for (const day of [0, 1, 2]) {
    await tickAt(MORNING + day * DAY + 80_000);
    await world.ticks(2);
  }
  slackWebhooks.general = general;
  await world.request("POST", "/channels/general/test");
  await world.ticks(3);
  expect(messagesOf("general").filter(({ rendered }) => rendered.includes("Digest for"))).toHaveLength(1);
});

it("costs one read of the channel at the time of a digest, and none before or after it", async () => {
  await startEvening({ general: { notifyOn: [], digest: DIGEST } });
  await world.tick();
  await tickAt(MORNING - 3 * MINUTE);
  const calls = countCalls(world);
  const callsAt = async (at: number) => {
    calls.clear();
    await tickAt(at);
    return Object.fromEntries(calls);
  };
  const quiet = { UpdateItemCommand: 2, ScanCommand: 1 };
  expect(await callsAt(MORNING - MINUTE)).toEqual(quiet);
  expect(await callsAt(MORNING + 80_000)).toEqual({ ...quiet, GetItemCommand: 1 });
  expect(await callsAt(MORNING + 140_000)).toEqual(quiet);
});
