import { html } from "hono/html";
import { hasEnded, type Job, lastNews, type Transition } from "../../../lib/domain/job/job.ts";
import { CLOUD_STATES } from "../../../lib/domain/job/states.ts";
import { TRANSITIONS, transitionRow } from "../../../lib/domain/job/transitions.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import { truncate, typeOf } from "./display-text.ts";
import type { Html } from "./layout.ts";
import { clock } from "./times.ts";

const MOST_STEPS = 20;
const ROW = 44;
/** A start further before the registration, or any time further in the future, comes from a wrong clock. */
const BELIEVABLE_MS = 60 * 86_400_000;
const TICKS_MS = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 604_800].map(
  (seconds) => seconds * 1_000,
);

interface Scale {
  from: number;
  to: number;
  now: number;
}

/** Renders transitions and sub jobs to scale. Widths are percentages; heights and text are pixels, so that they stay readable on phones. */
export function timeline(job: Job, now: number): Html {
  const scale = scaleOf(job, now);
  const steps = job.subJobs.filter(({ beginTime }) => isWithin(scale, beginTime)).slice(0, MOST_STEPS);
  const height = ROW * (1 + steps.length) + 26;
  const x = (at: number) => `${place(scale, at)}%`;
  return html`<svg class="chart" height="${height}" role="img" aria-label="${textAlternative(job, scale)}">
${ticks(scale).map((at) => tick(at, height, scale))}
${typicalBand(job, scale, height - 20)}
<text class="name" x="0" y="14">${typeOf(job)}</text>
${segments(job, scale).map((part) => segment(part, scale))}
${job.transitions.map((transition) => dot(transition, scale))}
${steps.map((step, index) => bar(step, ROW * (index + 1), scale))}
${!hasEnded(job) && html`<line class="now" x1="${x(now)}" x2="${x(now)}" y1="0" y2="${height - 20}"/>`}
</svg>`;
}

/** Renders the legend under the chart. */
export function timelineKey({ typical, beginTime }: Job): Html | "" {
  if (!typical || beginTime === undefined) return "";
  const words = `${range(typical.lowMs, typical.highMs)} after the start, from ${typical.jobs} jobs of this type`;
  return html`<p class="key"><span><i class="swatch"></i>Typical end: ${words}</span></p>`;
}

function scaleOf(job: Job, now: number): Scale {
  const { registeredAt, typical } = job;
  const beginTime = believable(job.beginTime, registeredAt, now);
  const ended = believable(job.endTime, registeredAt, now) ?? believable(lastNews(job)?.at, registeredAt, now) ?? now;
  const end = hasEnded(job) ? ended : Math.max(now, typical && beginTime !== undefined ? beginTime + typical.highMs : now);
  const from = Math.min(beginTime ?? registeredAt, end, registeredAt);
  const to = Math.max(end, from + 10_000);
  return { from, to: to + (to - from) * 0.03, now };
}

function believable(at: number | undefined, registeredAt: number, now: number): number | undefined {
  return at !== undefined && at > registeredAt - BELIEVABLE_MS && at < now + BELIEVABLE_MS ? at : undefined;
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
 y="20" height="14" rx="3"><title>${TRANSITIONS[state].label} ${duration(end - begin)}</title></rect>`;
}

function dot(transition: Transition, scale: Scale): Html {
  const { label, shownAs = transition.state } = transitionRow(transition);
  return html`<circle class="dot ${shownAs}" cx="${place(scale, transition.at)}%" cy="27" r="4">
<title>${clock(transition.at, scale.now)} ${label}</title></circle>`;
}

function bar(step: Job["subJobs"][number], y: number, scale: Scale): Html {
  const begin = step.beginTime ?? scale.from;
  const end = isWithin(scale, step.endTime) ? (step.endTime ?? scale.now) : Math.max(scale.now, begin);
  const known = CLOUD_STATES.find((state) => state === step.state) ?? "registered";
  const words = `${typeOf(step)} · ${truncate(step.state ?? "", 30)} ${duration(end - begin)}`;
  return html`<text class="name" x="0" y="${y + 14}">${words}</text>
<rect class="bar ${known}" x="${place(scale, begin)}%" width="${width(scale, begin, end)}%"
 y="${y + 20}" height="10" rx="3"/>`;
}

function typicalBand({ typical, ...job }: Job, scale: Scale, height: number): Html | "" {
  const begin = believable(job.beginTime, job.registeredAt, scale.now);
  if (!typical || begin === undefined) return "";
  const [low, median, high] = [begin + typical.lowMs, begin + typical.medianMs, begin + typical.highMs];
  const x = `${place(scale, median)}%`;
  return html`<rect class="typical" x="${place(scale, low)}%" width="${width(scale, low, high)}%"
 y="16" height="${Math.min(22, height)}" rx="3"/>
${isWithin(scale, median) && html`<line class="median" x1="${x}" x2="${x}" y1="16" y2="38"/>`}`;
}

function ticks({ from, to }: Scale): number[] {
  const step = TICKS_MS.find((ms) => (to - from) / ms <= 5) ?? Math.ceil((to - from) / 4);
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(Math.floor((to - first) / step) + 1, 0) }, (_, index) => first + index * step);
}

function tick(at: number, height: number, scale: Scale): Html {
  const percent = place(scale, at);
  return html`<line class="axis" x1="${percent}%" x2="${percent}%" y1="0" y2="${height - 20}"/>
<text x="${percent}%" y="${height - 4}" text-anchor="${anchor(percent)}">${tickWords(at, scale)}</text>`;
}

function tickWords(at: number, { from, to }: Scale): string {
  const iso = new Date(at).toISOString();
  if (to - from < 300_000) return iso.slice(11, 19);
  return to - from > 2 * 86_400_000 ? iso.slice(5, 10) : iso.slice(11, 16);
}

function anchor(percent: number): string {
  if (percent < 5) return "start";
  return percent > 95 ? "end" : "middle";
}

function place({ from, to }: Scale, at: number): number {
  return Math.round(Math.min(Math.max((at - from) / (to - from), 0), 1) * 10_000) / 100;
}

/** Has a minimum, so that short periods are visible. */
function width(scale: Scale, begin: number, end: number): number {
  return Math.max(Math.round((place(scale, end) - place(scale, begin)) * 100) / 100, 0.4);
}

function isWithin({ from, to }: Scale, at: number | undefined): boolean {
  return at !== undefined && at >= from && at <= to;
}

function textAlternative(job: Job, { from, to }: Scale): string {
  const counts = `${job.transitions.length} changes, ${job.subJobs.length} sub jobs`;
  return `Timeline of ${duration(to - from)}: ${counts}. The list below has the same information as text.`;
}
