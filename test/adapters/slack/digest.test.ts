import { describe, expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { buildMessage } from "../../../lib/adapters/slack/message.ts";
import type { DigestNote } from "../../../lib/domain/channel/message-record.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { BEGAN_AT, failedNotification, jobNotification, MINUTE, openJobNotification } from "./sample-notifications.ts";

const META = { id: "digest-0a1b2c3d4e5+4", mayRepeat: false, plain: false, digest: { at: BEGAN_AT } };
const SETTING = {
  channel: "storage-ops",
  links: { pageOf: ({ jobId }: { jobId: string }) => `https://jobwatch.example/jobs/${jobId}` },
};
const TYPICAL = { jobs: 24, lowMs: 35 * MINUTE, medianMs: 42 * MINUTE, highMs: 50 * MINUTE, p95Ms: 55 * MINUTE };

function named(notification: OutgoingNotification, title: string): OutgoingNotification {
  const notificationId = `digest-${notification.notificationId}`;
  return notification.kind === "job"
    ? { ...notification, notificationId, job: { ...notification.job, title, jobId: `id-${title}` } }
    : notification;
}

const ended = [
  named(jobNotification({}, { typical: TYPICAL }), "first"),
  named(openJobNotification({ kind: "stopped", state: "stopped", reason: "tracked for 30 days" }), "second"),
  named(failedNotification(), "third"),
  named(openJobNotification({ kind: "lost", state: "lost", reason: "404" }), "fourth"),
  named(jobNotification({}, { typical: TYPICAL, late: { count: 1, at: BEGAN_AT } }), "fifth"),
];

function linesOf(notifications: OutgoingNotification[], digest: DigestNote = META.digest): string[] {
  const { blocks = [] } = buildMessage(notifications, { ...META, digest }, SETTING);
  return blocks.flatMap((block) => ("text" in block ? block.text.text.split("\n") : []));
}

describe("a digest", () => {
  test("lists the ended jobs, failures first, each with its link, and a success with its actual and typical duration", async () => {
    expect(linesOf(ended)).toEqual([
      "*Digest for storage-ops, Fri 18 Sep: 1 failed, 1 lost, 1 stopped, 2 finished*",
      '*Failed* ❌ <https://jobwatch.example/jobs/id-third|Extend share "third"> after 41 min at Create volume: no space left (EVS.2024) · job error: quota exceeded (SFS.TURBO.0010)',
      "↳ *What to do:* A quota of the project is used up. Delete what you no longer need or request a higher quota, then try again.",
      '*Lost* ❓ <https://jobwatch.example/jobs/id-fourth|Extend share "fourth">: the cloud no longer knows it (404)',
      '*Stopped* ⏹️ <https://jobwatch.example/jobs/id-second|Extend share "second">: tracked for 30 days',
      '*Finished* ✅ <https://jobwatch.example/jobs/id-first|Extend share "first"> after 41 min · usually 35 to 50 min',
      '*Finished late* ✅ <https://jobwatch.example/jobs/id-fifth|Extend share "fifth"> after 41 min (usually 35 to 50 min)',
    ]);
    await expect(`${JSON.stringify(buildMessage(ended, META, SETTING), null, 2)}\n`).toMatchFileSnapshot("golden/digest.json");
  });

  test("names its most urgent job on a phone", () => {
    expect(buildMessage(ended, META, SETTING).text).toBe(
      'Digest for storage-ops, Fri 18 Sep: Extend share "third" failed after 41 min at Create volume: no space left (EVS.2024), and 4 more jobs: 1 lost, 1 stopped, 2 finished',
    );
  });

  test("ends with the jobs still open", () => {
    const job = { source: "sfs-turbo-job", jobId: "id", jobType: "extend_share" };
    const jobs = [
      { ...job, title: "slow", isLate: true, expectedEnd: BEGAN_AT },
      { ...job, title: "next", isLate: false, expectedEnd: BEGAN_AT },
      { ...job, isLate: false },
    ];
    const open = { jobs, count: 5 };
    const when = "<!date^1789740120^{date_short_pretty} at {time}|2026-09-18 14:02 UTC>";
    expect(linesOf(ended, { at: BEGAN_AT, open }).slice(7)).toEqual([
      "*Still open: 5 jobs*",
      `• ⏰ Extend share "slow" is late, was expected by ${when}`,
      `• Extend share "next", expected by ${when}`,
      '• Extend share "id"',
      "• and 2 more",
    ]);
  });

  test("names the day in the channel's time zone", () => {
    const at = Date.parse("2026-11-24T23:30:00Z");
    const text = (timeZone: string) => buildMessage(ended, { ...META, digest: { at } }, { ...SETTING, timeZone }).text;
    expect(text("UTC")).toContain("Tue 24 Nov");
    expect(text("Europe/Berlin")).toContain("Wed 25 Nov");
  });

  test("counts a job once, by its latest transition", () => {
    const lost = named(openJobNotification({ n: 3, kind: "lost", state: "lost" }), "one");
    const [head, ...lines] = linesOf([named(jobNotification({ n: 5 }), "one"), lost]);
    expect(head).toBe("*Digest for storage-ops, Fri 18 Sep: 1 finished*");
    expect(lines.map((line) => line.split(" ", 1)[0])).toEqual(["*Lost*", "*Finished*"]);
  });

  test("links only the jobs that need attention if there are many, so that it stays one message", () => {
    const many = Array.from({ length: 100 }, (_, n) =>
      named(n === 50 ? failedNotification() : jobNotification(), `nightly-${n}`),
    );
    const slack = createSlack(
      {},
      { log: { info() {}, warn() {}, error() {} }, links: { pageOf: () => `https://x.example/${"p".repeat(200)}` } },
    );
    expect(slack.maxBatchSize("storage-ops", many)).toBe(100);
    expect(linesOf(many).filter((line) => line.includes("<https:"))).toEqual([expect.stringContaining("id-nightly-50")]);
  });

  test("has one line per job in plain text", () => {
    const { text, ...others } = buildMessage(ended, { ...META, plain: true }, SETTING);
    expect(others).not.toHaveProperty("blocks");
    expect(text.split("\n").map((line) => line.split(" ", 1)[0])).toEqual([
      "Digest",
      "Failed",
      "↳",
      "Lost",
      "Stopped",
      "Finished",
      "Finished",
      "notification",
    ]);
  });
});
