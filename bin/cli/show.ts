import { hintFor } from "../../lib/domain/job/failure-hints.ts";
import { typeName } from "../../lib/domain/job/job-types.ts";
import { sizeWords } from "../../lib/domain/job/resource.ts";
import { transitionRow } from "../../lib/domain/job/transitions.ts";
import type { Job } from "./answers.ts";
import { type Options, onlyArgument } from "./arguments.ts";
import { callApi, jobPath, pageOf } from "./client.ts";
import { optionRows } from "./job-options.ts";
import { ageOf, endText, fullTime, joinTexts, stateCell, timeBetween, toneOf, typicalText } from "./job-text.ts";
import { type Piece, print, quote } from "./output.ts";
import { lastPollText } from "./problem-text.ts";
import { alignColumns } from "./table.ts";

export async function show(args: string[], options: Options): Promise<number> {
  const { body: job } = await callApi<Job>("GET", jobPath(onlyArgument(args, "jobId"), options));
  if (options.json) print(JSON.stringify(job));
  else await printJob(job);
  return 0;
}

/** Returns what a person can do about a job that ended badly. */
export function adviceFor(job: Job): string | undefined {
  if (job.state === "failed") return hintFor(job);
  return job.state === "lost" || job.state === "stopped"
    ? transitionRow({ kind: job.state, state: job.state }).advice
    : undefined;
}

async function printJob(job: Job): Promise<void> {
  print({ text: job.jobId, tone: "strong" });
  const { state, silence, expectedEnd, resource, jobType } = job;
  const type = jobType && joinTexts([typeName(jobType), `(${jobType})`]);
  printRows([
    ["state", stateCell(state)],
    ["", stateText(job)],
    ["what to do", adviceFor(job)],
    ["page", await pageOf(job)],
    ...optionRows(job),
    ["type", type],
    ["project", job.projectId],
    ["share", resource && joinTexts([resource.name, sizeWords(resource)], ", ")],
    ["silent", silence && `until ${fullTime(silence.until)}, set by ${joinTexts([silence.by, silence.reason], ": ")}`],
    ["paused", job.pause && `until ${fullTime(job.pause.until)}, set by ${joinTexts([job.pause.by, job.pause.reason], ": ")}`],
    ["no news", lastPollText(job)],
    ["missing", job.missingSince && `since ${fullTime(job.missingSince)}`],
    ["registered", `${fullTime(job.registeredAt)}${job.registeredBy ? ` by ${job.registeredBy}` : ""}`],
    ["found by", job.origin && `watch ${job.origin}`],
    ["began", job.beginTime && fullTime(job.beginTime)],
    ["ended", job.endTime && fullTime(job.endTime)],
    ["expected end", expectedEnd && expectedEndText(expectedEnd)],
    ["stopped by", job.stoppedBy],
    ["request id", job.requestId],
    ["correlation id", job.correlationId],
  ]);
  printSection("steps", stepRows(job));
  printSection("history (UTC)", historyRows(job));
  printSection("notifications (UTC)", notificationRows(job));
}

function printRows(rows: [name: string, value: Piece | undefined][]): void {
  const filled = rows.flatMap(([name, value]): Piece[][] => (value ? [[{ text: `  ${name}`, tone: "quiet" }, value]] : []));
  for (const line of alignColumns(filled)) print(...line);
}

function printSection(name: string, rows: Piece[][]): void {
  if (rows.length > 0) print({ text: `  ${name}`, tone: "quiet" });
  for (const line of alignColumns(rows)) print("    ", ...line);
}

/** How long the job runs or ran, and why it ended badly. */
function stateText(job: Job): string | undefined {
  if (job.endTime || !job.beginTime) return endText(job).replace(/^:? /, "") || undefined;
  return joinTexts([`for ${ageOf(job.beginTime)}`, typicalText(job)], ", ");
}

function expectedEndText({ at, from, to }: NonNullable<Job["expectedEnd"]>): string {
  return from === undefined || to === undefined ? fullTime(at) : `${fullTime(at)} (${fullTime(from)} to ${fullTime(to)})`;
}

function stepRows({ subJobs, moreSubJobs }: Job): Piece[][] {
  const rows = subJobs.map(
    ({ jobId = "", jobType = jobId, state = "", beginTime, endTime, failReason, errorCode }): Piece[] => {
      const time = beginTime === undefined ? "" : endTime ? timeBetween(beginTime, endTime) : `for ${ageOf(beginTime)}`;
      return [stateCell(state), jobType, time, joinTexts([failReason, errorCode && failReason ? `(${errorCode})` : errorCode])];
    },
  );
  return moreSubJobs ? [...rows, ["", `${moreSubJobs} more`]] : rows;
}

function historyRows({ transitions }: Job): Piece[][] {
  return transitions.map(({ at, kind, state, reason, by }): Piece[] => {
    const what = `${transitionRow({ kind, state }).label}${by ? ` by ${by}` : ""}`;
    const tone = kind === "status" || kind === "lost" ? toneOf(state) : undefined;
    const text = `${what}${reason ? `: ${reason}` : ""}`;
    return [{ text: fullTime(at).slice(0, -4), tone: "quiet" }, tone ? { text, tone } : text];
  });
}

function notificationRows({ notifications, transitions }: Job): Piece[][] {
  return notifications.map(({ channel, n, state, at, digest, attempts, answer, latencyMs }): Piece[] => {
    const transition = transitions.find((one) => one.n === n);
    const what = transition ? transitionRow(transition).label : `transition ${n}`;
    const sends = attempts !== undefined && attempts > 1 ? `${attempts} attempts` : undefined;
    const latency = latencyMs === undefined ? undefined : `${latencyMs} ms`;
    const outcome: Piece = state === "expired" ? { text: state, tone: "bad" } : state;
    return [
      { text: fullTime(at).slice(0, -4), tone: "quiet" },
      channel,
      what,
      outcome,
      joinTexts([digest ? "in the digest" : undefined, sends, answer && quote(answer), latency], ", "),
    ];
  });
}
