import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { byUrgency } from "../../../lib/domain/job/expected-end.ts";
import { hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import { fulfils, type JobFilter } from "../../../lib/domain/job/job-filter.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { ENDED_STATES, OPEN_STATES } from "../../../lib/domain/job/states.ts";
import type { Services } from "../../../lib/services.ts";
import type { JobPage, ListOptions } from "../../../lib/table-ports.ts";
import { filterOfState } from "../routes/jobs.ts";
import { lastPollsOf } from "../routes/last-polls.ts";
import { type Count, countsOf } from "./job-counts.ts";
import { type ListFilter, titleOfState } from "./list-filter.ts";
import { endedAt } from "./progress.ts";

const MOST_OPEN = 100;
const MOST_ENDED = 50;
/** Requests that one view may be charged beyond its own. A search then continues with a link. */
const MOST_EXTRA_REQUESTS = 4;
/** Failures as recent as this have a list of their own above the other ended jobs. */
const RECENT_MS = 86_400_000;

export interface Part {
  id: "open" | "recent" | "ended" | "found";
  title: string;
  jobs: Job[];
  next?: string | undefined;
}

export interface JobList {
  parts: Part[];
  /** Absent on later pages, which do not read the jobs of other states. */
  counts?: Count[];
  /** Returns why a job has no news; undefined if it has some. */
  lastPollOf(job: Job): LastPoll | undefined;
}

type Deps = Pick<Services, "table" | "clock">;
type Charge = NonNullable<ListOptions["charge"]>;
type Read = (wanted: JobFilter, except?: JobPage["open"]) => Promise<JobPage | "bad cursor">;

/**
 * Reads the jobs of a filter, and the counts of all states. Both come from the most urgent open jobs and the newest ended ones. Jobs of
 * one state are read separately if there are more.
 */
export async function readJobList(
  deps: Deps,
  key: ApiKey,
  filter: ListFilter,
  charge: Charge,
): Promise<JobList | "bad cursor"> {
  const read = reader(deps, key, filter, atMost(MOST_EXTRA_REQUESTS, charge));
  if (filter.cursor !== undefined) return await laterPage(deps, filter, read);
  const open = await read(OPEN);
  if (open === "bad cursor") return open;
  const ended = await read(ENDED, open.open);
  if (ended === "bad cursor") return ended;
  const lastPollOf = await lastPollsOf(deps, open.jobs);
  const counts = countsOf(open, ended, lastPollOf);
  open.jobs.sort((one, other) => byAttention(one, other, lastPollOf));
  if (filter.state === undefined) return { parts: allParts(open, ended, deps.clock.now()), counts, lastPollOf };
  if (filter.state === "no-news")
    return { parts: [foundPart(filter.state, { jobs: open.jobs.filter(lastPollOf) })], counts, lastPollOf };
  if (filter.state === "open") return { parts: [foundPart(filter.state, open)], counts, lastPollOf };
  const wanted = filterOfState(filter.state);
  const known = isOpen(wanted) ? open : ended;
  const found = known.next === undefined ? { jobs: known.jobs.filter((job) => fulfils(job, wanted)) } : await read(wanted);
  if (found === "bad cursor") return found;
  const lastPollIn = await lastPollsOf(deps, found.jobs);
  found.jobs.sort((one, other) => byAttention(one, other, lastPollIn));
  return { parts: [foundPart(filter.state, found)], counts, lastPollOf: lastPollIn };
}

/** Orders late jobs first, then those without news, then by expected end. */
function byAttention(one: Job, other: Job, lastPollOf: JobList["lastPollOf"]): number {
  const rank = (job: Job) => (job.late ? 0 : lastPollOf(job) ? 1 : 2);
  return rank(one) - rank(other) || byUrgency(one, other);
}

async function laterPage(deps: Deps, { state }: ListFilter, read: Read): Promise<JobList | "bad cursor"> {
  const found = await read(state === undefined || state === "no-news" ? ENDED : filterOfState(state));
  if (found === "bad cursor") return found;
  const lastPollOf = await lastPollsOf(deps, found.jobs);
  found.jobs.sort((one, other) => byAttention(one, other, lastPollOf));
  return { parts: [state ? foundPart(state, found) : endedPart("Ended earlier", found)], lastPollOf };
}

function reader({ table }: Deps, { team, projects }: ApiKey, { type, label, text, cursor }: ListFilter, charge: Charge): Read {
  return (wanted, except) =>
    table.listJobs(team, {
      ...{ ...wanted, type, label, text, urgentFirst: true, charge },
      limit: isOpen(wanted) ? MOST_OPEN : MOST_ENDED,
      ...(cursor && { cursor }),
      ...(projects && { projects }),
      ...(except && { except }),
    });
}

/** Rejects when the requests of this view are used up, which ends the page early. */
function atMost(requests: number, charge: Charge): Charge {
  let left = requests;
  return async (wanted) => {
    if (wanted > left) throw new Error("this view has read enough");
    left -= wanted;
    await charge(wanted);
  };
}

const OPEN: JobFilter = { states: OPEN_STATES };
const ENDED: JobFilter = { states: ENDED_STATES };

function isOpen({ states = [] }: JobFilter): boolean {
  return states.every((state) => !hasEnded({ state }));
}

function allParts(open: JobPage, ended: JobPage, now: number): Part[] {
  const isRecent = (job: Job) => (job.state === "failed" || job.state === "lost") && endedAt(job) > now - RECENT_MS;
  const recent = ended.jobs.filter(isRecent).sort(byEnd);
  return [
    { id: "open", title: "Open", jobs: open.jobs, next: open.next },
    ...(recent.length > 0 ? [{ id: "recent" as const, title: titleOfRecent(recent), jobs: recent }] : []),
    endedPart("Ended", { ...ended, jobs: ended.jobs.filter((job) => !isRecent(job)) }),
  ];
}

function titleOfRecent(jobs: Job[]): string {
  return jobs.every(({ state }) => state === "failed") ? "Failed in the last 24 h" : "Failed or lost in the last 24 h";
}

function endedPart(title: string, { jobs, next }: JobPage): Part {
  return { id: "ended", title, jobs: jobs.sort(byEnd), next };
}

function foundPart(state: NonNullable<ListFilter["state"]>, { jobs, next }: JobPage): Part {
  return { id: "found", title: titleOfState(state), jobs: jobs.every(hasEnded) ? jobs.sort(byEnd) : jobs, next };
}

function byEnd(one: Job, other: Job): number {
  return endedAt(other) - endedAt(one);
}
