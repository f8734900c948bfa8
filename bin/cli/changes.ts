import { counted } from "../../lib/domain/counted.ts";
import type { Job, Redelivered } from "./answers.ts";
import { type Options, onlyArgument, parseEnd, parseTime, rejectArguments } from "./arguments.ts";
import { callApi, jobPath } from "./client.ts";
import { usageError } from "./errors.ts";
import { fullTime, jobPieces } from "./job-text.ts";
import { type Piece, print, printError } from "./output.ts";
import { lastPollText } from "./problem-text.ts";

// Commands that change one job.

export async function stop(args: string[], options: Options): Promise<number> {
  const job = await send("DELETE", args, options);
  return report(job, options, job.state === "stopped" ? "stopped tracking " : "already ended: ", ...jobPieces(job));
}

export async function silence(args: string[], options: Options): Promise<number> {
  const { off, for: span, until, reason } = options;
  if (off && (span ?? until ?? reason) !== undefined) throw usageError("--off takes no time and no reason.");
  const job = await send("PATCH", args, options, { silence: off ? null : { until: parseEnd(options), reason } });
  if (!job.silence) return report(job, options, "no longer silent: ", ...jobPieces(job));
  return report(job, options, `silent until ${fullTime(job.silence.until)}, except for failures: `, ...jobPieces(job));
}

export async function pause(args: string[], options: Options): Promise<number> {
  const job = await send("PATCH", args, options, { pause: { until: parseEnd(options), reason: options.reason } });
  const until = job.pause ? `until ${fullTime(job.pause.until)}` : "";
  return report(job, options, `paused ${until}: `, ...jobPieces(job));
}

export async function resume(args: string[], options: Options): Promise<number> {
  const job = await send("PATCH", args, options, { pause: null });
  return report(job, options, "checked again from the next tick on: ", ...jobPieces(job));
}

export async function refresh(args: string[], options: Options): Promise<number> {
  const job = await send("POST", args, options, undefined, "/refresh");
  const trouble = lastPollText(job);
  if (trouble) printError(`${job.jobId}: ${trouble}`);
  return report(job, options, ...jobPieces(job));
}

export async function redeliver(args: string[], options: Options): Promise<number> {
  const [channel, ...more] = options.channel ?? [];
  if (more.length > 0) throw usageError("Use one --channel, or none for all channels.");
  if (options.since !== undefined) return await redeliverSince(args, options.since, channel, options);
  const job = await send("POST", args, options, undefined, "/redeliver", channel);
  const count = job.notifications.filter(({ state, channel: own }) => state === "pending" && (channel ?? own) === own).length;
  const text = count === 0 ? "nothing to deliver: " : `to be delivered: ${counted(count, "notification")} of `;
  return report(job, options, text, ...jobPieces(job));
}

/** Redelivers for all jobs of the team. One request handles some of them. */
async function redeliverSince(args: string[], since: string, channel: string | undefined, { json }: Options): Promise<number> {
  rejectArguments(args);
  const total = { jobs: 0, notifications: 0 };
  let cursor: string | undefined;
  do {
    const { body } = await callApi<Redelivered>("POST", "/redeliver", { since: parseTime("since", since), channel, cursor });
    total.jobs += body.jobs;
    total.notifications += body.notifications;
    cursor = body.next;
  } while (cursor !== undefined);
  print(json ? JSON.stringify(total) : `to be delivered: ${total.notifications} notifications of ${total.jobs} jobs`);
  return 0;
}

function report(job: Job, { json }: Options, ...pieces: Piece[]): number {
  if (json) print(JSON.stringify(job));
  else print(...pieces);
  return 0;
}

async function send(
  method: string,
  args: string[],
  options: Options,
  body?: object,
  action = "",
  channel?: string,
): Promise<Job> {
  const [path, query = ""] = jobPath(onlyArgument(args, "jobId"), options).split("?");
  const parameters = new URLSearchParams(query);
  if (channel !== undefined) parameters.set("channel", channel);
  return (await callApi<Job>(method, `${path}${action}${parameters.size === 0 ? "" : `?${parameters}`}`, body)).body;
}
