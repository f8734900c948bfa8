import type { SectionBlock } from "@slack/types";
import type { Job } from "../../domain/job/job.ts";
import type { PageOf } from "../../domain/job/job-event.ts";
import { moreSubJobsWords } from "../../domain/job/sub-jobs.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { type Content, fieldsSection, packed, section } from "./blocks.ts";
import { adviceOf, endedAs, fieldsOf, linksOf } from "./job-facts.ts";
import { jobNews, sentenceOf } from "./job-news.ts";
import { timesLine } from "./job-times.ts";
import type { TextLimits } from "./job-words.ts";
import { jobReason, otherFailedSubJobs } from "./sub-jobs.ts";

export type JobNotification = Extract<OutgoingNotification, { kind: "job" }>;

/** Where a message links to. */
export interface Links {
  /** The page of a job; undefined if it has none. */
  pageOf?: PageOf | undefined;
  /** The cloud's console, linked from every message except a success. */
  consoleUrl?: string | undefined;
}

/** Text limits with blocks. Plain text gets less: Slack splits it at about 4,000 characters. */
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

/** The message for one transition of a job: what happened and why, what to do, links and times. */
export function jobMessage({ job, transition }: JobNotification, plain: boolean, { pageOf, consoleUrl }: Links = {}): Content {
  const limitSets = plain ? PLAIN : WIDE_LIMITS;
  const { headline, emoji, color } = jobNews(job, transition, limitSets.sentence);
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
      section([`*${headline}* ${emoji}  ${times}`.trimEnd(), ...advice].join("\n")),
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
    ...(reason === undefined ? [] : [`Job error: ${reason}`]),
    ...otherFailedSubJobs(job, limits).map((subJob) => `• ${subJob}`),
    ...(more === undefined ? [] : [more]),
  ];
}

function idsOf({ jobId, projectId, requestId, failing, correlationId }: Job): string[] {
  const others = { request: failing?.requestId ?? requestId, correlation: correlationId };
  const known = Object.entries(others).flatMap(([what, id]) => (id ? [`${what} ${id}`] : []));
  return [`job ${jobId}`, `project ${projectId}`, ...known];
}

function optional(text: string): SectionBlock[] {
  return text === "" ? [] : [section(text)];
}
