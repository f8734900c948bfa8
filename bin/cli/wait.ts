import { ENDED_STATES } from "../../lib/domain/job/states.ts";
import type { Job } from "./answers.ts";
import { type Options, onlyArgument, parseDuration } from "./arguments.ts";
import { getPatiently, jobPath, PAUSE_MS, pageOf, sleep } from "./client.ts";
import { EXIT } from "./errors.ts";
import { endPieces } from "./job-text.ts";
import { print, printError } from "./output.ts";
import * as progress from "./progress.ts";
import { adviceFor } from "./show.ts";

/** The longest wait of one request. The service answers within 25 s. */
const WAIT_SECONDS = 25;

export async function wait(args: string[], options: Options): Promise<number> {
  return await waitFor(onlyArgument(args, "jobId"), options);
}

/** Waits for one job. Returns the exit code for its state. */
export async function waitFor(jobId: string, options: Options): Promise<number> {
  const until =
    options.timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + parseDuration("timeout", options.timeout);
  progress.explainInterrupt();
  progress.begin(jobId);
  const job = await pollUntilEnded(jobId, options, until).finally(() => progress.end(jobId));
  if (!hasEnded(job)) {
    printError(`${jobId} has not ended after ${options.timeout}; it is ${job.state}`);
    return EXIT.notEnded;
  }
  if (options.json) print(JSON.stringify(job));
  else print(...endPieces(job));
  if (job.state === "success") return 0;
  await printNextSteps(job);
  return job.state === "failed" ? EXIT.failed : EXIT.notEnded;
}

async function printNextSteps(job: Job): Promise<void> {
  const advice = adviceFor(job);
  if (advice) printError({ text: "what to do: ", tone: "quiet" }, advice);
  printError({ text: "page: ", tone: "quiet" }, await pageOf(job));
}

/** Returns the job when it has ended or the time is up. The service holds each request until the job changes. */
async function pollUntilEnded(jobId: string, options: Options, until: number): Promise<Job> {
  const path = jobPath(jobId, options);
  const onAway = (reason: string, deadline: number) => progress.showAway(jobId, reason, deadline);
  let job: Job | undefined;
  let etag: string | undefined;
  for (;;) {
    const seconds = Math.max(Math.min(Math.floor((until - Date.now()) / 1_000), WAIT_SECONDS), 0);
    const headers: Record<string, string> = etag === undefined ? {} : { "If-None-Match": etag, Prefer: `wait=${seconds}` };
    const answer = await getPatiently<Job>(path, headers, until, onAway);
    if (!job || answer.status !== 304) job = answer.body;
    if (hasEnded(job) || Date.now() > until - 1_000) return job;
    progress.showJob(jobId, job);
    const isHeld = answer.headers.has("preference-applied") || etag === undefined;
    if (!isHeld) await sleep(Math.min(PAUSE_MS, until - Date.now()));
    etag = answer.headers.get("etag") ?? etag;
  }
}

function hasEnded({ state }: Job): boolean {
  return (ENDED_STATES as readonly string[]).includes(state);
}
