import { expect, it } from "vitest";
import { judge, type TrackedJob } from "./judge.ts";

const JOBS: TrackedJob[] = [
  { jobId: "good-1", promised: true, channels: ["general"], beginsAt: 5_000, endsAt: 20_000, ends: "success" },
  { jobId: "bad-1", promised: true, channels: ["general"], beginsAt: 5_000, endsAt: 20_000, ends: "failed" },
  { jobId: "unsure-1", promised: false, channels: ["general"], beginsAt: 5_000, endsAt: 20_000, ends: "success" },
];

/** The first text is the id of the message, which is the name of the block. */
const footer = (block_id: string, ...texts: string[]) => ({
  type: "context",
  block_id,
  elements: texts.map((text) => ({ type: "plain_text", text })),
});
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const alone = (at: number, word: string, jobId: string, ...more: string[]) => ({
  at,
  channel: "general",
  payload: {
    text: `Create share "${jobId}" message`,
    attachments: [{ blocks: [section(`*${word}* ✅`), footer(`notification ${"a".repeat(11)}`, `job ${jobId}`, ...more)] }],
  },
});
const rollUp = (at: number, lines: string[], id: string, ...footers: string[]) => ({
  at,
  channel: "general",
  payload: {
    text: "2 jobs",
    blocks: [section("*2 jobs: 1 failed, 1 finished*"), section(lines.join("\n")), footer(id, ...footers)],
  },
});
const BOTH = ['*Failed* ❌ Extend share "bad-1" after 18 s', '*Finished* ✅ Create share "good-1" after 15 s'];
const WHOLE = rollUp(21_000, BOTH, "notification bbbbbbbbbbb+1");

it.each([
  { name: "finds nothing if every job is delivered once", messages: [WHOLE], found: {} },
  {
    name: "finds an end that was never delivered",
    messages: [alone(21_000, "Failed", "bad-1")],
    found: { lost: ["general: good-1 success"] },
  },
  {
    name: "finds an end delivered before it happened",
    messages: [alone(19_000, "Finished", "good-1"), alone(21_000, "Failed", "bad-1")],
    found: { falsely: ["general: good-1 success"] },
  },
  {
    name: "finds an end that never happened",
    messages: [WHOLE, alone(22_000, "Failed", "good-1")],
    found: { falsely: ["general: good-1 failed"] },
  },
  {
    name: "finds an unreadable message",
    messages: [WHOLE, rollUp(22_000, [], "x")],
    found: { falsely: [expect.any(String)] },
  },
  {
    name: "finds a start delivered after the end",
    messages: [WHOLE, alone(22_000, "Running", "good-1")],
    found: { outOfOrder: ["general: good-1 running"] },
  },
  {
    name: "counts a repeat with the may-repeat note and the same id",
    messages: [WHOLE, rollUp(22_000, BOTH, "notification bbbbbbbbbbb+1", "may repeat an earlier message")],
    found: { repeats: 1 },
  },
  {
    name: "accepts the may-repeat note on the first of two messages, whose sender was paused during the send",
    messages: [rollUp(21_000, BOTH, "notification bbbbbbbbbbb+1", "may repeat an earlier message"), WHOLE],
    found: { repeats: 1 },
  },
  {
    name: "accepts the delivery of a job whose registration failed during the write",
    messages: [WHOLE, alone(21_000, "Finished", "unsure-1")],
    found: {},
  },
  {
    name: "finds a repeat without the may-repeat note",
    messages: [WHOLE, WHOLE],
    found: { repeats: 1, unlabelled: ["general: notification bbbbbbbbbbb+1 repeats bbbbbbbbbbb+1"] },
  },
  {
    name: "finds a repeat with a different id",
    messages: [WHOLE, alone(22_000, "Finished", "good-1", "may repeat an earlier message")],
    found: { repeats: 1, unlabelled: ["general: notification aaaaaaaaaaa repeats bbbbbbbbbbb+1"] },
  },
])("$name", ({ messages, found }) => {
  expect(judge(JOBS, messages)).toEqual({ lost: [], falsely: [], outOfOrder: [], repeats: 0, unlabelled: [], ...found });
});
