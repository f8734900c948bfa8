import type { Job, Transition } from "../../domain/job/job.ts";
import { transitionRow } from "../../domain/job/transitions.ts";
import type { Color } from "./blocks.ts";
import { endedAs } from "./job-facts.ts";
import { measure, openFor, ranFor } from "./job-times.ts";
import { type TextLimits, titleOf } from "./job-words.ts";
import { whyFailed } from "./sub-jobs.ts";
import { mrkdwn } from "./text.ts";

/** The words for one transition of a job. They form a sentence ("X failed after 41 min") or a line ("Failed X after 41 min"). */
interface JobNews {
  headline: string;
  emoji: string;
  color: Color;
  /** For a roll-up: "3 failed". */
  countLabel: string;
  predicate: string;
  /** The end of the sentence with its leading space or punctuation: " after 41 min", ": quota exceeded". */
  rest: string;
}

/** The start of the sentence in a copy for the operators. */
export function keptByWords({ keptBy }: { keptBy?: string }): string {
  return keptBy === undefined ? "" : `For the suspended channel ${mrkdwn(keptBy, 63)}: `;
}

export function sentenceOf(job: Job, transition: Transition, limits: TextLimits): string {
  const { predicate, rest } = jobNews(job, transition, limits);
  return `${titleOf(job, limits)} ${predicate}${rest}`;
}

const COLORS: Record<ReturnType<typeof transitionRow>["tone"], Color> = {
  good: "good",
  warning: "warning",
  bad: "danger",
  neutral: "#808080",
};

export function jobNews(job: Job, transition: Transition, limits: TextLimits): JobNews {
  const { label, predicate, emoji, tone, countLabel = label.toLowerCase() } = transitionRow(transition);
  const color = COLORS[tone];
  const rest = endingOf(job, transition, limits);
  if (endedAs(transition) === undefined) return { headline: label, emoji, color, countLabel, predicate, rest };
  return { emoji, color, countLabel, rest, ...resultWords(job, label, predicate, rest) };
}

/** A job that had ended before its registration is reported differently. */
function resultWords(job: Job, label: string, predicate: string, rest: string): Pick<JobNews, "headline" | "predicate"> {
  const late = job.late ? " late" : "";
  if (!hadEndedBefore(job)) return { headline: `${label}${late}`, predicate: `${predicate}${late}` };
  const comma = rest.startsWith(" at ") ? "," : "";
  return { headline: `Already ${label.toLowerCase()}`, predicate: `had already ${predicate} when registered${comma}` };
}

function endingOf(job: Job, transition: Transition, limits: TextLimits): string {
  const reason = mrkdwn(transition.reason ?? "", limits.reason);
  const { ending } = transitionRow(transition);
  if (ending === undefined) return "";
  switch (ending) {
    case "result":
      return resultOf(job, transition, limits);
    case "reason":
      return `${by(transition, limits)}${reason === "" ? "" : `: ${reason}`}`;
    case "quoted reason":
      return reason === "" ? "" : `: "${reason}"`;
    case "plain reason":
      return ` ${reason}`.trimEnd();
    case "open for":
      return openFor(job, transition);
    case "unknown to the cloud":
      return `: the cloud ${wasSeen(job) ? "no longer knows" : "does not know"} it${inBrackets(reason)}`;
  }
}

function resultOf(job: Job, transition: Transition, limits: TextLimits): string {
  const why = endedAs(transition) === "failed" ? whyFailed(job, limits) : undefined;
  return hadEndedBefore(job) ? (why ?? inBrackets(ran(job))) : `${after(job)}${why ?? ""}`;
}

function by(transition: Transition, limits: TextLimits): string {
  return transition.by === undefined ? "" : ` (by ${mrkdwn(transition.by, limits.name)})`;
}

/** Which times the sentence about a transition contains. */
export function timesInSentence(job: Job, transition: Transition): { ran: boolean; typical: boolean } {
  const ended = endedAs(transition);
  if (hadEndedBefore(job)) return { ran: ended === "success", typical: false };
  return { ran: ended !== undefined, typical: ended !== undefined && job.late !== undefined };
}

/** Whether the job had ended before it was registered. */
function hadEndedBefore(job: Job): boolean {
  return job.endTime !== undefined && job.endTime <= job.trackedSince;
}

function after(job: Job): string {
  const time = ranFor(job);
  const measured = job.late && measure(job)?.words;
  return `${time === undefined ? "" : ` after ${time}`}${inBrackets(measured ?? "")}`;
}

function ran(job: Job): string {
  const time = ranFor(job);
  return time === undefined ? "" : `ran for ${time}`;
}

function inBrackets(words: string): string {
  return words === "" ? "" : ` (${words})`;
}

function wasSeen({ jobType, transitions }: Job): boolean {
  return jobType !== undefined || transitions.some(({ kind }) => kind === "status");
}
