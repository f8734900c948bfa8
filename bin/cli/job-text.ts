import type { JobState } from "../../lib/domain/job/states.ts";
import { failedSubJobs } from "../../lib/domain/job/sub-jobs.ts";
import { duration, range } from "../../lib/domain/time-words.ts";
import type { Job, JobSummary } from "./answers.ts";
import { isTerminal, type Piece, type Tone } from "./output.ts";

const STATES: Record<JobState, { icon: string; tone: Tone }> = {
  registered: { icon: "○", tone: "quiet" },
  waiting: { icon: "○", tone: "quiet" },
  running: { icon: "●", tone: "busy" },
  success: { icon: "✓", tone: "good" },
  failed: { icon: "✗", tone: "bad" },
  lost: { icon: "?", tone: "bad" },
  stopped: { icon: "■", tone: "quiet" },
};

export function toneOf(state: string): Tone {
  return appearanceOf(state).tone;
}

/** A state with its icon and color on a terminal. */
export function stateCell(state: string): Piece {
  const { icon, tone } = appearanceOf(state);
  return { text: isTerminal() ? `${icon} ${state}` : state, tone };
}

/** Steps have states in the cloud's own words. */
function appearanceOf(state: string): { icon: string; tone: Tone } {
  return Object.hasOwn(STATES, state) ? STATES[state as JobState] : { icon: "·", tone: "quiet" };
}

type Named = Pick<JobSummary, "jobId" | "title" | "resource" | "jobType" | "state">;

export function jobLine(job: Named): string {
  return joinTexts([nameOf(job), job.state], "  ");
}

/** Like `jobLine`, with the color of the state. */
export function jobPieces(job: Named): Piece[] {
  return [`${nameOf(job)}  `, { text: job.state, tone: toneOf(job.state) }];
}

function nameOf({ jobId, title, resource, jobType }: Named): string {
  const name = title ?? resource?.name;
  return joinTexts([jobId, name && `"${name}"`, jobType], "  ");
}

/** Describes a job that has ended: how long it took, and the reason for a bad end. */
export function endPieces(job: Job): Piece[] {
  return [...jobPieces(job), endText(job)];
}

/** " after 41 min: The resources are sold out (SFS.TURBO.0030)" */
export function endText(job: Job): string {
  const ran = job.beginTime && job.endTime ? ` after ${timeBetween(job.beginTime, job.endTime)}` : "";
  const [step] = failedSubJobs(job);
  const lastNews = job.transitions.findLast(({ kind }) => kind !== "changed");
  const code = job.errorCode ?? step?.errorCode;
  const why = job.failReason ?? step?.failReason ?? code ?? lastNews?.reason;
  const reason = job.state === "success" || !why ? "" : `: ${why}${code && code !== why ? ` (${code})` : ""}`;
  return `${ran}${reason}`;
}

/** "35-50 min", how long such a job takes; undefined if that is unknown or the job does not run. */
export function typicalText({ state, beginTime, expectedEnd }: Job): string | undefined {
  if (state !== "running" || beginTime === undefined || !expectedEnd) return undefined;
  const began = Date.parse(beginTime);
  const { at, from, to } = expectedEnd;
  if (from === undefined || to === undefined) return `expected ${duration(Date.parse(at) - began)}`;
  return `typically ${range(Date.parse(from) - began, Date.parse(to) - began)}`;
}

/** Joins the texts that exist. */
export function joinTexts(texts: (string | undefined)[], separator = " "): string {
  return texts.filter(Boolean).join(separator);
}

export function ageOf(time: string): string {
  return timeBetween(time, new Date().toISOString());
}

/** "10:33 UTC", or with the date if it is not today. */
export function clockTime(time: string | number): string {
  const text = new Date(time).toISOString();
  const isToday = text.slice(0, 10) === new Date().toISOString().slice(0, 10);
  return `${isToday ? "" : `${text.slice(0, 10)} `}${text.slice(11, 16)} UTC`;
}

/** "2026-11-28 10:33:00 UTC" */
export function fullTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

export function timeBetween(from: string, to: string): string {
  return duration(Math.max(Date.parse(to) - Date.parse(from), 0));
}
