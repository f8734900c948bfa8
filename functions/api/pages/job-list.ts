import { html } from "hono/html";
import type { Job } from "../../../lib/domain/job/job.ts";
import { JOB_TYPE_NAMES, typeName } from "../../../lib/domain/job/job-types.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { JOB_STATES } from "../../../lib/domain/job/states.ts";
import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import { LONGEST_LABEL } from "../routes/schemas.ts";
import { displayStatusOf, titleOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import { type Html, layout } from "./layout.ts";
import { progressWords } from "./progress.ts";
import { type Filter, type Part, titleOfState } from "./read-job-list.ts";
import type { Session } from "./session.ts";
import { clock } from "./times.ts";

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
  const counts = isFiltered ? foundWords(parts) : countWords(parts);
  const main = html`<div class="head">
<div>
<h1>Jobs</h1>
<p class="counts" id="counts" role="status" data-live>${counts}</p>
</div>
${filterForm(filter)}
</div>
<div id="lists" data-live>${parts.map((part) => section(part, isFiltered, view))}</div>`;
  return layout({ title: "Jobs", session, at: "jobList", live: true, main });
}

function section(part: Part, isFiltered: boolean, view: JobListView): Html {
  const { id, title, jobs, next } = part;
  const count = jobs.length > 0 && `${jobs.length}${next ? "+" : ""}`;
  return html`<section id="s-${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${title}<small>${count}</small></h2>
${list(part, isFiltered, view)}
${older(part, view.filter)}
</section>`;
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
  const words = isFiltered ? NO_MATCH : id === "ended" ? noneEnded(next) : noneOpen(view);
  return html`<div class="card empty">${words}</div>`;
}

const NO_MATCH = html`<b>No jobs match the filter</b>
<p class="soft"><a href="/">Show all jobs</a></p>`;

function noneEnded(next: string | undefined): Html {
  const words = next ? "None of the newest jobs has ended. See older jobs below." : "Ended jobs appear here.";
  return html`<p class="soft">${words}</p>`;
}

const FIRST_STEPS = html`<p>
<a class="button" href="/watches">Watch a project</a>
<a class="button" href="/register">Register a job</a>
</p>`;

function noneOpen({ session }: JobListView): Html {
  return html`<b>No open jobs</b>
<p class="soft">Watch a project, or register one operation, to be notified when it ends.</p>
${!session.key.readOnly && FIRST_STEPS}`;
}

function row(job: Job, { now, addressOf, lastPollOf }: JobListView): Html {
  const status = displayStatusOf(job);
  const lastPoll = lastPollOf(job);
  const labels = Object.entries(job.labels ?? {}).map(([name, value]) => ` · ${name}=${truncate(value, 30)}`);
  const id = titleOf(job) !== job.jobId && html` · <code>${job.jobId}</code>`;
  return html`<li id="j-${job.projectId.slice(0, 4)}-${job.jobId}">
${icon(status)}
<div>
<a href="${addressOf(job)}"><bdi>${truncate(titleOf(job), 120)}</bdi></a>
<p><bdi>${typeOf(job)}</bdi>${id}<bdi>${labels.join("")}</bdi></p>
</div>
<div class="when">
<b class="${status}">${TRANSITIONS[status].label}</b>
<p>${progressWords(job, now)}</p>
${lastPoll && html`<p class="late">No news since ${clock(lastPoll.since, now)}</p>`}
</div>
</li>`;
}

function older({ id, next }: Part, { state, type, label }: Filter): Html | "" {
  if (!next) return "";
  const given = Object.entries({ state: id === "open" ? "open" : state, type, label }).filter(([, value]) => value);
  const query = new URLSearchParams([...(given as [string, string][]), ["cursor", next]]);
  return html`<p><a href="/?${query.toString()}">${id === "open" ? "More open jobs" : "Older jobs"}</a></p>`;
}

function filterForm({ state = "", type = "", label = "" }: Filter): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`;
  const states = (["open", "late", ...JOB_STATES] as const).map((one) => [one, titleOfState(one)] as const);
  const types = JOB_TYPE_NAMES.includes(type) || type === "" ? JOB_TYPE_NAMES : [...JOB_TYPE_NAMES, type];
  return html`<form class="filter" method="get" action="/" role="search">
<label>State<select name="state">
${option("", "All", state)}
${states.map(([value, words]) => option(value, words, state))}
</select></label>
<label>Type<select name="type">
${option("", "All", type)}
${types.map((one) => option(one, truncate(typeName(one), 40), type))}
</select></label>
<label>Label<input name="label" value="${truncate(label, LONGEST_LABEL)}" placeholder="team=blue"
 maxlength="${LONGEST_LABEL}" spellcheck="false"></label>
<button>Filter</button>
</form>`;
}
