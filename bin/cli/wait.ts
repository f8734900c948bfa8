import { ENDED_STATES } from "../../lib/domain/job/states.ts";
import type { Job } from "./answers.ts";
import { type Options, onlyArgument, parseDuration } from "./arguments.ts";
import { getPatiently, jobPath, PAUSE_MS, sleep } from "./client.ts";
import { EXIT } from "./errors.ts";
import { endLine } from "./job-text.ts";
import { print, printError } from "./output.ts";
import { createProgress } from "./progress.ts";

/** The longest wait of one request. The service answers within 25 s. */
const WAIT_SECONDS = 25;

export async function wait(args: string[], options: Options): Promise<number> {
  return await waitFor(onlyArgument(args, "jobId"), options);
}

/** Waits for one job. Returns the exit code for its state. */
export async function waitFor(jobId: string, options: Options): Promise<number> {
  const until = options.timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + parseDuration(options.timeout);
  const progress = createProgress();
  const job = await pollUntilEnded(jobPath(jobId, options), until, progress.show).finally(progress.end);
  if (!hasEnded(job)) {
    printError(`${jobId} has not ended after ${options.timeout}; it is ${job.state}`);
    return EXIT.notEnded;
  }
  print(options.json ? JSON.stringify(job) : endLine(job));
  if (job.state === "success") return 0;
  return job.state === "failed" ? EXIT.failed : EXIT.notEnded;
}

/** Returns the job when it has ended or the time is up. The service holds each request until the job changes. */
async function pollUntilEnded(path: string, until: number, onChange: (job: Job) => void): Promise<Job> {
  let job: Job | undefined;
  let etag: string | undefined;
  for (;;) {
    const seconds = Math.max(Math.min(Math.floor((until - Date.now()) / 1_000), WAIT_SECONDS), 0);
    const headers: Record<string, string> = etag === undefined ? {} : { "If-None-Match": etag, Prefer: `wait=${seconds}` };
    const answer = await getPatiently<Job>(path, headers, until);
    if (!job || answer.status !== 304) job = answer.body;
    if (hasEnded(job) || Date.now() > until - 1_000) return job;
    onChange(job);
    const isHeld = answer.headers.has("preference-applied") || etag === undefined;
    if (!isHeld) await sleep(Math.min(PAUSE_MS, until - Date.now()));
    etag = answer.headers.get("etag") ?? etag;
  }
}

function hasEnded({ state }: Job): boolean {
  return (ENDED_STATES as readonly string[]).includes(state);
}
