import { dig } from "../../../infra/local/listen.ts";
import type { SinkMessage } from "../../../infra/local/slack-sink.ts";

/** A job that was registered, with the cloud's script for it. */
export interface TrackedJob {
  jobId: string;
  /** The API returned that it is registered. If the request failed, the job may be tracked or not. */
  promised: boolean;
  channels: string[];
  beginsAt: number;
  endsAt: number;
  ends: "success" | "failed";
}

export interface Judgement {
  /** What was promised and never appeared in the channel. */
  lost: string[];
  /** What was delivered and is wrong or unreadable. */
  falsely: string[];
  outOfOrder: string[];
  /** Messages that repeat earlier ones. */
  repeats: number;
  /** Repeats with a different id or without "may repeat", unless the earlier one has it: a sender paused during the send is late. */
  unlabelled: string[];
}

type Message = Pick<SinkMessage, "at" | "channel" | "payload">;
/** What has been delivered so far, and the message that delivered it first. */
type Delivered = Map<string, { id: string; mayRepeat: boolean }>;

interface OutgoingNotification {
  jobId: string;
  state: string;
}

const STATES: Record<string, string> = {
  Running: "running",
  Finished: "success",
  "Already finished": "success",
  Failed: "failed",
  "Already failed": "failed",
};

/** Compares the messages in Slack's channels with the cloud's scripts. The service's own data is not used. */
export function judge(jobs: TrackedJob[], messages: Message[]): Judgement {
  const judgement: Judgement = { lost: [], falsely: [], outOfOrder: [], repeats: 0, unlabelled: [] };
  const known = new Map(jobs.map((job) => [job.jobId, job]));
  const delivered: Delivered = new Map();
  for (const message of messages) {
    const notifications = readNotifications(message.payload);
    if (notifications.length === 0) judgement.falsely.push(`${message.channel}: ${JSON.stringify(message.payload)}`);
    judgeRepeat(judgement, delivered, message, notifications);
    for (const notification of notifications)
      judgeNotification(judgement, delivered, message, notification, known.get(notification.jobId));
  }
  const owed = jobs.filter(({ promised }) => promised);
  const names = owed.flatMap(({ jobId, channels, ends }) => channels.map((channel) => key(channel, { jobId, state: ends })));
  return { ...judgement, lost: names.filter((name) => !delivered.has(name)) };
}

function judgeRepeat(
  judgement: Judgement,
  delivered: Delivered,
  { channel, payload }: Message,
  notifications: OutgoingNotification[],
): void {
  const earlier = notifications
    .map((notification) => delivered.get(key(channel, notification)))
    .filter((message) => message !== undefined);
  if (earlier.length === 0) return;
  judgement.repeats += 1;
  const { id, mayRepeat } = repeatFlagsOf(payload);
  if (earlier.every((first) => first.id === id && (mayRepeat || first.mayRepeat))) return;
  judgement.unlabelled.push(
    `${channel}: notification ${id} repeats ${[...new Set(earlier.map((first) => first.id))].join(", ")}`,
  );
}

function judgeNotification(
  judgement: Judgement,
  delivered: Delivered,
  message: Message,
  notification: OutgoingNotification,
  job?: TrackedJob,
): void {
  const { channel, payload } = message;
  const name = key(channel, notification);
  if (!isSo(job, notification.state, message)) judgement.falsely.push(name);
  if (delivered.has(name)) return;
  if (notification.state === "running" && job && delivered.has(key(channel, { ...notification, state: job.ends })))
    judgement.outOfOrder.push(name);
  delivered.set(name, repeatFlagsOf(payload));
}

function isSo(job: TrackedJob | undefined, state: string, { at, channel }: Message): boolean {
  if (!job?.channels.includes(channel)) return false;
  return state === "running" ? at >= job.beginsAt : state === job.ends && at >= job.endsAt;
}

/** A single message shows a job's state by its colour; a roll-up has a line per transition. */
function readNotifications(payload: unknown): OutgoingNotification[] {
  const text = textsOf(payload);
  const [attachment] = listOf(dig(payload, "attachments"));
  if (attachment === undefined)
    return [...text.matchAll(/^\*([^*"]+)\* .*?"([^"]+)"/gmu)].map(([, word, jobId]) => notification(word, jobId));
  return [notification(/^\*([^*]+)\*/mu.exec(text)?.[1], /^job (\S+)$/mu.exec(text)?.[1])];
}

function notification(word = "", jobId = ""): OutgoingNotification {
  return { jobId, state: STATES[word] ?? word };
}

function repeatFlagsOf(payload: unknown): { id: string; mayRepeat: boolean } {
  const text = textsOf(payload);
  return { id: /\bnotification ([\w-]+(?:\+\d+)?)/u.exec(text)?.[1] ?? "", mayRepeat: text.includes("may repeat") };
}

/** Returns all texts and names of the blocks, one per line. The name of a block has the id of the message. */
function textsOf(payload: unknown): string {
  const blocks = [payload, ...listOf(dig(payload, "attachments"))].flatMap((part) => listOf(dig(part, "blocks")));
  return blocks
    .flatMap((block) => [
      dig(block, "block_id"),
      ...[dig(block, "text"), ...listOf(dig(block, "elements"))].map((part) => dig(part, "text")),
    ])
    .map((text) => String(text ?? ""))
    .join("\n");
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function key(channel: string, { jobId, state }: OutgoingNotification): string {
  return `${channel}: ${jobId} ${state}`;
}
