import type { Job } from "./answers.ts";
import { ageOf, jobLine } from "./job-text.ts";
import { clean, printError } from "./output.ts";
import { lastPollText } from "./problem-text.ts";

/** Shows progress on standard error: one line that is rewritten on a terminal, otherwise one line per change. */
export function createProgress(): { show(job: Job): void; end(): void } {
  const { stderr } = process;
  let lastLine = "";
  let shown: Job | undefined;
  const draw = () => {
    if (!shown) return;
    const line = clean(`${jobLine(shown)}${shown.beginTime ? ` for ${ageOf(shown.beginTime)}` : ""}${detailsOf(shown)}`);
    stderr.write(`\r\x1b[K${line.slice(0, Math.max((stderr.columns ?? 80) - 1, 20))}`);
  };
  const timer = stderr.isTTY ? setInterval(draw, 1_000) : undefined;
  return {
    show(job) {
      shown = job;
      if (stderr.isTTY) return draw();
      const line = `${jobLine(job)}${detailsOf(job)}`;
      if (line !== lastLine) printError(line);
      lastLine = line;
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY && shown) stderr.write("\r\x1b[K");
      shown = undefined;
    },
  };
}

/** Returns the current step of the job, and why there is no news of it. */
function detailsOf(job: Job): string {
  const { subJobs } = job;
  const news = job.lastPoll ? `, ${lastPollText(job)}` : "";
  if (subJobs.length < 2) return news;
  const done = subJobs.filter(({ state }) => state === "success").length;
  const running = subJobs.find(({ state }) => state === "running")?.jobType;
  return ` (step ${Math.min(done + 1, subJobs.length)} of ${subJobs.length}${running ? `: ${running}` : ""})${news}`;
}
