import { html } from "hono/html";
import { hasEnded, type Job, lastNews, type SubJob, type Transition } from "../../../lib/domain/job/job.ts";
import { CLOUD_STATES } from "../../../lib/domain/job/states.ts";
import { failedSubJobs, hasFailed, moreSubJobsWords } from "../../../lib/domain/job/sub-jobs.ts";
import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import { type DisplayStatus, displayStatusOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import type { Html } from "./layout.ts";
import { believable, isWithin, place, type Scale, scaleOf, ticksOf, tickWords, width } from "./time-scale.ts";
import { exactDuration, exactTime } from "./times.ts";

// The job and its sub jobs, one row each: name and times on the left, the bar to scale on the right. The bars are decoration: the
// text has the same information. Widths are percentages, so that they fit on phones.

/** Half the width of a label with seconds on a phone. Labels are centred, so none is so close to an edge. */
const EDGE_PERCENT = 9;

export function timeline(job: Job, now: number): Html {
  const scale = scaleOf(job, now);
  const [first] = failedSubJobs(job);
  const more = moreSubJobsWords(job);
  return html`<div class="chart">
${grid(job, scale)}
<ol>
${jobRow(job, scale)}
${job.subJobs.map((step) => stepRow(step, step !== first, scale))}
</ol>
${axis(scale)}
</div>
${more !== undefined && html`<p class="soft">${more}.</p>`}
${legend(job, scale)}`;
}

function grid(job: Job, scale: Scale): Html {
  const at = (time: number) => `${place(scale, time)}%`;
  const line = (time: number, kind: string) => {
    const x = at(time);
    return html`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  };
  const now = !hasEnded(job) && line(scale.now, "now");
  return html`<svg class="grid" aria-hidden="true">${ticksOf(scale).map((time) => line(time, "axis"))}${now}</svg>`;
}

function axis(scale: Scale): Html {
  const labels = ticksOf(scale)
    .map((at) => ({ at, percent: place(scale, at) }))
    .filter(({ percent }) => percent >= EDGE_PERCENT && percent <= 100 - EDGE_PERCENT)
    .map(({ at, percent }) => html`<text x="${percent}%" y="14" text-anchor="middle">${tickWords(at, scale)}</text>`);
  return html`<svg class="labels" height="18" aria-hidden="true">${labels}</svg>`;
}

function jobRow(job: Job, scale: Scale): Html {
  const { registeredAt } = job;
  const begin = believable(job.beginTime, registeredAt, scale.now);
  const end = believable(job.endTime, registeredAt, scale.now);
  const parts = segments(job, scale).map((part) => segment(part, scale));
  const bars = html`${typicalBand(job, scale)}${parts}${lateDots(job, scale)}`;
  return row(displayStatusOf(job), typeOf(job), timesOf(begin, end, scale, hasEnded(job)), bars);
}

function stepRow(step: SubJob, showsReason: boolean, scale: Scale): Html {
  const known = CLOUD_STATES.find((state) => state === step.state);
  const status = known ?? (hasFailed(step) ? "failed" : "registered");
  const isOpen = known === "running";
  const begin = isWithin(scale, step.beginTime) ? step.beginTime : undefined;
  const end = isWithin(scale, step.endTime) ? step.endTime : undefined;
  const until = end ?? (isOpen ? scale.now : begin);
  const bar = begin !== undefined && until !== undefined ? segment({ state: status, begin, end: until }, scale) : "";
  const word = known ? TRANSITIONS[known].label : truncate(step.state ?? "Not started", 30);
  const times = begin === undefined ? html`${word}` : timesOf(begin, end, scale, !isOpen);
  const reason =
    showsReason && hasFailed(step) ? truncate([step.failReason, step.errorCode].filter(Boolean).join(" "), 300) : "";
  return row(status, typeOf(step), html`${times}${reason && html`<br><bdi>${reason}</bdi>`}`, bar);
}

function row(status: DisplayStatus, name: string, times: Html, bars: Html | ""): Html {
  return html`<li>
${icon(status)}
<div><b><bdi>${name}</bdi></b><small>${times}</small></div>
${bars && html`<svg height="24" aria-hidden="true">${bars}</svg>`}
</li>`;
}

/** "13:02:10 to 13:16:13, 14 min 3 s" */
function timesOf(begin: number | undefined, end: number | undefined, { now }: Scale, isOver: boolean): Html {
  if (begin === undefined) return html`${isOver ? "No times known" : "Not started"}`;
  if (end !== undefined) return html`${exactTime(begin, now)} to ${exactTime(end, now)}, ${exactDuration(end - begin)}`;
  if (isOver) return html`From ${exactTime(begin, now)}`;
  return html`Since ${exactTime(begin, now)}, ${exactDuration(now - begin)}`;
}

interface Segment {
  state: Job["state"];
  begin: number;
  end: number;
}

/** Returns the periods of the job's states. Prefers the cloud's times to the times of polls. */
function segments(job: Job, scale: Scale): Segment[] {
  const changes: Pick<Transition, "at" | "state">[] = job.transitions.filter(
    ({ state }, index) => state !== job.transitions[index - 1]?.state,
  );
  const begin = believable(job.beginTime, job.registeredAt, scale.now);
  const ended = believable(job.endTime, job.registeredAt, scale.now) ?? lastNews(job)?.at;
  const end = hasEnded(job) ? (ended ?? scale.to) : scale.now;
  const before = changes.filter(({ at }) => begin === undefined || at < begin);
  const running = begin === undefined ? [] : [{ at: begin, state: "running" as const }];
  const known = [
    ...before.map(({ at, state }) => ({ at, state: state === "running" ? ("waiting" as const) : state })),
    ...running,
  ];
  const parts = begin === undefined ? changes : known;
  return parts
    .map(({ at, state }, index) => ({
      state: colourOf(job, state, begin !== undefined && index === parts.length - 1),
      begin: at,
      end: parts[index + 1]?.at ?? end,
    }))
    .filter((part) => part.end > part.begin);
}

/** The running period has the colour of the end state. */
function colourOf(job: Job, state: Job["state"], isRun: boolean): Job["state"] {
  return isRun && hasEnded(job) ? job.state : state;
}

function segment({ state, begin, end }: Segment, scale: Scale): Html {
  return html`<rect class="bar ${state}" x="${place(scale, begin)}%" width="${width(scale, begin, end)}%"
 y="6" height="12" rx="3"><title>${TRANSITIONS[state].label} ${duration(end - begin)}</title></rect>`;
}

/** A dot for the time at which the job was reported late. */
function lateDots({ transitions }: Job, scale: Scale): Html[] {
  return transitions
    .filter(({ kind, at }) => kind === "late" && isWithin(scale, at))
    .map(({ at }) => html`<circle class="dot late" cx="${place(scale, at)}%" cy="12" r="5"/>`);
}

function typicalBand({ typical, ...job }: Job, scale: Scale): Html | "" {
  const begin = believable(job.beginTime, job.registeredAt, scale.now);
  if (!typical || begin === undefined) return "";
  const [low, high] = [begin + typical.lowMs, begin + typical.highMs];
  return html`<rect class="typical" x="${place(scale, low)}%" width="${width(scale, low, high)}%"
 y="0" height="24" rx="3"/>`;
}

/** Renders the legend under the chart. */
function legend({ typical, beginTime, transitions }: Job, scale: Scale): Html | "" {
  const isLate = transitions.some(({ kind, at }) => kind === "late" && isWithin(scale, at));
  const hasBand = typical !== undefined && beginTime !== undefined;
  if (!isLate && !hasBand) return "";
  const words = typical && `${range(typical.lowMs, typical.highMs)} after the start, from ${typical.jobs} jobs of this type`;
  return html`<p class="key">
${hasBand && html`<span><i class="swatch"></i>Typical end: ${words}</span>`}
${
  isLate &&
  html`<span><svg class="icon" aria-hidden="true">
<circle class="dot late" cx="8" cy="8" r="5"/></svg>Reported late</span>`
}
</p>`;
}
