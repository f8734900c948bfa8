import { html } from "hono/html";
import type { Job, JobState } from "../../../lib/job/job.ts";
import { JOB_TYPE_NAMES, typeName } from "../../../lib/job/job-types.ts";
import type { LastPoll } from "../../../lib/job/last-poll.ts";
import type { ApiKey, Table } from "../../../lib/ports.ts";
import { STATES } from "../schemas.ts";
import { type Html, layout } from "./layout.ts";
import { mark } from "./marks.ts";
import { endedAt, expectedEnd, progressWords } from "./progress.ts";
import type { Session } from "./session.ts";
import { clock } from "./times.ts";
import { STANDING_WORDS, type Standing, shown, standingOf, titleOf, typeOf } from "./words.ts";

const OPEN: JobState[] = ["registered", "waiting", "running"];
const ENDED: JobState[] = ["success", "failed", "lost", "stopped"];
const MOST_OPEN = 100;
const MOST_ENDED = 25;
/** A rare type or label is looked for in so many pages of the team's jobs; the link below goes on. */
const MOST_READS = 4;

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

/** What a filter shows: open jobs above the latest ended ones, or one list where a state is named or a page turned. */
export async function readBoard(table: Table, key: ApiKey, filter: Filter): Promise<Part[] | "bad cursor"> {
  const states = statesOf(filter.state);
  const wanted: Wanted[] = states
    ? [{ id: "found", title: titleOfState(filter.state), states, limit: states === OPEN ? MOST_OPEN : MOST_ENDED }]
    : [
        ...(filter.cursor ? [] : [{ id: "open", title: "Open", states: OPEN, limit: MOST_OPEN }]),
        { id: "ended", title: filter.cursor ? "Ended earlier" : "Ended", states: ENDED, limit: MOST_ENDED },
      ];
  const parts: Part[] = [];
  for (const { id, title, states, limit } of wanted) {
    const found = await collect(table, key, filter, states, limit);
    if (!found) return "bad cursor";
    parts.push({ id, title, ...found });
  }
  return parts;
}

interface Wanted extends Pick<Part, "id" | "title"> {
  states: JobState[];
  limit: number;
}

function titleOfState(state = ""): string {
  return state === "open" ? "Open" : (STANDING_WORDS[state as Standing] ?? "");
}

function statesOf(state: string | undefined): JobState[] | undefined {
  if (state === "open" || state === "late") return OPEN;
  const known = STATES.find((one) => one === state);
  return known && [known];
}

type Found = Pick<Part, "jobs" | "next">;

async function collect(
  { listJobs }: Table,
  { team, projects }: ApiKey,
  filter: Filter,
  states: JobState[],
  limit: number,
): Promise<Found | undefined> {
  const jobs: Job[] = [];
  let cursor = filter.cursor;
  for (let reads = 0; reads < MOST_READS && jobs.length < limit; reads++) {
    const page = await listJobs(team, {
      limit,
      states,
      lateFirst: true,
      ...(cursor && { cursor }),
      ...(projects && { projects }),
    });
    if (page === "bad cursor") return undefined;
    jobs.push(...page.jobs.filter((job) => isShown(job, filter)));
    cursor = page.next;
    if (!cursor) break;
  }
  return { jobs: jobs.sort(states === OPEN ? byUrgency : (one, other) => endedAt(other) - endedAt(one)), next: cursor };
}

function isShown(job: Job, { state, type, label = "" }: Filter): boolean {
  if (state === "late" && standingOf(job) !== "late") return false;
  if (type && job.jobType !== type) return false;
  const [name = "", ...value] = label.split("=");
  const own = job.labels && Object.hasOwn(job.labels, name) ? job.labels[name] : undefined;
  return label === "" || (own !== undefined && (value.length === 0 || own === value.join("=")));
}

/** Late ones first, then those that are likely to end next. */
function byUrgency(one: Job, other: Job): number {
  const late = (job: Job) => (job.late ? 0 : 1);
  const end = (job: Job) => expectedEnd(job) ?? Number.MAX_SAFE_INTEGER;
  return late(one) - late(other) || end(one) - end(other) || one.registeredAt - other.registeredAt;
}

export interface BoardView {
  session: Session;
  parts: Part[];
  filter: Filter;
  now: number;
  addressOf(job: Job): string;
  /** Why a job has no news. */
  lastPollOf(job: Job): LastPoll | undefined;
}

export function boardPage(view: BoardView): Html {
  const { session, parts, filter } = view;
  const isFiltered = Boolean(filter.state || filter.type || filter.label || filter.cursor);
  const main = html`<div class="head"><div><h1>Jobs</h1><p class="counts" id="counts" role="status" data-live>${isFiltered ? foundWords(parts) : countWords(parts)}</p></div>${filterForm(filter)}</div>
<div id="lists" data-live>${parts.map((part) => html`<section id="s-${part.id}" aria-labelledby="h-${part.id}"><h2 id="h-${part.id}">${part.title}<small>${part.jobs.length > 0 ? `${part.jobs.length}${part.next ? "+" : ""}` : ""}</small></h2>${list(part, isFiltered, view)}${older(part, filter)}</section>`)}</div>`;
  return layout({ title: "Jobs", session, at: "board", live: true, main });
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

function list({ id, jobs, next }: Part, isFiltered: boolean, view: BoardView): Html {
  if (jobs.length > 0) return html`<ul class="jobs">${jobs.map((job) => row(job, view))}</ul>`;
  if (isFiltered)
    return html`<div class="card empty"><b>No job fits the filter</b><p class="soft"><a href="/">Show all jobs</a></p></div>`;
  if (id === "ended")
    return html`<div class="card empty"><p class="soft">${next ? "None of the newest jobs has ended; see older ones below." : "What ends is listed here."}</p></div>`;
  const register = view.session.key.readOnly ? "" : html`<p><a class="button" href="/register">Register a job</a></p>`;
  return html`<div class="card empty"><b>Nothing is being watched</b><p class="soft">Register a job of SFS Turbo, and Slack is told when it ends.</p>${register}</div>`;
}

function row(job: Job, { now, addressOf, lastPollOf }: BoardView): Html {
  const standing = standingOf(job);
  const lastPoll = lastPollOf(job);
  const noNews = lastPoll ? html`<p class="late">No news since ${clock(lastPoll.since, now)}</p>` : "";
  const labels = Object.entries(job.labels ?? {}).map(([name, value]) => ` · ${name}=${shown(value, 30)}`);
  const id = job.title ? html` · <code>${job.jobId}</code>` : "";
  return html`<li id="j-${job.projectId.slice(0, 4)}-${job.jobId}">${mark(standing)}<div><a href="${addressOf(job)}"><bdi>${shown(titleOf(job), 120)}</bdi></a><p><bdi>${typeOf(job)}</bdi>${id}<bdi>${labels.join("")}</bdi></p></div><div class="when"><b class="${standing}">${STANDING_WORDS[standing]}</b><p>${progressWords(job, now)}</p>${noNews}</div></li>`;
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
  const states: [string, string][] = [
    ["open", "Open"],
    ["late", "Late"],
    ...STATES.map((one): [string, string] => [one, STANDING_WORDS[one]]),
  ];
  const types = JOB_TYPE_NAMES.includes(type) || type === "" ? JOB_TYPE_NAMES : [...JOB_TYPE_NAMES, type];
  return html`<form class="filter" method="get" action="/" role="search"><label>State<select name="state">${option("", "All", state)}${states.map(([value, words]) => option(value, words, state))}</select></label>
<label>Type<select name="type">${option("", "All", type)}${types.map((one) => option(one, shown(typeName(one), 40), type))}</select></label>
<label>Label<input name="label" value="${shown(label, 160)}" placeholder="team=blue" maxlength="160" spellcheck="false"></label><button>Filter</button></form>`;
}
