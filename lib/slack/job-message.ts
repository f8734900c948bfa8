import type { Job } from "../job/job.ts";
import type { Telling } from "../ports.ts";
import { type Block, type Content, fieldsSection, section } from "./blocks.ts";
import { endedAs, failedSubJobs, fieldsOf, labelsOf, notesOf, runbookOf } from "./job-facts.ts";
import { jobNews, sentenceOf } from "./job-news.ts";
import type { Room } from "./job-words.ts";
import { mrkdwn } from "./text.ts";

export type JobTelling = Extract<Telling, { kind: "job" }>;

const SENTENCE: Room = { type: 60, name: 150, reason: 300, code: 60 };

/** The rooms of one message of blocks, and of plain text, which Slack splits at about 4,000 characters. */
const ROOMY = { reason: 1_500, subJob: { type: 60, name: 80, reason: 400, code: 60 }, labels: 1_000, runbook: 1_500 };
const PLAIN = { reason: 700, subJob: { type: 60, name: 80, reason: 150, code: 60 }, labels: 400, runbook: 400 };

/** All that one transition of one job has to say. */
export function jobMessage({ job, transition }: JobTelling, plain: boolean): Content {
  const rooms = plain ? PLAIN : ROOMY;
  const { word, emoji, color } = jobNews(job, transition, SENTENCE);
  const failed = endedAs(transition) === "failed";
  const reason = failed ? mrkdwn(job.failReason ?? "", rooms.reason) : "";
  const subJobs = failed ? failedSubJobs(job, rooms.subJob) : [];
  const fields = fieldsOf(job, transition);
  const notes = notesOf(transition);
  const labels = labelsOf(job, rooms.labels);
  const runbook = runbookOf(job, rooms.runbook);
  return {
    text: sentenceOf(job, transition, SENTENCE),
    color,
    blocks: [
      section([`*${word}* ${emoji}`, ...notes].join("\n")),
      fieldsSection(fields),
      ...optional(reason, `*The cloud says*\n>${reason}`),
      ...optional(subJobs[0], `*Failed sub jobs*\n${subJobs.map((subJob) => `• ${subJob}`).join("\n")}`),
      ...optional(labels, `*Labels*\n${labels}`),
      ...optional(runbook, runbook ?? ""),
    ],
    lines: [
      ...notes,
      ...fields.map(({ label, value }) => `${label}: ${value}`),
      ...(reason ? [`The cloud says: ${reason}`] : []),
      ...subJobs.map((subJob) => `Sub job: ${subJob}`),
      ...(labels ? [`Labels: ${labels}`] : []),
      ...(runbook ? [runbook] : []),
    ],
    ids: idsOf(job),
  };
}

function idsOf({ jobId, requestId }: Job): string[] {
  return [`job ${jobId}`, ...(requestId ? [`request ${requestId}`] : [])];
}

function optional(value: string | undefined, text: string): Block[] {
  return value ? [section(text)] : [];
}
