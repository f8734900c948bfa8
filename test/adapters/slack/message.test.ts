import { describe, expect, test } from "vitest";
import { buildMessage } from "../../../lib/adapters/slack/message.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import {
  BEGAN_AT,
  channelNotification,
  FAILURE,
  failedNotification,
  jobNotification,
  MINUTE,
  openJobNotification,
  serviceNotification,
} from "./sample-notifications.ts";

const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };
const BEFORE = { trackedSince: BEGAN_AT + 60 * MINUTE };
const TYPICAL = { jobs: 24, lowMs: 35 * MINUTE, medianMs: 42 * MINUTE, highMs: 50 * MINUTE, p95Ms: 55 * MINUTE };
const WAITED: Partial<Job> = {
  registeredAt: BEGAN_AT - 3 * MINUTE,
  trackedSince: BEGAN_AT - 3 * MINUTE,
  transitions: [
    { n: 1, at: BEGAN_AT - 3 * MINUTE, kind: "registered", state: "registered" },
    { n: 2, at: BEGAN_AT - 3 * MINUTE, kind: "status", state: "waiting" },
  ],
};
const LATE = { late: { count: 1, at: BEGAN_AT + 30 * MINUTE } };

const kinds: { name: string; notification: OutgoingNotification; text: string }[] = [
  { name: "success", notification: jobNotification(), text: 'Extend share "data-01" finished after 41 min' },
  {
    name: "success-late",
    notification: jobNotification({}, { ...LATE, typical: TYPICAL, endTime: BEGAN_AT + 80 * MINUTE }),
    text: 'Extend share "data-01" finished late after 1 h 20 min (usually 35 to 50 min)',
  },
  {
    name: "success-typical",
    notification: jobNotification({}, { ...WAITED, typical: TYPICAL }),
    text: 'Extend share "data-01" finished after 41 min',
  },
  {
    name: "success-before",
    notification: jobNotification({}, BEFORE),
    text: 'Extend share "data-01" had already finished when registered (ran for 41 min)',
  },
  {
    name: "failed",
    notification: failedNotification({
      labels: { env: "prod", ticket: "OPS-7" },
      runbookUrl: "https://wiki.example/sfs?page=1&lang=en",
    }),
    text: 'Extend share "data-01" failed after 41 min at Create volume: no space left (EVS.2024)',
  },
  {
    name: "failed-late",
    notification: failedNotification({ ...LATE, expectedMinutes: 20, subJobs: [] }),
    text: 'Extend share "data-01" failed late after 41 min (expected 20 min): quota exceeded (SFS.TURBO.0010)',
  },
  {
    name: "failed-before",
    notification: failedNotification(BEFORE),
    text: 'Extend share "data-01" had already failed when registered, at Create volume: no space left (EVS.2024)',
  },
  {
    name: "failed-without-reason",
    notification: openJobNotification({ state: "failed" }, { state: "failed" }),
    text: 'Extend share "data-01" failed: the cloud gave no reason',
  },
  { name: "started", notification: openJobNotification({}), text: 'Extend share "data-01" is running' },
  {
    name: "progress",
    notification: openJobNotification({ kind: "sub-job", reason: "create_volume: running" }),
    text: 'Extend share "data-01" made progress: create_volume: running',
  },
  {
    name: "late",
    notification: openJobNotification({ kind: "late" }, { expectedMinutes: 30 }),
    text: 'Extend share "data-01" is late: running for 42 min, 12 min longer than the expected 30 min',
  },
  {
    name: "reminder",
    notification: openJobNotification(
      { kind: "reminder", at: BEGAN_AT + 185 * MINUTE },
      { typical: TYPICAL, expectedMinutes: 30 },
    ),
    text: 'Extend share "data-01" is still late: running for 3 h 5 min, 2 h 35 min longer than the expected 30 min',
  },
  {
    name: "lost",
    notification: openJobNotification(
      { kind: "lost", state: "lost", reason: "404 SFS.TURBO.9000: no such job" },
      { state: "lost" },
    ),
    text: 'Extend share "data-01" is lost: the cloud no longer knows it (404 SFS.TURBO.9000: no such job)',
  },
  {
    name: "stopped",
    notification: openJobNotification({ kind: "stopped", state: "stopped", reason: "tracked for 30 days, last seen running" }),
    text: 'Extend share "data-01" is no longer tracked: tracked for 30 days, last seen running',
  },
  {
    name: "unknown-status",
    notification: openJobNotification({ kind: "unknown-status", reason: "PAUSED" }),
    text: 'Extend share "data-01" has an unknown status: "PAUSED"',
  },
  {
    name: "unreachable",
    notification: serviceNotification({ kind: "unreachable", reason: "credentials: 401 after a fresh token" }),
    text: "SFS Turbo jobs in project 0123456789abcdef0123456789abcdef cannot be polled: the cloud rejects our credentials (credentials: 401 after a fresh token)",
  },
  {
    name: "recovered",
    notification: serviceNotification({ kind: "recovered", reason: "jobs that ended: data-01" }),
    text: "SFS Turbo jobs in project 0123456789abcdef0123456789abcdef can be polled again after 5 min; jobs that ended: data-01",
  },
  {
    name: "still-unreachable",
    notification: serviceNotification({ kind: "still-unreachable", reason: "not-permitted: APIGW.0305 no permission" }),
    text: "SFS Turbo jobs in project 0123456789abcdef0123456789abcdef could not be polled for 5 min: a permission is missing (not-permitted: APIGW.0305 no permission)",
  },
  {
    name: "job-unreachable",
    notification: openJobNotification({ kind: "unreachable", reason: "500 from the job API" }),
    text: 'Extend share "data-01" cannot be checked: 500 from the job API',
  },
  {
    name: "job-recovered",
    notification: openJobNotification({ kind: "recovered", reason: "after 22 min" }),
    text: 'Extend share "data-01" can be checked again after 22 min',
  },
  {
    name: "suspended",
    notification: channelNotification({ kind: "suspended", reason: "no_service" }),
    text: 'Channel "storage-ops" is suspended: the webhook was removed or disabled (no_service)',
  },
  {
    name: "resumed",
    notification: channelNotification({ kind: "resumed", reason: "no_service" }),
    text: 'Channel "storage-ops" is active again. It was suspended because the webhook was removed or disabled (no_service)',
  },
  {
    name: "refused-layout",
    notification: channelNotification({ kind: "refused-layout", reason: "invalid_blocks" }),
    text: 'Channel "storage-ops" rejected the layout of a message: invalid_blocks',
  },
];

/** The texts of the last block. */
function smallPrint(notification: OutgoingNotification): string[] {
  const last = buildMessage([notification], META).attachments?.[0]?.blocks.at(-1);
  return last?.type === "context" ? last.elements.map((element) => ("text" in element ? element.text : "")) : [];
}

describe("a message with one notification", () => {
  test.each(kinds)("summarises $name in one sentence", async ({ name, notification, text }) => {
    const payload = buildMessage([notification], META);
    expect(payload.text).toBe(text);
    expect(payload.attachments?.[0]?.fallback).toBe(text);
    await expect(`${JSON.stringify(payload, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  test.each(kinds)("sends $name as plain text when Slack rejects layouts", ({ notification, text }) => {
    const payload = buildMessage([notification], { ...META, plain: true });
    expect(payload.text.startsWith(`${text}\n`)).toBe(true);
    expect(payload).not.toHaveProperty("blocks");
    expect(payload).not.toHaveProperty("attachments");
  });

  test("has every fact of its blocks in plain text too", () => {
    const notification = failedNotification({ labels: { env: "prod" }, runbookUrl: "https://wiki.example/sfs" });
    expect(buildMessage([notification], { ...META, plain: true, mayRepeat: true }).text).toMatchInlineSnapshot(`
      "Extend share "data-01" failed after 41 min at Create volume: no space left (EVS.2024)
      *What to do:* A quota of the project is used up. Delete what you no longer need or request a higher quota, then try again.
      Job error: quota exceeded (SFS.TURBO.0010)
      <https://wiki.example/sfs|Runbook>
      Started: <!date^1789740120^{date_short_pretty} at {time}|2026-09-18 14:02 UTC>
      Ended: <!date^1789742580^{date_short_pretty} at {time}|2026-09-18 14:43 UTC>
      Registered by: storage
      Labels: env=prod
      job ff8080817a1b2c3d · may repeat an earlier message · notification 0a1b2c3d4e5"
    `);
  });

  test.each([
    {
      name: "a success",
      notification: jobNotification({}, { ...WAITED, typical: TYPICAL, labels: { env: "prod", ticket: "OPS-7" } }),
    },
    { name: "a start", notification: openJobNotification({}, WAITED) },
    { name: "a recovery", notification: openJobNotification({ kind: "recovered", reason: "after 22 min" }) },
  ])("has two lines for $name: the sentence, and small print", ({ notification }) => {
    const { attachments, blocks } = buildMessage([notification], META, {
      links: { pageOf: () => "https://jobwatch.example/1" },
    });
    expect(blocks).toBeUndefined();
    expect(attachments?.[0]?.blocks.map(({ type }) => type)).toEqual(["context"]);
    const texts = facts(notification, { links: { pageOf: () => "https://jobwatch.example/1" } });
    expect(texts).toContain("<https://jobwatch.example/1|Job page>");
    expect(texts).not.toContain("\n*");
  });

  test("says how long a success waited and usually takes, its labels and its ticket", () => {
    const success = jobNotification({}, { ...WAITED, typical: TYPICAL, labels: { env: "prod", ticket: "OPS-7" } });
    const line = "*Finished* ✅  Waited 3 min, usually takes 35 to 50 min · env=prod · *Ticket:* OPS-7";
    expect(smallPrint(success)[0]).toBe(line);
  });

  test("shows no id but the job's, and hides its own id", () => {
    for (const notification of [jobNotification(), failedNotification(), openJobNotification({ kind: "late" })]) {
      const payload = buildMessage([notification], META);
      const footer = payload.attachments?.[0]?.blocks.at(-1);
      expect(JSON.stringify(footer)).toContain('"job ff8080817a1b2c3d"');
      expect(smallPrint(notification).join()).not.toMatch(/0a1b2c3d4e5|4d2f8e0a9b|0123456789abcdef/);
      expect(payload.attachments?.[0]?.blocks[0]).toMatchObject({ block_id: "notification 0a1b2c3d4e5" });
    }
  });

  test.each([
    { name: "the typical duration", job: { typical: TYPICAL }, over: "33 min longer than the typical 35 to 50 min" },
    { name: "the expected duration", job: { expectedMinutes: 60 }, over: "23 min longer than the expected 1 h" },
    { name: "the default limit", job: {}, over: "longer than the default limit" },
  ])("says over what a job is late, and what to do: $name", ({ job, over }) => {
    for (const kind of ["late", "reminder"] as const) {
      const notification = openJobNotification({ kind, at: BEGAN_AT + 83 * MINUTE }, job);
      expect(buildMessage([notification], META).text).toMatch(new RegExp(`late: running for 1 h 23 min, ${over}$`));
      expect(facts(notification)).toContain("*What to do:* Check");
    }
  });

  test("says that it may repeat an earlier message only if it may", () => {
    expect(JSON.stringify(buildMessage([jobNotification()], META))).not.toContain("may repeat");
    expect(JSON.stringify(buildMessage([jobNotification()], { ...META, mayRepeat: true }))).toContain("may repeat");
  });

  test("names a job without a title by its id, and one without a type by its source", () => {
    const { title: _, jobType: _type, ...job } = jobNotification().job;
    const { text } = buildMessage([{ ...jobNotification(), job }], META);
    expect(text).toBe('SFS Turbo job "ff8080817a1b2c3d" finished after 41 min');
  });

  test("names the first failed sub job in the sentence, two more below, and the number of the rest", () => {
    const subJobs = [1, 2, 3, 4, 5].map((n) => ({ jobType: `step_${n}`, state: "failed", failReason: `reason ${n}` }));
    const payload = buildMessage([failedNotification({ ...FAILURE, subJobs })], META);
    expect(payload.text).toBe('Extend share "data-01" failed after 41 min at Step 1: reason 1');
    const shown = JSON.stringify(payload);
    expect(shown).toContain("Step 3 failed: reason 3\\n• +2 more");
    expect(shown).not.toContain("reason 4");
  });

  test("states how many sub jobs are not listed", () => {
    expect(JSON.stringify(buildMessage([failedNotification({ moreSubJobs: 8 })], META))).toContain(
      "8 more sub jobs are not listed",
    );
    expect(buildMessage([failedNotification({ moreSubJobs: 1 })], { ...META, plain: true }).text).toContain(
      "1 more sub job is not listed",
    );
  });

  const facts = (notification: OutgoingNotification, setting = {}) =>
    JSON.stringify(buildMessage([notification], META, setting));

  test.each([
    {
      name: "the step's code takes precedence over the job's",
      code: "SFS.TURBO.0029",
      advice: "The subnet has no free address",
    },
    { name: "the job's code if the step's is unknown", code: "EVS.2024", advice: "A quota of the project is used up" },
  ])("advises what to do about a failure: $name", ({ code, advice }) => {
    const subJobs = [{ jobType: "create_volume", state: "failed", errorCode: code, failReason: "no" }];
    expect(facts(failedNotification({ subJobs }))).toContain(`*What to do:* ${advice}`);
  });

  test("gives no advice about an unknown code", () => {
    expect(facts(failedNotification({ errorCode: "SFS.TURBO.4711", subJobs: [] }))).not.toContain("What to do");
  });

  test.each([
    { name: "a number", ticket: "OPS-7", shows: "*Ticket:* OPS-7" },
    {
      name: "a page of one",
      ticket: "https://jira.example/browse/OPS-7",
      shows: "*Ticket:* <https://jira.example/browse/OPS-7|OPS-7>",
    },
    { name: "another page", ticket: "https://t.example/a|b>c", shows: "*Ticket:* <https://t.example/a%7Cb%3Ec|open>" },
    { name: "no page that a browser opens", ticket: "javascript:alert(1)", shows: "*Ticket:* javascript:\u034falert(1)" },
  ])("shows a ticket that is $name", ({ ticket, shows }) => {
    expect(facts(jobNotification({}, { labels: { ticket } }))).toContain(shows);
    expect(facts(jobNotification({}, { labels: { ticket } }))).not.toContain("ticket=");
  });

  test("links to the job's page if there is one", () => {
    const pageOf = () => "https://jobwatch.example/jobs/1?a=1&b=2";
    expect(facts(jobNotification(), { links: { pageOf } })).toContain("<https://jobwatch.example/jobs/1?a=1&amp;b=2|Job page>");
    expect(facts(jobNotification())).not.toContain("Job page");
  });

  test("links to the cloud's console unless the job succeeded", () => {
    const links = { consoleUrl: "https://console.example/" };
    for (const notification of [failedNotification(), jobNotification({ kind: "late", state: "running" })])
      expect(facts(notification, { links })).toContain("<https://console.example/|Cloud console>");
    expect(facts(jobNotification(), { links })).not.toContain("Cloud console");
  });

  const first = WAITED.transitions ?? [];
  test.each<{ name: string; job: Partial<Job>; ran: string; times: string }>([
    { name: "waited since the first poll that found it waiting", job: WAITED, ran: "41 min", times: "✅  Waited 3 min" },
    {
      name: "waited until the cloud knew it",
      job: { ...WAITED, transitions: [...first.slice(0, 1), { n: 2, at: BEGAN_AT, kind: "status", state: "running" }] },
      ran: "41 min",
      times: "✅  Waited 3 min",
    },
    {
      name: "was running when it was registered",
      job: {
        ...WAITED,
        transitions: [...first.slice(0, 1), { n: 2, at: BEGAN_AT - 3 * MINUTE, kind: "status", state: "running" }],
      },
      ran: "41 min",
      times: "*Finished* ✅",
    },
    {
      name: "started before it was tracked",
      job: { ...WAITED, beginTime: BEGAN_AT - 5 * MINUTE },
      ran: "46 min",
      times: "*Finished* ✅",
    },
    { name: "has a typical duration", job: { typical: TYPICAL }, ran: "41 min", times: "✅  Usually takes 35 to 50 min" },
    {
      name: "has a typical duration in two units",
      job: { typical: { ...TYPICAL, highMs: 65 * MINUTE } },
      ran: "41 min",
      times: "✅  Usually takes 35 min to 1 h 5 min",
    },
  ])("shows how long a job waited and ran that $name", ({ job, ran, times }) => {
    const notification = jobNotification({}, job);
    expect(buildMessage([notification], META).text).toBe(`Extend share "data-01" finished after ${ran}`);
    expect(smallPrint(notification)[0]).toBe(times.startsWith("*") ? times : `*Finished* ${times}`);
  });

  test.each([
    { name: "an error word of Slack", reason: "channel_is_archived", advice: "Unarchive it" },
    { name: "only a status", reason: "status 405", advice: "Check its URL in SLACK_WEBHOOKS" },
    { name: "rejected plain text", reason: "invalid_payload", advice: "a bug in sfs-jobwatch" },
    { name: "a channel without a webhook", reason: "no webhook is configured for this channel", advice: "Add the channel" },
  ])("advises operators about a suspended channel: $name", ({ reason, advice }) => {
    expect(JSON.stringify(buildMessage([channelNotification({ kind: "suspended", reason })], META))).toContain(advice);
  });

  test.each([
    { cause: "credentials", advice: "OS_USERNAME and OS_PASSWORD" },
    { cause: "not-permitted", advice: "sfsturbo:shares:getJob" },
    { cause: "configuration", advice: "SFS_TURBO_ENDPOINT" },
    { cause: "throttled", advice: "Lower POLLS_PER_SECOND" },
    { cause: "unavailable", advice: "polling resumes as soon as the cloud answers" },
    { cause: "invalid-response", advice: "a proxy" },
  ])("advises operators about a service that is unreachable because of $cause", ({ cause, advice }) => {
    const notification = serviceNotification({ kind: "unreachable", reason: `${cause}: the cloud's reason` });
    expect(JSON.stringify(buildMessage([notification], META))).toContain(advice);
  });

  test("is a test message if there is no notification", () => {
    expect(buildMessage([], META).text).toBe("Test message: sfs-jobwatch can post here");
  });
});
