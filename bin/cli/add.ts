import type { BatchResults, Job, JobSummary, Problem } from "./answers.ts";
import type { Options } from "./arguments.ts";
import { callApi } from "./client.ts";
import { EXIT, usageError } from "./errors.ts";
import { idFieldsOf, readIds } from "./ids.ts";
import { optionFields } from "./job-options.ts";
import { jobLine } from "./job-text.ts";
import { print, printError } from "./output.ts";
import { lastPollText, problemText } from "./problem-text.ts";
import { waitFor } from "./wait.ts";

/** The service's maximum batch size. */
const BATCH = 25;

interface Result {
  id: string;
  job?: Job | JobSummary;
  problem?: Problem;
}

export async function add(args: string[], options: Options): Promise<number> {
  const ids = await readIds(args, options.source);
  if (ids.length === 0) throw usageError("Name a job: jobwatch add <jobId>. Use - to read ids from standard input.");
  const results = await register(ids, registrationOf(options), options.source);
  const jobs = results.flatMap(({ job }) => job ?? []);
  printProblems(results);
  const isWaited = options.wait && jobs.length === ids.length;
  if (options.json && !isWaited) print(JSON.stringify(ids.length === 1 && jobs.length === 1 ? jobs[0] : { jobs }));
  else if (!options.json) for (const job of jobs) print(`tracking ${jobLine(job)}`);
  if (jobs.length < ids.length) return EXIT.rejected;
  if (!isWaited) return 0;
  const exits = jobs.map(({ jobId, projectId, source }) => waitFor(jobId, { ...options, project: projectId, source }));
  return Math.max(...(await Promise.all(exits)));
}

/** Prints rejected jobs, and jobs that were registered without a status. */
function printProblems(results: Result[]): void {
  for (const { id, problem, job } of results) {
    if (problem) printError(`${id}: ${problemText(problem, /^\/jobs\/\d+/)}`);
    if (job?.lastPoll) printError(`${job.jobId}: ${lastPollText(job.lastPoll)}`);
  }
}

async function register(ids: string[], registration: object, source: string | undefined): Promise<Result[]> {
  const [field = ""] = idFieldsOf(source);
  const bodyOf = (jobId: string) => ({ ...registration, [field]: jobId });
  const [id = "", ...more] = ids;
  // Only for a single unknown id, the service searches other sources too.
  if (more.length === 0) return [{ id, job: (await callApi<Job>("POST", "/jobs", bodyOf(id))).body }];
  const results: Result[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const part = ids.slice(from, from + BATCH);
    const { body } = await callApi<BatchResults>("POST", "/jobs/batch", { jobs: part.map(bodyOf) });
    results.push(...body.results.map((result, index) => ({ id: part[index] ?? "", ...result })));
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
