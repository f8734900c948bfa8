import type { Job } from "../../domain/job/job.ts";
import type { PageOf } from "../../domain/job/job-event.ts";
import { moreSubJobsWords } from "../../domain/job/sub-jobs.ts";
import type { OutgoingNotification } from "../../ports.ts";
import { type Block, type Content, fieldsSection, packed, section } from "./blocks.ts";
import { adviceOf, endedAs, fieldsOf, linksOf } from "./job-facts.ts";
import { jobNews, sentenceOf } from "./job-news.ts";
import { timesLine } from "./job-times.ts";
import type { TextLimits } from "./job-words.ts";
import { jobReason, otherFailedSubJobs } from "./sub-jobs.ts";

export type JobNotification = Extract<OutgoingNotification, { kind: "job" }>;

/** Where a message leads to. */
export interface Links {
  /** Where a job can be looked at; undefined: nowhere. */
  pageOf?: PageOf | undefined;
  /** The cloud's own console, for what is not as it should be. */
  consoleUrl?: string | undefined;
}

/** The rooms of one message of blocks, and of plain text, which Slack splits at about 4,000 characters. */
const WIDE_LIMITS = {
  sentence: { type: 60, name: 150, reason: 1_000, code: 60, step: 60 },
  reason: { type: 60, name: 80, reason: 1_000, code: 60, step: 60 },
  labels: 1_000,
  link: 1_000,
};
const PLAIN = {
  sentence: { type: 60, name: 100, reason: 600, code: 60, step: 60 },
  reason: { type: 60, name: 80, reason: 200, code: 60, step: 60 },
  labels: 300,
  link: 300,
};

/** All that one transition of one job has to say: what and why, what to do, where to go on, and the times. */
export function jobMessage({ job, transition }: JobNotification, plain: boolean, { pageOf, consoleUrl }: Links = {}): Content {
  const limitSets = plain ? PLAIN : WIDE_LIMITS;
  const { word, emoji, color } = jobNews(job, transition, limitSets.sentence);
  const times = timesLine(job, transition);
  const meaning = adviceOf(job, transition);
  const advice = meaning ? [`*What to do:* ${meaning}`] : [];
  const failure = endedAs(transition) === "failed" ? failureLines(job, limitSets.reason) : [];
  const console = endedAs(transition) === "success" ? undefined : consoleUrl;
  const links = linksOf(job, { "Job page": pageOf?.(job), "Cloud console": console }, limitSets.link).join(" · ");
  const fields = fieldsOf(job, transition, limitSets.labels);
  return {
    text: sentenceOf(job, transition, limitSets.sentence),
    color,
    blocks: [
      section([`*${word}* ${emoji}  ${times}`.trimEnd(), ...advice].join("\n")),
      ...packed(failure),
      ...optional(links),
      fieldsSection(fields),
    ],
    lines: [
      ...[times, ...advice, ...failure, links].filter((line) => line !== ""),
      ...fields.map(({ label, value }) => `${label}: ${value}`),
    ],
    ids: idsOf(job),
  };
}

function failureLines(job: Job, limits: TextLimits): string[] {
  const reason = jobReason(job, limits);
  const more = moreSubJobsWords(job);
  return [
    ...(reason === undefined ? [] : [`The job as a whole: ${reason}`]),
    ...otherFailedSubJobs(job, limits).map((subJob) => `• ${subJob}`),
    ...(more === undefined ? [] : [more]),
  ];
}

function idsOf({ jobId, projectId, requestId, failing, correlationId }: Job): string[] {
  const others = { request: failing?.requestId ?? requestId, correlation: correlationId };
  const known = Object.entries(others).flatMap(([what, id]) => (id ? [`${what} ${id}`] : []));
  return [`job ${jobId}`, `project ${projectId}`, ...known];
}

function optional(text: string): Block[] {
  return text === "" ? [] : [section(text)];
}
