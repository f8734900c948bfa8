import { dig } from "../../../infra/local/listen.ts";
import type { SinkMessage } from "../../../infra/local/slack-sink.ts";

/** A job that was to be watched, with what the cloud's script says of it. */
export interface TrackedJob {
  jobId: string;
  /** The API said that it is registered; where it failed the job may be watched or not. */
  promised: boolean;
  channels: string[];
  beginsAt: number;
  endsAt: number;
  ends: "success" | "failed";
}

export interface Judgement {
  /** What was promised and never stood in the channel. */
  lost: string[];
  /** What was told and was not so, or could not be read. */
  falsely: string[];
  outOfOrder: string[];
  /** Messages that tell again what had been told. */
  repeats: number;
  /** Repeats under another id, or without the words, unless the earlier one has them: a sender stopped in mid-send is late. */
  unconfirmed: string[];
}

type Message = Pick<SinkMessage, "at" | "channel" | "payload">;
/** What has been told so far, and by which message first. */
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

/** Holds what stands in Slack's channels against the cloud's scripts: nothing that the service says of itself counts. */
export function judge(jobs: TrackedJob[], messages: Message[]): Judgement {
  const judgement: Judgement = { lost: [], falsely: [], outOfOrder: [], repeats: 0, unconfirmed: [] };
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
  judgement.unconfirmed.push(
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

/** A message of its own says in colour what became of one job; a roll-up has a line a transition. */
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

/** All texts of the blocks, a line each. */
function textsOf(payload: unknown): string {
  const blocks = [payload, ...listOf(dig(payload, "attachments"))].flatMap((part) => listOf(dig(part, "blocks")));
  return blocks
    .flatMap((block) => [dig(block, "text"), ...listOf(dig(block, "elements"))])
    .map((part) => String(dig(part, "text") ?? ""))
    .join("\n");
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function key(channel: string, { jobId, state }: OutgoingNotification): string {
  return `${channel}: ${jobId} ${state}`;
}
