import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { byUrgency } from "../../../lib/domain/job/expected-end.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { JobFilter } from "../../../lib/domain/job/job-filter.ts";
import { ENDED_STATES, OPEN_STATES } from "../../../lib/domain/job/states.ts";
import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import type { JobLists, JobPage, ListOptions } from "../../../lib/table-ports.ts";
import { filterOfState } from "../routes/jobs.ts";
import { STATE_FILTERS } from "../routes/schemas.ts";
import { endedAt } from "./progress.ts";

const MOST_OPEN = 100;
const MOST_ENDED = 25;

export interface Filter {
  state?: string | undefined;
  type?: string | undefined;
  /** A label's name, or `name=value`. */
  label?: string | undefined;
  cursor?: string | undefined;
}

export interface Part {
  id: string;
  title: string;
  jobs: Job[];
  next?: string | undefined;
}

type Charge = NonNullable<ListOptions["charge"]>;

/**
 * Reads the jobs of a filter: open jobs and the latest ended ones, or one list if there is a state or a cursor. The second list
 * reuses the open jobs that the first one read.
 */
export async function readJobList(
  table: JobLists,
  key: ApiKey,
  filter: Filter,
  charge: Charge,
): Promise<Part[] | "bad cursor"> {
  const { team, projects } = key;
  const { type, label, cursor } = filter;
  const read = (wanted: JobFilter, except?: JobPage["open"]) =>
    table.listJobs(team, {
      ...{ ...wanted, type: type || undefined, label: label || undefined, lateFirst: true, charge },
      limit: isOpen(wanted) ? MOST_OPEN : MOST_ENDED,
      ...(cursor && { cursor }),
      ...(projects && { projects }),
      ...(except && { except }),
    });
  const state = STATE_FILTERS.find((one) => one === filter.state);
  if (state) {
    const wanted = filterOfState(state);
    const found = await read(wanted);
    return found === "bad cursor" ? found : [partOf("found", titleOfState(state), wanted, found)];
  }
  const open = cursor ? undefined : await read(OPEN);
  if (open === "bad cursor") return open;
  const ended = await read(ENDED, open?.open);
  if (ended === "bad cursor") return ended;
  return [
    ...(open ? [partOf("open", "Open", OPEN, open)] : []),
    partOf("ended", cursor ? "Ended earlier" : "Ended", ENDED, ended),
  ];
}

const OPEN: JobFilter = { states: OPEN_STATES };
const ENDED: JobFilter = { states: ENDED_STATES };

function isOpen({ states }: JobFilter): boolean {
  return states === OPEN_STATES;
}

function partOf(id: string, title: string, wanted: JobFilter, { jobs, next }: JobPage): Part {
  const order = isOpen(wanted) ? byUrgency : (one: Job, other: Job) => endedAt(other) - endedAt(one);
  return { id, title, jobs: jobs.sort(order), next };
}

export function titleOfState(state: (typeof STATE_FILTERS)[number]): string {
  return state === "open" ? "Open" : TRANSITIONS[state].label;
}
