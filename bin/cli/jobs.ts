import type { Job, JobPage, JobSummary } from "./answers.ts";
import { type Options, onlyArgument, rejectArguments } from "./arguments.ts";
import { callApi, jobPath, queryOf } from "./client.ts";
import { usageError } from "./errors.ts";
import { ageOf, jobDetails, jobLine } from "./job-text.ts";
import { alignColumns, print } from "./output.ts";

const DEFAULT_LIMIT = 20;
/** The service's maximum page size. */
const PAGE = 100;

export async function list(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!(Number.isInteger(limit) && limit > 0)) throw usageError("--limit must be a whole number above 0.");
  const { state, type, source } = options;
  const filter = { state, type, label: options.label?.at(-1), source };
  const jobs = await listJobs(filter, limit);
  if (options.json) print(JSON.stringify({ jobs }));
  else if (jobs.length === 0)
    print(queryOf(filter) === "" ? "No jobs. Register one: jobwatch add <jobId>" : "No job matches the filter.");
  else for (const line of alignColumns(jobs.map(jobCells))) print(line);
  return 0;
}

async function listJobs(filter: Record<string, string | undefined>, limit: number): Promise<JobSummary[]> {
  const jobs: JobSummary[] = [];
  let cursor: string | undefined;
  do {
    const query = queryOf({ ...filter, limit: Math.min(limit - jobs.length, PAGE), cursor });
    const { body } = await callApi<JobPage>("GET", `/jobs${query}`);
    jobs.push(...body.jobs);
    cursor = body.next;
  } while (cursor !== undefined && jobs.length < limit);
  return jobs;
}

function jobCells({ state, jobId, jobType = "", title, resource, registeredAt }: JobSummary): string[] {
  return [state, jobId, jobType, `${ageOf(registeredAt)} ago`, title ?? resource?.name ?? ""];
}

export async function show(args: string[], options: Options): Promise<number> {
  const { body: job } = await callApi<Job>("GET", jobPath(onlyArgument(args, "jobId"), options));
  if (options.json) print(JSON.stringify(job));
  else for (const line of jobDetails(job)) print(line);
  return 0;
}

export async function stop(args: string[], options: Options): Promise<number> {
  const { body: job } = await callApi<Job>("DELETE", jobPath(onlyArgument(args, "jobId"), options));
  const done = job.state === "stopped" ? "stopped tracking" : "already ended:";
  print(options.json ? JSON.stringify(job) : `${done} ${jobLine(job)}`);
  return 0;
}
