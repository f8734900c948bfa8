import type { JobSummary } from "./answers.ts";
import type { Options } from "./arguments.ts";
import { sleep } from "./client.ts";
import { CommandError, EXIT } from "./errors.ts";
import { jobLine } from "./job-text.ts";
import { isOutputClosed, isTerminal, print, printError, write } from "./output.ts";

const EVERY_MS = 5_000;
/** Moves the cursor to the top left, and clears the rest of the screen. */
const CLEAR = "\x1b[H\x1b[2J\x1b[3J";

export interface Listed {
  jobs: JobSummary[];
  /** What the list lacks, if anything. */
  more?: string;
}

/** Lists jobs until Ctrl-C: a terminal shows the current list, anything else gets a line per new or changed job. */
export async function watchList(
  read: () => Promise<Listed>,
  printJobs: (jobs: JobSummary[]) => void,
  options: Options,
): Promise<number> {
  const printed = new Map<string, string>();
  let trouble = "";
  while (!isOutputClosed()) {
    const listed = await read().catch((error) => notice(error));
    if (typeof listed === "string") {
      if (listed !== trouble) printError({ text: listed, tone: "warning" });
    } else if (isTerminal() && !options.json) drawScreen(listed, printJobs);
    else printChanges(listed.jobs, printed, options);
    trouble = typeof listed === "string" ? listed : "";
    await sleep(EVERY_MS);
  }
  return 0;
}

/** Returns what to print while the service is unavailable. Throws any other error. */
function notice(error: unknown): string {
  if (error instanceof CommandError && error.exit === EXIT.unavailable) return `${error.message} Trying again every 5 s.`;
  throw error;
}

function drawScreen({ jobs, more }: Listed, printJobs: (jobs: JobSummary[]) => void): void {
  const height = (process.stdout.rows ?? 24) - 3;
  write(process.stdout, CLEAR);
  print({ text: `jobwatch list, ${new Date().toISOString().slice(11, 19)} UTC. Ctrl-C ends it.`, tone: "quiet" });
  if (jobs.length === 0) print("No jobs.");
  printJobs(jobs.slice(0, height));
  const hidden = jobs.length - height;
  const rest = hidden > 0 ? `${hidden} more jobs do not fit on this screen.` : more;
  if (rest) print({ text: rest, tone: "quiet" });
}

function printChanges(jobs: JobSummary[], printed: Map<string, string>, { json }: Options): void {
  for (const job of jobs.toReversed()) {
    const id = [job.source, job.projectId, job.jobId].join(" ");
    const line = jobLine(job);
    if (printed.get(id) === line) continue;
    printed.set(id, line);
    print(json ? JSON.stringify(job) : line);
  }
}
