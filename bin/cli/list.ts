import type { JobPage, JobSummary } from "./answers.ts";
import { type Options, rejectArguments } from "./arguments.ts";
import { callApi, queryOf } from "./client.ts";
import { usageError } from "./errors.ts";
import { parsePairs } from "./job-options.ts";
import { ageOf, clockTime, stateCell } from "./job-text.ts";
import { type Piece, print, printError } from "./output.ts";
import { lastPollText } from "./problem-text.ts";
import { printTable } from "./table.ts";
import { type Listed, watchList } from "./watch-list.ts";

const DEFAULT_LIMIT = 20;
/** The service's maximum page size. */
const PAGE = 100;
/** More pages are not searched for jobs that a filter of the command line finds. */
const MOST_PAGES = 20;
const HEADER = ["STATE", "JOB", "TYPE", "REGISTERED", "TITLE", "REASON"];

export async function list(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!(Number.isInteger(limit) && limit > 0)) throw usageError("--limit must be a whole number above 0.");
  const read = () => listJobs(options, limit);
  if (options.watch) return await watchList(read, printJobs, options);
  const listed = await read();
  if (options.json) print(JSON.stringify({ jobs: listed.jobs }));
  else if (listed.jobs.length === 0)
    print(isFiltered(options) ? "No job matches the filter." : "No jobs. Register one: jobwatch add <jobId>");
  else printJobs(listed.jobs);
  if (listed.more) printError({ text: listed.more, tone: "quiet" });
  return 0;
}

/** Returns the newest jobs that match. The service applies its filters, and the others are applied here. */
async function listJobs(options: Options, limit: number): Promise<Listed> {
  const { state, type, source, label: labels = [] } = options;
  const jobs: JobSummary[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page++) {
    const rows = isFilteredHere(options) ? PAGE : Math.min(limit + 1 - jobs.length, PAGE);
    const query = queryOf({ state, type, label: labels[0], source, limit: rows, cursor });
    const { body } = await callApi<JobPage>("GET", `/jobs${query}`);
    jobs.push(...body.jobs.filter((job) => isWanted(job, options)));
    cursor = body.next;
    if (jobs.length > limit)
      return { jobs: jobs.slice(0, limit), more: `There are more jobs. --limit ${limit * 2} lists more.` };
    if (cursor === undefined) return { jobs };
    if (page >= MOST_PAGES && isFilteredHere(options))
      return {
        jobs,
        more: `Only the newest ${MOST_PAGES * PAGE} jobs were searched. --state, --type or --source narrow the search.`,
      };
  }
}

function isFiltered({ state, type, source, label, title, channel, project }: Options): boolean {
  return [state, type, source, label, title, channel, project].some((option) => option !== undefined);
}

function isFilteredHere({ label = [], title, channel, project }: Options): boolean {
  return label.length > 1 || [title, channel, project].some((option) => option !== undefined);
}

/** Applies the filters that the service does not have. */
function isWanted(job: JobSummary, { label = [], title = "", channel = [], project }: Options): boolean {
  const names = [job.title, job.resource?.name, job.jobId].map((name) => (name ?? "").toLowerCase());
  return (
    names.some((name) => name.includes(title.toLowerCase())) &&
    label.slice(1).every((one) => hasLabel(job, one)) &&
    channel.every((one) => job.channels.includes(one)) &&
    (project === undefined || job.projectId === project.toLowerCase())
  );
}

function hasLabel({ labels = {} }: JobSummary, wanted: string): boolean {
  if (!wanted.includes("=")) return Object.hasOwn(labels, wanted);
  return Object.entries(parsePairs("label", [wanted]) ?? {}).every(([name, value]) => labels[name] === value);
}

function printJobs(jobs: JobSummary[]): void {
  printTable(HEADER, jobs.map(jobCells));
}

function jobCells(job: JobSummary): Piece[] {
  const { state, jobId, jobType = "", title, resource, registeredAt } = job;
  const age = `${ageOf(registeredAt)} ago`;
  return [stateCell(state), jobId, jobType, { text: age, tone: "quiet" }, title ?? resource?.name ?? "", reasonCell(job)];
}

/** Why a job ended badly, why it has no news, or when it probably ends. */
function reasonCell(job: JobSummary): Piece {
  const { state, failReason, errorCode, lastPoll, silence, pause, expectedEnd } = job;
  if (state === "failed") return failReason ?? errorCode ?? "";
  if (state === "lost") return "the cloud no longer knows the job";
  if (pause) return { text: `paused until ${clockTime(pause.until)}`, tone: "quiet" };
  if (lastPoll) return { text: lastPollText(job) ?? "", tone: "warning" };
  if (silence) return { text: `silent until ${clockTime(silence.until)}`, tone: "quiet" };
  const end = expectedEnd?.to ?? expectedEnd?.at;
  if (end === undefined) return "";
  return Date.parse(end) < Date.now()
    ? { text: `expected by ${clockTime(end)}`, tone: "warning" }
    : { text: `ends by ${clockTime(end)}`, tone: "quiet" };
}
