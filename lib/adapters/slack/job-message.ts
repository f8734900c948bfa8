import type { Job } from "../../domain/job/job.ts";
import type { PageOf } from "../../domain/job/job-event.ts";
import { moreSubJobsWords } from "../../domain/job/sub-jobs.ts";
import { transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { type Content, fieldsSection, packed, section, smallLine } from "./blocks.ts";
import { adviceOf, endedAs, fieldsOf, linksOf, optionTexts, ticketLink } from "./job-facts.ts";
import { jobNews, keptByWords, sentenceOf, timesInSentence } from "./job-news.ts";
import { timesLine } from "./job-times.ts";
import type { TextLimits } from "./job-words.ts";
import { jobReason, otherFailedSubJobs } from "./sub-jobs.ts";
import { link } from "./text.ts";

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
const SEPARATOR = " · ";
/** Labels in a message of two lines. */
const BRIEF_LABELS = 150;
const PLAIN = {
  sentence: { type: 60, name: 100, reason: 600, code: 60, step: 60 },
  reason: { type: 60, name: 80, reason: 200, code: 60, step: 60 },
  labels: 300,
  link: 300,
};

/** The message for one transition of a job. News that needs no action has two lines; other news says what to do, with links and times. */
export function jobMessage(notification: JobNotification, plain: boolean, links: Links = {}): Content {
  const { tone } = transitionRow(notification.transition);
  const isBrief = tone === "good" || tone === "neutral";
  const content = isBrief ? briefMessage(notification, plain, links) : fullMessage(notification, plain, links);
  return { ...content, text: keptByWords(notification) + content.text };
}

function briefMessage({ job, transition }: JobNotification, plain: boolean, { pageOf }: Links): Content {
  const { sentence, link: longest } = plain ? PLAIN : WIDE_LIMITS;
  const { headline, emoji, color } = jobNews(job, transition, sentence);
  const page = link(pageOf?.(job) ?? "", "Job page", longest);
  const facts = [
    timesLine(job, transition, timesInSentence(job, transition)),
    ...optionTexts(job, BRIEF_LABELS).map(([, text]) => text),
    ...ticketLink(job, longest),
    ...(page === undefined ? [] : [page]),
  ].filter((fact) => fact !== "");
  return {
    text: sentenceOf(job, transition, sentence),
    color,
    blocks: [smallLine(`*${headline}* ${emoji}  ${facts.join(SEPARATOR)}`.trimEnd())],
    lines: facts.length === 0 ? [] : [facts.join(SEPARATOR)],
    footer: footerOf(job),
  };
}

function fullMessage({ job, transition }: JobNotification, plain: boolean, { pageOf, consoleUrl }: Links): Content {
  const limits = plain ? PLAIN : WIDE_LIMITS;
  const { headline, emoji, color } = jobNews(job, transition, limits.sentence);
  const times = timesLine(job, transition, timesInSentence(job, transition));
  const meaning = adviceOf(job, transition);
  const advice = meaning ? [`*What to do:* ${meaning}`] : [];
  const failure = endedAs(transition) === "failed" ? failureLines(job, limits.reason) : [];
  const links = linksOf(job, { "Job page": pageOf?.(job), "Cloud console": consoleUrl }, limits.link);
  const fields = fieldsOf(job, transition, limits.labels);
  return {
    text: sentenceOf(job, transition, limits.sentence),
    color,
    blocks: [
      section([`*${headline}* ${emoji}  ${times}`.trimEnd(), ...advice].join("\n")),
      ...packed(failure),
      ...packed(links, SEPARATOR),
      fieldsSection(fields),
    ],
    lines: [
      ...[times, ...advice, ...failure, links.join(SEPARATOR)].filter((line) => line !== ""),
      ...fields.map(({ label, value }) => `${label}: ${value}`),
    ],
    footer: footerOf(job),
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

/** The job's page has the other ids. */
function footerOf({ jobId }: Job): string[] {
  return [`job ${jobId}`];
}
