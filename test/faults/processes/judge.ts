import { dig } from "../../../infra/local/listen.ts";
import type { SinkMessage } from "../../../infra/local/slack-sink.ts";

/** A job that was to be watched, with what the cloud's script says of it. */
export interface WatchedJob {
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
  unmarked: string[];
}

type Message = Pick<SinkMessage, "at" | "channel" | "payload">;
/** What has been told so far, and by which message first. */
type Told = Map<string, { id: string; mayRepeat: boolean }>;

interface Telling {
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
export function judge(jobs: WatchedJob[], messages: Message[]): Judgement {
  const judgement: Judgement = { lost: [], falsely: [], outOfOrder: [], repeats: 0, unmarked: [] };
  const known = new Map(jobs.map((job) => [job.jobId, job]));
  const told: Told = new Map();
  for (const message of messages) {
    const tellings = tellingsOf(message.payload);
    if (tellings.length === 0) judgement.falsely.push(`${message.channel}: ${JSON.stringify(message.payload)}`);
    judgeRepeat(judgement, told, message, tellings);
    for (const telling of tellings) judgeTelling(judgement, told, message, telling, known.get(telling.jobId));
  }
  const owed = jobs.filter(({ promised }) => promised);
  const names = owed.flatMap(({ jobId, channels, ends }) => channels.map((channel) => key(channel, { jobId, state: ends })));
  return { ...judgement, lost: names.filter((name) => !told.has(name)) };
}

function judgeRepeat(judgement: Judgement, told: Told, { channel, payload }: Message, tellings: Telling[]): void {
  const earlier = tellings.map((telling) => told.get(key(channel, telling))).filter((message) => message !== undefined);
  if (earlier.length === 0) return;
  judgement.repeats += 1;
  const { id, mayRepeat } = marksOf(payload);
  if (earlier.every((first) => first.id === id && (mayRepeat || first.mayRepeat))) return;
  judgement.unmarked.push(
    `${channel}: notification ${id} repeats ${[...new Set(earlier.map((first) => first.id))].join(", ")}`,
  );
}

function judgeTelling(judgement: Judgement, told: Told, message: Message, telling: Telling, job?: WatchedJob): void {
  const { channel, payload } = message;
  const name = key(channel, telling);
  if (!isSo(job, telling.state, message)) judgement.falsely.push(name);
  if (told.has(name)) return;
  if (telling.state === "running" && job && told.has(key(channel, { ...telling, state: job.ends })))
    judgement.outOfOrder.push(name);
  told.set(name, marksOf(payload));
}

function isSo(job: WatchedJob | undefined, state: string, { at, channel }: Message): boolean {
  if (!job?.channels.includes(channel)) return false;
  return state === "running" ? at >= job.beginsAt : state === job.ends && at >= job.endsAt;
}

/** A message of its own says in colour what became of one job; a roll-up has a line a transition. */
function tellingsOf(payload: unknown): Telling[] {
  const text = textsOf(payload);
  const [attachment] = listOf(dig(payload, "attachments"));
  if (attachment === undefined)
    return [...text.matchAll(/^\*([^*"]+)\* .*?"([^"]+)"/gmu)].map(([, word, jobId]) => telling(word, jobId));
  return [telling(/^\*([^*]+)\*/mu.exec(text)?.[1], /^job (\S+)$/mu.exec(text)?.[1])];
}

function telling(word = "", jobId = ""): Telling {
  return { jobId, state: STATES[word] ?? word };
}

function marksOf(payload: unknown): { id: string; mayRepeat: boolean } {
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

function key(channel: string, { jobId, state }: Telling): string {
  return `${channel}: ${jobId} ${state}`;
}
