import type { BatchResults, Job, JobSummary, Problem } from "./answers.ts";
import type { Options } from "./arguments.ts";
import { callApi, pageOf } from "./client.ts";
import type { Reference } from "./cloud-answer.ts";
import { EXIT, usageError } from "./errors.ts";
import { optionFields } from "./job-options.ts";
import { jobPieces } from "./job-text.ts";
import { isTerminal, print, printError } from "./output.ts";
import { lastPollText, problemText } from "./problem-text.ts";
import { readReferences } from "./references.ts";
import { waitFor } from "./wait.ts";

/** The service's maximum batch size. */
const BATCH = 25;

interface Result {
  id: string;
  job?: Job | JobSummary;
  problem?: Problem;
}

export async function add(args: string[], options: Options): Promise<number> {
  const references = await readReferences(args, options);
  if (references.length === 0)
    throw usageError("Name a job: jobwatch add <jobId>. Use - to read the cloud's answer or ids from standard input.");
  const results = await register(references, registrationOf(options));
  const jobs = results.flatMap(({ job }) => job ?? []);
  printProblems(results);
  const isWaited = options.wait && jobs.length === references.length;
  if (options.json && !isWaited) print(JSON.stringify(references.length === 1 && jobs.length === 1 ? jobs[0] : { jobs }));
  else if (!options.json) for (const job of jobs) await printTracked(job);
  if (jobs.length < references.length) return EXIT.rejected;
  if (!isWaited) return 0;
  const exits = jobs.map(({ jobId, projectId, source }) => waitFor(jobId, { ...options, project: projectId, source }));
  return Math.max(...(await Promise.all(exits)));
}

async function printTracked(job: Job | JobSummary): Promise<void> {
  print("tracking ", ...jobPieces(job));
  if (isTerminal()) print({ text: `  ${await pageOf(job)}`, tone: "quiet" });
}

/** Prints rejected jobs, and jobs that were registered without a status. */
function printProblems(results: Result[]): void {
  for (const { id, problem, job } of results) {
    if (problem) printError(`${id}: ${problemText(problem, /^\/jobs\/\d+/)}`);
    const failed = job && lastPollText(job);
    if (failed) printError(`${job.jobId}: ${failed}`);
  }
}

async function register(references: Reference[], registration: object): Promise<Result[]> {
  const bodies = references.map(({ fields }) => ({ ...registration, ...fields }));
  const [first, ...more] = references;
  // Only for a single unknown id, the service searches other sources too.
  if (first && more.length === 0) return [{ id: first.id, job: (await callApi<Job>("POST", "/jobs", bodies[0])).body }];
  const results: Result[] = [];
  for (let from = 0; from < bodies.length; from += BATCH) {
    const { body } = await callApi<BatchResults>("POST", "/jobs/batch", { jobs: bodies.slice(from, from + BATCH) });
    results.push(...body.results.map((result, index) => ({ id: references[from + index]?.id ?? "", ...result })));
  }
  return results;
}

/** Returns the options of a registration. Undefined ones are not sent. */
function registrationOf(options: Options): object {
  return {
    source: options.source,
    operation: options.operation,
    shareId: options.share,
    feature: options.feature,
    projectId: options.project,
    ...optionFields(options),
    verify: options["no-verify"] ? false : undefined,
  };
}
