import { html } from "hono/html";
import { chosenFilters, filterWords, searchForm, stateChips, typeMenu, unknownStateNote } from "./job-filters.ts";
import { jobRow, type RowView } from "./job-row.ts";
import { type Html, JOB_LIST_PAGE_STYLE, layout } from "./layout.ts";
import { isFiltered, type ListFilter, listAddress } from "./list-filter.ts";
import type { JobList, Part } from "./read-job-list.ts";
import type { Session } from "./session.ts";

export interface JobListView extends JobList, RowView {
  session: Session;
  filter: ListFilter;
  /** What the address has in place of a state. */
  unknownState?: string | undefined;
}

export function jobListPage(view: JobListView): Html {
  const { session, filter, counts, now } = view;
  const main = html`<div class="head">
<div>
<h1>Jobs</h1>
<p class="counts">
<span id="counts" role="status" data-live>${isFiltered(filter) ? foundWords(view) : openWords(view)}</span>
<span id="as-of" data-live> · as of ${new Date(now).toISOString().slice(11, 19)}</span></p>
</div>
${typeMenu(filter)}
${searchForm(filter)}
</div>
<div class="filters">
${stateChips(filter, counts)}
${chosenFilters(filter)}
</div>
${unknownStateNote(view.unknownState, filter)}
<div id="lists" data-live>${lists(view)}</div>`;
  return layout({ title: "Jobs", session, at: "jobList", style: JOB_LIST_PAGE_STYLE, live: true, main });
}

function openWords({ counts = [] }: JobListView): string {
  const countOf = (state: string) => counts.find((one) => one.state === state);
  const [open, late] = [countOf("open"), countOf("late")];
  const words = counted(open?.count ?? 0, open?.isAtLeast ?? false, "open job");
  return late && late.count > 0 ? `${words}, ${late.count}${late.isAtLeast ? "+" : ""} late` : words;
}

function foundWords({ parts }: JobListView): string {
  const found = parts.reduce((sum, { jobs }) => sum + jobs.length, 0);
  return `${counted(
    found,
    parts.some(({ next }) => next),
    "job",
  )} shown`;
}

function counted(count: number, isAtLeast: boolean, what: string): string {
  return `${count.toLocaleString("en")}${isAtLeast ? "+" : ""} ${what}${count === 1 && !isAtLeast ? "" : "s"}`;
}

/** An empty list has one box, whatever its number of parts. */
function lists(view: JobListView): Html | (Html | "")[] {
  const { parts, filter } = view;
  if (!isFiltered(filter)) return parts.map((part) => section(part, view));
  const found = parts.filter(({ jobs }) => jobs.length > 0);
  return found.length > 0
    ? parts.filter(({ jobs, next }) => jobs.length > 0 || next).map((part) => section(part, view))
    : noMatch(view);
}

function section(part: Part, view: JobListView): Html | "" {
  const { id, title, jobs, next } = part;
  if (id === "ended" && jobs.length === 0 && !next && view.parts.length > 2) return "";
  const rows = jobs.map((job) => jobRow(job, view));
  const list = rows.length > 0 ? html`<ul class="jobs">${rows}</ul>` : emptyBox(part, view);
  return html`<section id="s-${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${title}<small>${headingCount(part, view)}</small></h2>
${list}
${next && html`<p class="more">${moreLink(part, view.filter)}</p>`}
</section>`;
}

function headingCount({ id, jobs, next }: Part, { counts = [] }: JobListView): string {
  if (jobs.length === 0) return "";
  const exact = id === "open" ? counts.find(({ state, isAtLeast }) => state === "open" && !isAtLeast)?.count : undefined;
  return exact?.toLocaleString("en") ?? `${jobs.length}${next ? "+" : ""}`;
}

function moreLink({ id, jobs, next }: Part, filter: ListFilter, kind = ""): Html {
  const isOpen = id === "open";
  const words = jobs.length === 0 ? "Search further" : isOpen ? "More open jobs" : "Older jobs";
  const address = listAddress({ ...filter, state: isOpen ? "open" : filter.state, cursor: next });
  return html`<a class="${kind}" href="${address}">${words}</a>`;
}

function noMatch({ parts, filter }: JobListView): Html {
  const more = parts.filter(({ next }) => next);
  const words = filterWords(filter);
  return html`<div class="card empty">
<b>${more.length > 0 ? "No match among the jobs that were read" : "No jobs match"}</b>
<p class="soft"><bdi>${words === "" ? "There are no older jobs." : `Filtered by ${words}`}</bdi></p>
<p><a class="button" href="/">Clear the filters</a>${more.map((part) => moreLink(part, filter, "button"))}</p>
</div>`;
}

const FIRST_STEPS = html`<p>
<a class="button" href="/watches">Watch a project</a>
<a class="button" href="/register">Register a job</a>
</p>`;

function emptyBox({ id, next }: Part, { session, filter }: JobListView): Html {
  if (id !== "open") {
    const words = next ? "None of the newest jobs is listed here. See older jobs below." : "Ended jobs appear here.";
    return html`<div class="card empty small"><p class="soft">${words}</p></div>`;
  }
  if (isFiltered(filter))
    return html`<div class="card empty small"><p class="soft">No match among the jobs that were read.</p></div>`;
  return html`<div class="card empty"><b>No open jobs</b>
<p class="soft">Watch a project, or register one operation, to be notified when it ends.</p>
${!session.key.readOnly && FIRST_STEPS}</div>`;
}
