import type { Job } from "../../../lib/domain/job/job.ts";
import { fulfils } from "../../../lib/domain/job/job-filter.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import type { JobPage } from "../../../lib/table-ports.ts";
import { filterOfState } from "../routes/jobs.ts";
import { LIST_STATES, type ListState } from "./list-filter.ts";

/** How many jobs of a state there are. */
export interface Count {
  state: ListState;
  count: number;
  /** There may be more than were read. */
  isAtLeast: boolean;
}

/** Counts the jobs that a list has read. */
export function countsOf(open: JobPage, ended: JobPage, lastPollOf: (job: Job) => LastPoll | undefined): Count[] {
  return LIST_STATES.map((state): Count => {
    if (state === "open" && open.next !== undefined && open.count !== undefined)
      return { state, count: open.count, isAtLeast: false };
    const isWanted = state === "no-news" ? lastPollOf : (job: Job) => fulfils(job, filterOfState(state));
    const found = [...open.jobs, ...ended.jobs].filter(isWanted).length;
    return { state, count: found, isAtLeast: mayHaveMore(state, open, ended) };
  });
}

function mayHaveMore(state: ListState, open: JobPage, ended: JobPage): boolean {
  switch (state) {
    case "late":
    case "no-news":
      return open.next !== undefined && (open.open === undefined || open.jobs.every(isUrgent));
    case "open":
    case "registered":
    case "waiting":
    case "running":
      return open.next !== undefined;
    case "success":
    case "failed":
    case "lost":
    case "stopped":
      return ended.next !== undefined;
  }
}

/** Urgent jobs are read before the others, so another one shows that all urgent ones were read. */
function isUrgent({ late, missing, failing }: Job): boolean {
  return (late ?? missing ?? failing) !== undefined;
}
