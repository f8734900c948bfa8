import fc from "fast-check";
import { expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import { buildMessage, type Payload } from "../../../lib/adapters/slack/message.ts";
import type { OpenJob } from "../../../lib/domain/channel/still-open.ts";
import type { TransitionKind } from "../../../lib/domain/job/transitions.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { hostileText } from "./hostile.ts";
import {
  BEGAN_AT,
  channelNotification,
  failedNotification,
  jobNotification,
  serviceNotification,
} from "./sample-notifications.ts";

const slack = createSlack({}, { log: { info() {}, warn() {}, error() {} } });

const kinds: TransitionKind[] = [
  "registered",
  "status",
  "sub-job",
  "late",
  "reminder",
  "unknown-status",
  "lost",
  "stopped",
  "changed",
];
const time = fc.option(fc.oneof(fc.integer(), fc.double()), { nil: 0 });

const hostileJob = fc
  .record({
    kind: fc.constantFrom(...kinds),
    state: fc.constantFrom("failed", "failed", "success", "running", "waiting", "lost"),
    text: fc.array(hostileText, { minLength: 6, maxLength: 6 }),
    beginTime: time,
    endTime: time,
    subJobs: fc.integer({ min: 0, max: 6 }),
    titled: fc.boolean(),
  })
  .map(({ kind, state, text, beginTime, endTime, subJobs, titled }): ((n: number) => OutgoingNotification) => {
    const [jobType = "", failReason = "", errorCode = "", requestId = "", label = "", runbook = ""] = text;
    return (n) =>
      jobNotification(
        { kind, state, reason: failReason },
        {
          jobId: `j-${n}-b`,
          title: titled ? `j-${n}-b ${label}` : "",
          jobType,
          failReason,
          errorCode,
          requestId,
          beginTime,
          endTime,
          subJobs: Array.from({ length: subJobs }, () => ({ jobType, failReason, errorCode, state: "failed" })),
          labels: { [label]: runbook, other: failReason, ticket: `https://jira.example/${label}` },
          runbookUrl: `https://wiki.example/${runbook}`,
        },
      );
  });

const hostileNotice = fc
  .record({
    kind: fc.constantFrom("unreachable", "recovered", "suspended", "resumed", "refused-layout", "refused-text", "rejected"),
    reason: hostileText,
    project: fc.boolean(),
  })
  .map(({ kind, reason, project }): ((n: number) => OutgoingNotification) => {
    const notification = project ? serviceNotification({ kind, reason }) : channelNotification({ kind, reason });
    return (n) =>
      notification.kind === "channel" ? { ...notification, channel: `j-${n}-b` } : { ...notification, projectId: `j-${n}-b` };
  });

const hostileNotification = fc.oneof({ weight: 8, arbitrary: hostileJob }, { weight: 1, arbitrary: hostileNotice });

const LONG_PAGE = `https://jobwatch.example/jobs/${"j".repeat(64)}?link=${"l".repeat(400)}`;

function longestOpen(notification: OutgoingNotification): OpenJob {
  const { jobType = "", failReason: title = "" } = notification.kind === "job" ? notification.job : {};
  return { source: "sfs-turbo-share", jobId: "j", jobType, title: title.repeat(20), isLate: true, expectedEnd: 1e12 };
}

function blocksOf({ blocks, attachments }: Payload) {
  return blocks ?? attachments?.[0]?.blocks ?? [];
}

function expectWithinLimits(payload: Payload): void {
  const blocks = blocksOf(payload);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(12_000);
  expect(payload.text.length).toBeLessThanOrEqual(4_000);
  for (const block of blocks) {
    const texts = block.type === "context" ? block.elements : (block.fields ?? [block.text]);
    expect(texts.length).toBeLessThanOrEqual(10);
    for (const part of texts) {
      const text = part && "text" in part ? part.text : "";
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual("fields" in block ? 2_000 : 3_000);
    }
  }
}

/** The longest settings of a channel. */
const SETTING = {
  mention: "<@U024BE7LH>",
  held: 1,
  links: {
    pageOf: ({ requestId = "" }) => `https://jobwatch.example/${requestId}`,
    consoleUrl: `https://console.example/${"c".repeat(470)}`,
  },
};

const linked = createSlack({}, { log: { info() {}, warn() {}, error() {} }, links: SETTING.links });

/** Removes our own links, times and mentions. The rest must contain nothing that Slack acts on. */
function expectHarmless(payload: Payload): void {
  const texts = JSON.stringify(payload).replaceAll(
    /<(!date\^-?\d+\^[^<>|]+\|[^<>|]+|https?:\/\/[^<>|]+\|(Runbook|Job page|Cloud console|open|\d{1,9}|[A-Z][A-Z0-9]{1,9}-\d{1,9})|https:\/\/jobwatch\.example\/[^<>|]*\|[^<>|]+)>|<@U024BE7LH>/g,
    "",
  );
  expect(texts).not.toMatch(/[<\p{Cc}]|&(?!amp;|lt;|gt;)/u);
  expect(texts.replaceAll("\\n>", "")).not.toContain(">");
}

test("one notification keeps the limits of Slack with any content", () => {
  fc.assert(
    fc.property(hostileNotification, (notification) => {
      const payload = buildMessage([notification(1)], { id: "0a1b2c3d4e5", mayRepeat: true, plain: false }, SETTING);
      expectWithinLimits(payload);
      expectHarmless(payload);
      const { text } = buildMessage([notification(1)], { id: "0a1b2c3d4e5", mayRepeat: true, plain: true }, SETTING);
      expect(text.length).toBeLessThan(4_000);
    }),
    { numRuns: 300 },
  );
});

test("all notifications of a full batch are named within the limits", () => {
  fc.assert(
    fc.property(fc.array(hostileNotification, { minLength: 1, maxLength: 60 }), (made) => {
      const notifications = made.map((notification, n) => notification(n));
      const count = linked.maxBatchSize("ops", notifications);
      const meta = { id: `0a1b2c3d4e5+${count}`, mayRepeat: true, plain: false };
      const payload = buildMessage(notifications.slice(0, count), meta, SETTING);
      expectWithinLimits(payload);
      expectHarmless(payload);
      const shown = JSON.stringify(payload);
      for (let n = 0; n < count; n++) expect(shown).toContain(`j-${n}-b`);
    }),
    { numRuns: 60 },
  );
});

test("all notifications of a full digest are named within the limits, with the longest links", () => {
  const channel = "c".repeat(63);
  const digesting = createSlack({}, { log: { info() {}, warn() {}, error() {} }, links: { pageOf: () => LONG_PAGE } });
  fc.assert(
    fc.property(fc.array(hostileJob, { minLength: 1, maxLength: 60 }), (made) => {
      const notifications = made.map((notification, n) => ({ ...notification(n), notificationId: "digest-0a1b2c3d4e5" }));
      const count = digesting.maxBatchSize(channel, notifications);
      const open = {
        count: 1_000,
        jobs: made.slice(0, 1).flatMap((notification) => Array(10).fill(longestOpen(notification(0)))),
      };
      const meta = { id: `digest-0a1b2c3d4e5+${count}`, mayRepeat: true, digest: { at: Date.UTC(2026, 10, 25), open } };
      const setting = { channel, links: { pageOf: () => LONG_PAGE } };
      const delivered = notifications.slice(0, count);
      const payload = buildMessage(delivered, { ...meta, plain: false }, setting);
      expectWithinLimits(payload);
      expectHarmless(payload);
      const { text } = buildMessage(delivered, { ...meta, plain: true }, setting);
      expect(text.length).toBeLessThan(40_000);
      for (let n = 0; n < count; n++) for (const shown of [JSON.stringify(payload), text]) expect(shown).toContain(`j-${n}-b`);
    }),
    { numRuns: 40 },
  );
});

test.each(["&", "<", '"', "容", "🚀", "*", "a.b:c "])("one failure with three very long reasons full of %s", (unit) => {
  const failReason = unit.repeat(4_000);
  const step = (n: number) => ({
    jobType: `step_${n}`,
    state: "failed",
    errorCode: "EVS.2024",
    failReason: `${n}${failReason}`,
  });
  const failure = failedNotification({ failReason, subJobs: [1, 2, 3, 4].map(step), moreSubJobs: 8 });
  const payload = buildMessage([failure], { id: "0a1b2c3d4e5", mayRepeat: true, plain: false });
  expectWithinLimits(payload);
  expectHarmless(payload);
  const shown = JSON.stringify(payload);
  for (const n of [1, 2, 3]) expect(shown).toContain(`Step ${n}`);
  expect(shown.match(/… \(\+\d+ characters\)/g)?.length).toBeGreaterThanOrEqual(4);
});

test("leaves space for the open jobs at the end of a digest", () => {
  const open = {
    count: 1_000,
    jobs: Array(10).fill(longestOpen(jobNotification({}, { failReason: "& ".repeat(100), jobType: "&".repeat(99) }))),
  };
  for (const length of [1, 7, 20]) {
    const failures = Array.from({ length: 200 }, (_, n) => failedNotification({ jobId: `j-${n}`, title: "t".repeat(length) }));
    const digest = failures.map((notification) => ({ ...notification, notificationId: "digest-0a1b2c3d4e5" }));
    const count = slack.maxBatchSize("ops", digest);
    const meta = { id: `digest-0a1b2c3d4e5+${count}`, mayRepeat: true, plain: false, digest: { at: BEGAN_AT, open } };
    const payload = buildMessage(digest.slice(0, count), meta, { channel: "ops" });
    expectWithinLimits(payload);
    expect(JSON.stringify(payload.blocks).length).toBeGreaterThan(11_000);
  }
});

test("two hundred failures with very long reasons go into several messages, all within the limits", () => {
  const failReason = '"&"'.repeat(1_000);
  const failures = Array.from({ length: 200 }, (_, n) =>
    failedNotification({
      jobId: `j-${n}-b`,
      title: `j-${n}-b ${failReason}`,
      jobType: failReason,
      errorCode: failReason,
      failReason,
    }),
  );
  const count = slack.maxBatchSize("ops", failures);
  expect(count).toBeGreaterThanOrEqual(10);
  expectWithinLimits(buildMessage(failures.slice(0, count), { id: "0a1b2c3d4e5+9", mayRepeat: true, plain: false }));
  const { text } = buildMessage(failures, { id: "0a1b2c3d4e5+199", mayRepeat: true, plain: true });
  expect(text.length).toBeLessThan(35_000);
  expect(text).toContain("j-199-b");
});

test("leaves space for the mention of a channel", () => {
  const mention = `<!subteam^S${"A".repeat(20)}>`;
  for (let length = 1; length <= 20; length++) {
    const failures = Array.from({ length: 200 }, (_, n) => failedNotification({ jobId: `j-${n}`, title: "t".repeat(length) }));
    const count = slack.maxBatchSize("ops", failures);
    const meta = { id: `0a1b2c3d4e5+${count}`, mayRepeat: true, plain: false };
    expectWithinLimits(buildMessage(failures.slice(0, count), meta, { mention, held: count - 1 }));
  }
});

test("two hundred notifications in plain text are all named within Slack's limit", () => {
  fc.assert(
    fc.property(fc.array(hostileNotification, { minLength: 200, maxLength: 200 }), (made) => {
      const { text } = buildMessage(
        made.map((notification, n) => notification(n)),
        { id: "0a1b2c3d4e5+199", mayRepeat: true, plain: true },
      );
      expect(text.length).toBeLessThan(40_000);
      for (let n = 0; n < 200; n++) expect(text).toContain(`j-${n}-b`);
    }),
    { numRuns: 5 },
  );
});
