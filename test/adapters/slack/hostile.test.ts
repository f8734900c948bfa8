import fc from "fast-check";
import { expect, test } from "vitest";
import { type Node, parseMrkdwn } from "../../../infra/local/mrkdwn.ts";
import { buildMessage, type Payload } from "../../../lib/adapters/slack/message.ts";
import type { OperatorTransition } from "../../../lib/domain/health/operator-notice.ts";
import type { SubJob } from "../../../lib/domain/job/job.ts";
import type { JobState } from "../../../lib/domain/job/states.ts";
import type { TransitionKind } from "../../../lib/domain/job/transitions.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { hostileText } from "./hostile.ts";
import { BEGAN_AT, channelNotification, jobNotification, serviceNotification } from "./sample-notifications.ts";

// The layout of a message does not depend on its content. With hostile texts in every field it has the same blocks, each with
// the same formatting, as with a harmless word. So no outside text can mention, link, format or quote anything.

const KINDS: TransitionKind[] = [
  "registered",
  "status",
  "sub-job",
  "late",
  "reminder",
  "unknown-status",
  "unreachable",
  "recovered",
  "lost",
  "stopped",
  "changed",
];
const NOTICES: OperatorTransition["kind"][] = [
  "unreachable",
  "still-unreachable",
  "recovered",
  "suspended",
  "expired",
  "refused-layout",
  "refused-text",
  "rejected",
];
const STATES = ["failed", "success", "running", "waiting"] as const;
const HARMLESS = "word";

/** A notification with the text in every field that a user or the cloud sets. */
function delivered(kind: TransitionKind, state: JobState, text: string): OutgoingNotification {
  const sub = { jobId: text, jobType: text, state: "failed", errorCode: text, failReason: text } as SubJob;
  return jobNotification(
    { kind, state, reason: text },
    {
      title: text,
      team: text,
      jobId: text,
      jobType: text,
      projectId: text,
      failReason: text,
      errorCode: text,
      requestId: text,
      resource: { name: text },
      subJobs: [sub, sub],
      labels: { a: text, [text]: text, ticket: `OPS ${text}` },
      runbookUrl: `https://wiki.example/${encodeURIComponent(text.slice(0, 20).toWellFormed())}`,
    },
  );
}

const notice = (kind: OperatorTransition["kind"], text: string, ofProject: boolean): OutgoingNotification => {
  const notification = ofProject ? serviceNotification({ kind, reason: text }) : channelNotification({ kind, reason: text });
  return notification.kind === "channel" ? { ...notification, channel: text } : { ...notification, ...{ projectId: text } };
};

/** The kind of each formatted node, without the plain text between them. */
function formatsOf(nodes: Node[]): unknown[] {
  return nodes.flatMap((node): unknown[] => {
    if (node.kind === "text") return [];
    return "nodes" in node ? [[node.kind, ...formatsOf(node.nodes)]] : [node.kind];
  });
}

/** The message with each text replaced by its formatting. A plain_text object has none. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return value;
  if ("type" in value && value.type === "plain_text") return { ...value, text: "" };
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const isText = (name === "text" || name === "fallback") && typeof part === "string";
      return [name, isText ? formatsOf(parseMrkdwn(part, BEGAN_AT)) : shape(part)];
    }),
  );
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

const UNSEEN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]/u;
const STACK = /\p{M}{7}/u;
const LINKS = /\b(https?|mailto|ftp):(?!\u034f)\S|\bwww\.[a-z]|@[a-z]+\.[a-z]/i;

function expectInert(payload: Payload): void {
  const { link_names, unfurl_links, unfurl_media } = payload;
  expect({ link_names, unfurl_links, unfurl_media }).toEqual({ link_names: false, unfurl_links: false, unfurl_media: false });
  for (const text of texts(payload)) {
    expect(text).not.toMatch(UNSEEN);
    expect(text).not.toMatch(STACK);
    const foreign = text.replaceAll(
      /<(https:\/\/wiki\.example\/[^<>|]*\|Runbook|https:\/\/jobwatch\.example\/[^<>|]*\|[^<>|]*|!date\^\d+\^[^<>|]*\|[^<>|]*)>/g,
      "",
    );
    expect(foreign).not.toMatch(LINKS);
    expect(foreign).not.toContain("<");
  }
}

/** An empty value would drop its row, so each text begins with a word. */
const sent = fc.tuple(hostileText, fc.constantFrom("x ", "x.")).map(([text, word]) => word + text);
const meta = (plain: boolean) => ({ id: "0a1b2c3d4e5", mayRepeat: true, plain });
const setting = {
  held: 1,
  links: {
    pageOf: ({ jobId }: { jobId: string }) =>
      `https://jobwatch.example/jobs/${encodeURIComponent(jobId.slice(0, 20).toWellFormed())}`,
  },
};

const makers: { name: string; make: (text: string) => OutgoingNotification }[] = [
  ...KINDS.flatMap((kind) =>
    STATES.map((state) => ({ name: `${kind} ${state}`, make: (text: string) => delivered(kind, state, text) })),
  ),
  ...NOTICES.flatMap((kind) =>
    [true, false].map((ofProject) => ({
      name: `${kind} ${ofProject ? "project" : "channel"}`,
      make: (text: string) => notice(kind, text, ofProject),
    })),
  ),
];

test.each(makers)("hostile texts do not change the layout of $name in blocks, fallback and plain text", ({ make }) => {
  for (const plain of [false, true]) {
    const wanted = shape(buildMessage([make(HARMLESS)], meta(plain), setting));
    fc.assert(
      fc.property(sent, (text) => {
        const payload = buildMessage([make(text)], meta(plain), setting);
        expect(shape(payload)).toEqual(wanted);
        expectInert(payload);
      }),
      { numRuns: 25 },
    );
  }
});

test("hostile texts format nothing in a digest", () => {
  const notifications = makers.slice(0, 20);
  fc.assert(
    fc.property(sent, fc.boolean(), (text, plain) => {
      const job = { source: "sfs-turbo-job", jobId: text, jobType: text, title: text, isLate: true };
      const digest = { at: BEGAN_AT, open: { jobs: [job], count: 2 } };
      const delivered = notifications.map(({ make }) => make(text));
      const payload = buildMessage(delivered, { ...meta(plain), digest }, { ...setting, channel: "storage-ops" });
      expectInert(payload);
      const kinds = texts(payload).flatMap((one) => formatsOf(parseMrkdwn(one, BEGAN_AT)));
      expect(kinds.filter((kind) => JSON.stringify(kind) !== '["bold"]')).toEqual(notifications.map(() => "link"));
    }),
    { numRuns: 50 },
  );
});

test("hostile texts format nothing in a roll-up of all kinds", () => {
  fc.assert(
    fc.property(sent, fc.boolean(), (text, plain) => {
      const payload = buildMessage(
        makers.slice(0, 20).map(({ make }) => make(text)),
        meta(plain),
        setting,
      );
      expectInert(payload);
      const kinds = texts(payload).flatMap((one) => formatsOf(parseMrkdwn(one, BEGAN_AT)));
      expect(kinds.filter((kind) => JSON.stringify(kind) !== '["bold"]')).toEqual(Array(20).fill("link"));
    }),
    { numRuns: 100 },
  );
});
