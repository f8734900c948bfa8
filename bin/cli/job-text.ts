import { sizeWords } from "../../lib/domain/job/resource.ts";
import { failedSubJobs } from "../../lib/domain/job/sub-jobs.ts";
import type { Job, JobSummary } from "./answers.ts";
import { optionRows } from "./job-options.ts";
import { alignColumns } from "./output.ts";
import { lastPollText } from "./problem-text.ts";

export function jobLine({ jobId, title, resource, jobType, state }: Omit<JobSummary, "subJobCount">): string {
  const name = title ?? resource?.name;
  return joinTexts([jobId, name && `"${name}"`, jobType, state], "  ");
}

/** Describes a job that has ended: how long it took, and the reason for a bad end. */
export function endLine(job: Job): string {
  const ran = job.beginTime && job.endTime ? ` after ${timeBetween(job.beginTime, job.endTime)}` : "";
  const [step] = failedSubJobs(job);
  const lastNews = job.transitions.findLast(({ kind }) => kind !== "changed");
  const code = job.errorCode ?? step?.errorCode;
  const why = job.failReason ?? step?.failReason ?? code ?? lastNews?.reason;
  const reason = job.state === "success" || !why ? "" : `: ${why}${code && code !== why ? ` (${code})` : ""}`;
  return `${jobLine(job)}${ran}${reason}`;
}

type Row = [name: string, value: string | number | undefined];

/** Returns everything about a job, one line each. */
export function jobDetails(job: Job): string[] {
  const { silence, expectedEnd, resource } = job;
  const rows: Row[] = [
    ["state", job.state],
    ["type", job.jobType],
    ["project", job.projectId],
    ...optionRows(job),
    ["silent", silence && `until ${silence.until}, set by ${joinTexts([silence.by, silence.reason], ": ")}`],
    ["registered", job.registeredAt],
    ["found by", job.origin && `watch ${job.origin}`],
    ["missing", job.missingSince && `since ${job.missingSince}`],
    ["no news", lastPollText(job)],
    ["request", job.requestId],
    ["began", job.beginTime],
    ["ended", job.endTime],
    ["expected end", expectedEnd && expectedEndText(expectedEnd)],
    ["share", resource && joinTexts([resource.name, sizeWords(resource)], ", ")],
    ["error", joinTexts([job.errorCode, job.failReason])],
    ...historyRows(job),
  ];
  const filled = rows.flatMap(([name, value]) => (value ? [[`  ${name}`, String(value)]] : []));
  return [job.jobId, ...alignColumns(filled)];
}

function expectedEndText({ at, from, to }: NonNullable<Job["expectedEnd"]>): string {
  return from === undefined ? at : `${at} (${from} to ${to})`;
}

function historyRows({ subJobs, moreSubJobs, transitions, notifications }: Job): Row[] {
  const rows: Row[] = [];
  for (const { jobId, jobType, state, errorCode, failReason } of subJobs)
    rows.push(["step", joinTexts([jobType ?? jobId, state, errorCode, failReason])]);
  rows.push(["step", moreSubJobs && `${moreSubJobs} more`]);
  for (const { n, at, kind, state, reason, by } of transitions)
    rows.push([`${n}`, joinTexts([at, kind, state, by && `by ${by}`, reason])]);
  for (const { channel, n, state, at, digest } of notifications)
    rows.push(["notification", `of ${n} to ${channel}${digest ? " (digest)" : ""}: ${state} ${at}`]);
  return rows;
}

/** Joins the texts that exist. */
function joinTexts(texts: (string | undefined)[], separator = " "): string {
  return texts.filter(Boolean).join(separator);
}

export function ageOf(time: string): string {
  return timeBetween(time, new Date().toISOString());
}

function timeBetween(from: string, to: string): string {
  const seconds = Math.max(Math.round((Date.parse(to) - Date.parse(from)) / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
