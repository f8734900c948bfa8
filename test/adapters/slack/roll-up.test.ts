import { describe, expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { buildMessage, type MessageSetting } from "../../../lib/adapters/slack/message.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { channelNotification, failedNotification, jobNotification, openJobNotification } from "./sample-notifications.ts";

const slack = createSlack({}, { log: { info() {}, warn() {}, error() {} } });
const META = { id: "0a1b2c3d4e5+3", mayRepeat: false, plain: false };

function named(notification: OutgoingNotification, title: string): OutgoingNotification {
  return notification.kind === "job"
    ? { ...notification, job: { ...notification.job, title, jobId: `id-${title}` } }
    : notification;
}

const mixed = [
  named(jobNotification(), "first"),
  channelNotification({ kind: "suspended", reason: "channel_is_archived" }),
  named(failedNotification(), "second"),
  named(openJobNotification({ kind: "lost", state: "lost", reason: "404" }), "third"),
];

const LINKS = { pageOf: ({ jobId }: { jobId: string }) => `https://jobwatch.example/jobs/${jobId}` };

function linesOf(notifications: OutgoingNotification[], setting: MessageSetting = {}): string[] {
  const { blocks = [] } = buildMessage(notifications, META, setting);
  return blocks.flatMap((block) => ("text" in block ? block.text.text.split("\n") : []));
}

describe("a message with several notifications", () => {
  test("counts its jobs and lists failures first, then lost jobs, notices to operators and the rest", async () => {
    expect(linesOf(mixed).map((line) => line.split('"', 2).join(""))).toEqual([
      "*3 jobs: 1 failed, 1 lost, 1 finished, and 1 notice to operators*",
      "*Failed* ❌ Extend share second",
      "↳ *What to do:* A quota of the project is used up. Delete what you no longer need or request a higher quota, then try again.",
      "*Lost* ❓ Extend share third",
      "*Suspended* ⛔ Channel storage-ops",
      "*Finished* ✅ Extend share first",
    ]);
    await expect(`${JSON.stringify(buildMessage(mixed, META), null, 2)}\n`).toMatchFileSnapshot("golden/roll-up.json");
  });

  test("uses no attachment, which Slack may collapse", () => {
    expect(buildMessage(mixed, META)).not.toHaveProperty("attachments");
  });

  test("shows code, reason and first failed sub job of every failure", () => {
    expect(linesOf(mixed)[1]).toBe(
      '*Failed* ❌ Extend share "second" after 41 min at Create volume: no space left (EVS.2024) · job error: quota exceeded (SFS.TURBO.0010) · job id-second',
    );
  });

  test("links the title of each job to its page", () => {
    const links = linesOf(mixed, { links: LINKS }).flatMap((line) => line.match(/<[^>]+>/g) ?? []);
    expect(links).toEqual(
      ["second", "third", "first"].map((name) => `<https://jobwatch.example/jobs/id-${name}|Extend share "${name}">`),
    );
    expect(linesOf(mixed, { links: LINKS })[1]).not.toContain("· job id-second");
    expect(linesOf([named(failedNotification(), "a|b"), ...mixed], { links: LINKS }).join()).toContain('|Extend share "a¦b">');
  });

  test("says what to do about the first ten failures", () => {
    const failures = Array.from({ length: 12 }, (_, n) => named(failedNotification(), `nightly-${n}`));
    const lines = linesOf([jobNotification(), ...failures]);
    expect(lines.filter((line) => line.startsWith("*Failed*"))).toHaveLength(12);
    expect(lines.filter((line) => line.startsWith("↳ *What to do:*"))).toHaveLength(10);
    expect(lines[20]).toMatch(/^↳/);
    expect(lines.slice(21).map((line) => line.split(" ", 1)[0])).toEqual(["*Failed*", "*Failed*", "*Finished*"]);
  });

  test.each([
    {
      name: "different jobs",
      notifications: mixed,
      text: 'Extend share "second" failed after 41 min at Create volume: no space left (EVS.2024), and 2 more jobs: 1 lost, 1 finished, and 1 more notice to operators',
    },
    {
      name: "jobs that all finished",
      notifications: ["one", "two", "three"].map((title) => named(jobNotification(), title)),
      text: 'Extend share "one" finished after 41 min, and 2 more jobs finished',
    },
    {
      name: "notices to operators only",
      notifications: [mixed[1], channelNotification({ kind: "resumed", reason: "channel_is_archived" })].flatMap((one, n) =>
        one?.kind === "channel" ? [{ ...one, channel: `ops-${n}` }] : [],
      ),
      text: 'Channel "ops-0" is suspended: its Slack channel is archived (channel_is_archived), and 1 more notice to operators',
    },
  ])("shows a sentence about its most urgent news on a phone: $name", ({ notifications, text }) => {
    expect(buildMessage(notifications, META).text).toBe(text);
  });

  test("says no number twice", () => {
    const finished = ["one", "two"].map((title) => named(jobNotification(), title));
    expect(linesOf(finished)[0]).toBe("*2 jobs finished*");
    expect(linesOf(finished, { held: 2 })[0]).toBe("*During quiet hours, 2 jobs finished*");
  });

  test("lists a job in the order of its transitions and counts it once, by its end", () => {
    const later = named(jobNotification({ n: 3 }), "one");
    const earlier = named(openJobNotification({ n: 2 }), "one");
    const lines = linesOf([later, earlier, named(failedNotification(), "two")]);
    expect(lines[0]).toBe("*2 jobs: 1 failed, 1 finished*");
    expect(lines.slice(3).map((line) => line.split(" ", 1)[0])).toEqual(["*Running*", "*Finished*"]);
  });

  test("begins with a sentence if it is about one job only", () => {
    expect(buildMessage([openJobNotification({ n: 2 }), jobNotification({ n: 3 })], META).text).toBe(
      'Extend share "data-01" finished after 41 min',
    );
  });

  test("says that all notifications were held, or how many", () => {
    expect(linesOf(mixed, { held: 4 })[0]).toMatch(/^\*During quiet hours, 3 jobs: /);
    expect(buildMessage(mixed, META, { held: 4 }).text).toMatch(/^During quiet hours, Extend share "second" failed /);
    expect(linesOf(mixed, { held: 1 })[0]).toMatch(/1 finished, and 1 notice to operators \(1 held during quiet hours\)\*$/);
  });

  test("has one line per job in plain text", () => {
    const { text } = buildMessage(mixed, { ...META, plain: true });
    expect(text.split("\n").map((line) => line.split(" ", 1)[0])).toEqual([
      "Extend",
      "Failed",
      "↳",
      "Lost",
      "Suspended",
      "Finished",
      "notification",
    ]);
  });

  test("holds many plain ends and leaves the rest to the next message", () => {
    const ends = Array.from({ length: 500 }, (_, n) => named(jobNotification(), `nightly-${n}`));
    expect(slack.maxBatchSize("ops", ends)).toBeGreaterThan(150);
    expect(slack.maxBatchSize("ops", ends)).toBeLessThanOrEqual(200);
    expect(slack.maxBatchSize("ops", ends.slice(0, 3))).toBe(3);
    expect(slack.maxBatchSize("ops", [])).toBe(1);
  });
});
