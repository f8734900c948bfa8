import type { Job, Transition } from "../../domain/job/job.ts";
import type { Color } from "./blocks.ts";
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

export function sentenceOf(job: Job, transition: Transition, limits: TextLimits): string {
  const { predicate, rest } = jobNews(job, transition, limits);
  return `${titleOf(job, limits)} ${predicate}${rest}`;
}

export function jobNews(job: Job, transition: Transition, limits: TextLimits): JobNews {
  const because = mrkdwn(transition.reason ?? "", limits.reason);
  const rest = because === "" ? "" : `: ${because}`;
  switch (transition.kind) {
    case "registered":
      return news("Registered", "📝", "#808080", "registered", "is being tracked", "");
    case "status":
      return statusNews(job, transition, limits);
    case "sub-job":
      return news("Progress", "🔄", "#808080", "in progress", "made progress", rest);
    case "late":
      return news("Late", "⏰", "warning", "late", "is late", openFor(job, transition));
    case "reminder":
      return news("Reminder", "⏰", "warning", "still late", "is still late", openFor(job, transition));
    case "unreachable":
      return news("Unreachable", "🔌", "warning", "unreachable", "cannot be checked", rest);
    case "recovered":
      return news("Recovered", "🔁", "good", "recovered", "can be checked again", ` ${because}`.trimEnd());
    case "lost":
      return news(
        "Lost",
        "❓",
        "danger",
        "lost",
        "is lost",
        `: the cloud ${wasSeen(job) ? "no longer knows" : "does not know"} it${inBrackets(because)}`,
      );
    case "stopped":
      return news("Stopped", "⏹️", "warning", "stopped", "is no longer tracked", `${by(transition, limits)}${rest}`);
    case "changed":
      return news("Options changed", "📝", "#808080", "changed", "has changed options", `${by(transition, limits)}${rest}`);
    case "unknown-status": {
      const status = because === "" ? "" : `: "${because}"`;
      return news("Unknown status", "⚠️", "warning", "with an unknown status", "has an unknown status", status);
    }
    default: {
      // Written by a newer version, delivered by this one during a deployment.
      const headline = mrkdwn(transition.kind satisfies never, limits.code);
      return news(headline, "ℹ️", "#808080", headline, `is now: ${headline}`, rest);
    }
  }
}

function by(transition: Transition, limits: TextLimits): string {
  return transition.by === undefined ? "" : ` (by ${mrkdwn(transition.by, limits.name)})`;
}

/** Whether the job had ended before it was registered. */
function hadEndedBefore(job: Job): boolean {
  return job.endTime !== undefined && job.endTime <= job.trackedSince;
}

function statusNews(job: Job, transition: Transition, limits: TextLimits): JobNews {
  switch (transition.state) {
    case "success":
      return hadEndedBefore(job)
        ? news("Already finished", "✅", "good", "finished", "had already finished when registered", inBrackets(ran(job)))
        : news(`Finished${late(job)}`, "✅", "good", "finished", `finished${late(job)}`, after(job));
    case "failed": {
      const why = whyFailed(job, limits);
      return hadEndedBefore(job)
        ? news(
            "Already failed",
            "❌",
            "danger",
            "failed",
            `had already failed when registered${why.startsWith(" ") ? "," : ""}`,
            why,
          )
        : news(`Failed${late(job)}`, "❌", "danger", "failed", `failed${late(job)}`, `${after(job)}${why}`);
    }
    case "waiting":
      return news("Waiting", "⏳", "#808080", "waiting", "is waiting to run", "");
    default:
      return news("Running", "▶️", "#808080", "running", "is running", "");
  }
}

function news(headline: string, emoji: string, color: Color, countLabel: string, predicate: string, rest: string): JobNews {
  return { headline, emoji, color, countLabel, predicate, rest };
}

function late(job: Job): string {
  return job.late ? " late" : "";
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
