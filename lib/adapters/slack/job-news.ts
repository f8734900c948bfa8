import type { Job, Transition } from "../../domain/job/job.ts";
import type { Color } from "./blocks.ts";
import { measure, openFor, ranFor } from "./job-times.ts";
import { type TextLimits, titleOf } from "./job-words.ts";
import { whyFailed } from "./sub-jobs.ts";
import { mrkdwn } from "./text.ts";

/** One transition of a job in words, in pieces for a sentence ("X failed after 41 min") and a line ("Failed: X after 41 min"). */
interface JobNews {
  word: string;
  emoji: string;
  color: Color;
  /** How a roll-up counts such jobs. */
  counted: string;
  says: string;
  /** What follows in the sentence, with what stands before it: " after 41 min", ": quota exceeded". */
  rest: string;
}

export function sentenceOf(job: Job, transition: Transition, limits: TextLimits): string {
  const { says, rest } = jobNews(job, transition, limits);
  return `${titleOf(job, limits)} ${says}${rest}`;
}

export function jobNews(job: Job, transition: Transition, limits: TextLimits): JobNews {
  const because = mrkdwn(transition.reason ?? "", limits.reason);
  const rest = because === "" ? "" : `: ${because}`;
  switch (transition.kind) {
    case "registered":
      return news("Registered", "📝", "#808080", "registered", "is being watched", "");
    case "status":
      return statusNews(job, transition, limits);
    case "sub-job":
      return news("Progress", "🔄", "#808080", "moved on", "moves on", rest);
    case "late":
      return news("Late", "⏰", "warning", "late", "is late", openFor(job, transition));
    case "reminder":
      return news("Still late", "⏰", "warning", "still late", "is still not done", openFor(job, transition));
    case "unreachable":
      return news("Unreachable", "🔌", "warning", "unreachable", "cannot be checked", rest);
    case "recovered":
      return news("Reachable again", "🔁", "good", "reachable again", "can be checked again", ` ${because}`.trimEnd());
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
      return news(
        "No longer watched",
        "⏹️",
        "warning",
        "no longer watched",
        "is no longer watched",
        `${by(transition, limits)}${rest}`,
      );
    case "changed":
      return news("Changed", "📝", "#808080", "changed", "has other options", `${by(transition, limits)}${rest}`);
    case "unknown-status": {
      const status = because === "" ? "" : `: "${because}"`;
      return news("Unknown status", "⚠️", "warning", "with an unknown status", "has a status that nobody here knows", status);
    }
    default: {
      // Written by a version to come, told by this one while it is being replaced.
      const word = mrkdwn(transition.kind satisfies never, limits.code);
      return news(word, "ℹ️", "#808080", word, `is now: ${word}`, rest);
    }
  }
}

function by(transition: Transition, limits: TextLimits): string {
  return transition.by === undefined ? "" : ` (by ${mrkdwn(transition.by, limits.name)})`;
}

/** The job had ended before anybody registered it: nobody waited for it here. */
function hadEndedBefore(job: Job): boolean {
  return job.endTime !== undefined && job.endTime <= job.trackedSince;
}

function statusNews(job: Job, transition: Transition, limits: TextLimits): JobNews {
  switch (transition.state) {
    case "success":
      return hadEndedBefore(job)
        ? news("Already finished", "✅", "good", "finished", "was already finished when registered", inBrackets(ran(job)))
        : news(`Finished${late(job)}`, "✅", "good", "finished", `finished${late(job)}`, after(job));
    case "failed": {
      const why = whyFailed(job, limits);
      return hadEndedBefore(job)
        ? news("Already failed", "❌", "danger", "failed", "had already failed when registered", why)
        : news(`Failed${late(job)}`, "❌", "danger", "failed", `failed${late(job)}`, `${after(job)}${why}`);
    }
    case "waiting":
      return news("Waiting", "⏳", "#808080", "waiting", "is waiting to run", "");
    default:
      return news("Running", "▶️", "#808080", "running", "is running", "");
  }
}

function news(word: string, emoji: string, color: Color, counted: string, says: string, rest: string): JobNews {
  return { word, emoji, color, counted, says, rest };
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
  return time === undefined ? "" : `it ran ${time}`;
}

function inBrackets(words: string): string {
  return words === "" ? "" : ` (${words})`;
}

function wasSeen({ jobType, transitions }: Job): boolean {
  return jobType !== undefined || transitions.some(({ kind }) => kind === "status");
}
