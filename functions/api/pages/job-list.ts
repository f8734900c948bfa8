import { html } from "hono/html";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { byUrgency } from "../../../lib/domain/job/expected-end.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { JobFilter } from "../../../lib/domain/job/job-filter.ts";
import { JOB_TYPE_NAMES, typeName } from "../../../lib/domain/job/job-types.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { ENDED_STATES, JOB_STATES, OPEN_STATES } from "../../../lib/domain/job/states.ts";
import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import type { JobLists, JobPage, ListOptions } from "../../../lib/table-ports.ts";
import { filterOfState } from "../routes/jobs.ts";
import { LONGEST_LABEL, STATE_FILTERS } from "../routes/schemas.ts";
import { displayStatusOf, titleOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import { type Html, layout } from "./layout.ts";
import { endedAt, progressWords } from "./progress.ts";
import type { Session } from "./session.ts";
import { clock } from "./times.ts";

const MOST_OPEN = 100;
const MOST_ENDED = 25;

export interface Filter {
  state?: string | undefined;
  type?: string | undefined;
  /** A label's name, or `name=value`. */
  label?: string | undefined;
  cursor?: string | undefined;
}

interface Part {
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

function titleOfState(state: (typeof STATE_FILTERS)[number]): string {
  return state === "open" ? "Open" : TRANSITIONS[state].label;
}

export interface JobListView {
  session: Session;
  parts: Part[];
  filter: Filter;
  now: number;
  addressOf(job: Job): string;
  /** Returns why a job has no news; undefined if it has some. */
  lastPollOf(job: Job): LastPoll | undefined;
}

export function jobListPage(view: JobListView): Html {
  const { session, parts, filter } = view;
  const isFiltered = Boolean(filter.state || filter.type || filter.label || filter.cursor);
  const main = html`<div class="head"><div><h1>Jobs</h1><p class="counts" id="counts" role="status" data-live>${isFiltered ? foundWords(parts) : countWords(parts)}</p></div>${filterForm(filter)}</div>
<div id="lists" data-live>${parts.map((part) => html`<section id="s-${part.id}" aria-labelledby="h-${part.id}"><h2 id="h-${part.id}">${part.title}<small>${part.jobs.length > 0 ? `${part.jobs.length}${part.next ? "+" : ""}` : ""}</small></h2>${list(part, isFiltered, view)}${older(part, filter)}</section>`)}</div>`;
  return layout({ title: "Jobs", session, at: "jobList", live: true, main });
}

function countWords(parts: Part[]): string {
  const { jobs = [], next } = parts.find(({ id }) => id === "open") ?? {};
  const late = jobs.filter(({ late }) => late).length;
  const open = counted(jobs.length, next, "open job");
  return late === 0 ? open : `${open}, ${late} late`;
}

function foundWords(parts: Part[]): string {
  const found = parts.reduce((sum, { jobs }) => sum + jobs.length, 0);
  return `${counted(found, parts.find(({ next }) => next)?.next, "job")} shown`;
}

function counted(count: number, more: string | undefined, what: string): string {
  return `${count}${more ? "+" : ""} ${what}${count === 1 && !more ? "" : "s"}`;
}

function list({ id, jobs, next }: Part, isFiltered: boolean, view: JobListView): Html {
  if (jobs.length > 0) return html`<ul class="jobs">${jobs.map((job) => row(job, view))}</ul>`;
  if (isFiltered)
    return html`<div class="card empty"><b>No jobs match the filter</b><p class="soft"><a href="/">Show all jobs</a></p></div>`;
  if (id === "ended")
    return html`<div class="card empty"><p class="soft">${next ? "None of the newest jobs has ended. See older jobs below." : "Ended jobs appear here."}</p></div>`;
  const register = view.session.key.readOnly ? "" : html`<p><a class="button" href="/register">Register a job</a></p>`;
  return html`<div class="card empty"><b>No open jobs</b><p class="soft">Register an SFS Turbo job to be notified in Slack when it ends.</p>${register}</div>`;
}

function row(job: Job, { now, addressOf, lastPollOf }: JobListView): Html {
  const status = displayStatusOf(job);
  const lastPoll = lastPollOf(job);
  const noNews = lastPoll ? html`<p class="late">No news since ${clock(lastPoll.since, now)}</p>` : "";
  const labels = Object.entries(job.labels ?? {}).map(([name, value]) => ` · ${name}=${truncate(value, 30)}`);
  const id = job.title ? html` · <code>${job.jobId}</code>` : "";
  return html`<li id="j-${job.projectId.slice(0, 4)}-${job.jobId}">${icon(status)}<div><a href="${addressOf(job)}"><bdi>${truncate(titleOf(job), 120)}</bdi></a><p><bdi>${typeOf(job)}</bdi>${id}<bdi>${labels.join("")}</bdi></p></div><div class="when"><b class="${status}">${TRANSITIONS[status].label}</b><p>${progressWords(job, now)}</p>${noNews}</div></li>`;
}

function older({ id, next }: Part, { state, type, label }: Filter): Html | "" {
  if (!next) return "";
  const given = Object.entries({ state: id === "open" ? "open" : state, type, label }).filter(([, value]) => value);
  const query = new URLSearchParams([...(given as [string, string][]), ["cursor", next]]);
  return html`<p><a href="/?${query.toString()}">${id === "open" ? "More open jobs" : "Older jobs"}</a></p>`;
}

function filterForm({ state = "", type = "", label = "" }: Filter): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : ""}>${words}</option>`;
  const states = (["open", "late", ...JOB_STATES] as const).map((one) => [one, titleOfState(one)] as const);
  const types = JOB_TYPE_NAMES.includes(type) || type === "" ? JOB_TYPE_NAMES : [...JOB_TYPE_NAMES, type];
  return html`<form class="filter" method="get" action="/" role="search"><label>State<select name="state">${option("", "All", state)}${states.map(([value, words]) => option(value, words, state))}</select></label>
<label>Type<select name="type">${option("", "All", type)}${types.map((one) => option(one, truncate(typeName(one), 40), type))}</select></label>
<label>Label<input name="label" value="${truncate(label, LONGEST_LABEL)}" placeholder="team=blue" maxlength="${LONGEST_LABEL}" spellcheck="false"></label><button>Filter</button></form>`;
}
