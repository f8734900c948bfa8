import type { Job } from "./answers.ts";
import { ageOf, clockTime, jobLine, jobPieces, typicalText } from "./job-text.ts";
import { isTerminal, type Piece, paint, printError, write } from "./output.ts";
import { lastPollText } from "./problem-text.ts";
import { truncateLine } from "./table.ts";

interface Shown {
  job?: Job;
  /** Why there is no news at the moment. */
  away?: string | undefined;
  /** The last line, if there is no terminal. */
  line?: string;
}

const { stderr } = process;
const shown = new Map<string, Shown>();
/** Number of lines that the terminal shows at the moment. */
let height = 0;
let timer: NodeJS.Timeout | undefined;

// Shows the progress of jobs on standard error: lines that are rewritten on a terminal, otherwise one line per change.

export function begin(jobId: string): void {
  shown.set(jobId, {});
  if (isTerminal(stderr)) timer ??= setInterval(draw, 1_000);
}

export function showJob(jobId: string, job: Job): void {
  update(jobId, { job, away: undefined }, `${jobLine(job)}${detailsOf(job)}`);
}

/** Shows that the service is unavailable and tried again until this time. */
export function showAway(jobId: string, reason: string, until: number): void {
  const away = `${reason} Trying again until ${clockTime(until)}.`;
  update(jobId, { away }, `${jobId}: ${away}`);
}

export function end(jobId: string): void {
  clear();
  shown.delete(jobId);
  if (shown.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function update(jobId: string, change: Shown, line: string): void {
  const one = { ...shown.get(jobId), ...change };
  if (isTerminal(stderr)) {
    shown.set(jobId, one);
    draw();
  } else {
    if (line !== one.line) printError(line);
    shown.set(jobId, { ...one, line });
  }
}

function draw(): void {
  clear();
  const most = Math.max((stderr.columns || 80) - 1, 20);
  const lines = [...shown].map(([jobId, one]) => paint(stderr, truncateLine(linePieces(jobId, one), most)));
  write(stderr, lines.join("\n"));
  height = lines.length;
}

function clear(): void {
  if (height > 0) write(stderr, `\r${height > 1 ? `\x1b[${height - 1}A` : ""}\x1b[J`);
  height = 0;
}

function linePieces(jobId: string, { job, away }: Shown): Piece[] {
  if (away) return [`${jobId}  `, { text: away, tone: "warning" }];
  if (!job) return [`${jobId}  ...`];
  const age = job.beginTime ? ` for ${ageOf(job.beginTime)}` : "";
  return [...jobPieces(job), `${age}${detailsOf(job)}`];
}

/** Returns what is typical, the current step, and why there is no news of the job. */
function detailsOf(job: Job): string {
  const { subJobs } = job;
  const typical = typicalText(job);
  const news = `${typical ? `, ${typical}` : ""}${job.lastPoll ? `, ${lastPollText(job)}` : ""}`;
  if (subJobs.length < 2) return news;
  const done = subJobs.filter(({ state }) => state === "success").length;
  const running = subJobs.find(({ state }) => state === "running")?.jobType;
  return `${news} (step ${Math.min(done + 1, subJobs.length)} of ${subJobs.length}${running ? `: ${running}` : ""})`;
}

/** Says on Ctrl-C that the jobs are still tracked. */
export function explainInterrupt(): void {
  if (process.listenerCount("SIGINT") > 0) return;
  process.once("SIGINT", () => {
    clear();
    const ids = [...shown.keys()];
    const isOne = ids.length === 1;
    printError(
      `${isOne ? "The job is" : `${ids.length} jobs are`} still tracked. To wait again: jobwatch wait ${isOne ? ids[0] : "<jobId>"}`,
    );
    // Without a handler, the signal ends the process as the shell expects.
    process.kill(process.pid, "SIGINT");
  });
}
