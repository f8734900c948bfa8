import { html } from "hono/html";
import { hintFor } from "../../../lib/domain/job/failure-hints.ts";
import { hasEnded, type Job, type Silence, type SubJob } from "../../../lib/domain/job/job.ts";
import { JOB_OPTIONS, type JobOptions, optionsIn } from "../../../lib/domain/job/job-options.ts";
import { type LastPoll, lastPollSentence } from "../../../lib/domain/job/last-poll.ts";
import { growthWords, sizeWords } from "../../../lib/domain/job/resource.ts";
import { nounOf, pluralOf, WATCHABLE_SOURCES } from "../../../lib/domain/job/sources.ts";
import { failedSubJobs, moreSubJobsWords } from "../../../lib/domain/job/sub-jobs.ts";
import { TRANSITIONS, transitionRow } from "../../../lib/domain/job/transitions.ts";
import { isWithin, mayMake } from "../http/rights.ts";
import { displayStatusOf, openable, titleOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import { type Html, layout } from "./layout.ts";
import { channelNames, type NotificationsView, notificationList } from "./notifications.ts";
import { durationWords } from "./progress.ts";
import type { Session } from "./session.ts";
import { timeline, timelineKey } from "./timeline.ts";
import { time } from "./times.ts";

export interface JobView extends NotificationsView {
  /** Why there is no news; undefined if the last poll returned a status. */
  lastPoll: LastPoll | undefined;
  /** Absent for a visitor with a signed link, who sees only this job and no buttons. */
  session?: Session;
  /** URL of the cloud's console. */
  consoleUrl?: string | undefined;
  /** Target of the buttons. */
  actionUrl: string;
  notice: Html | "";
}

export function jobPage(view: JobView): Html {
  const { job, session, notice, now } = view;
  const status = displayStatusOf(job);
  const main = html`${session ? html`<a class="back" href="/">← All jobs</a>` : linkNote(job)}
${notice}
<div id="job" data-live>
<p class="state ${status}">${icon(status)}${TRANSITIONS[status].label}</p>
<h1><bdi>${titleOf(job)}</bdi></h1>
<p class="soft"><bdi>${typeOf(job)}</bdi>${growthWords(job)} · <code>${job.jobId}</code></p>
${origin(view)}
<p class="summary">${durationWords(job, view.lastPoll, now)}</p>
${failure(view)}
${advice(view)}
</div>
${session && !session.key.readOnly && buttons(view, session)}
<div id="more" data-live>
${section("time", "Timeline", html`<div class="card">${timeline(job, now)}${timelineKey(job)}</div>`)}
<div class="columns">
${section("history", "History", changes(job, now))}
${section("notifications", "Notifications", notificationList(view))}
</div>
${section("details", "Details", html`<div class="card">${about(view)}</div>`)}
</div>`;
  return layout({ title: `${TRANSITIONS[status].label}: ${titleOf(job)}`, session, live: true, main });
}

function linkNote({ jobId, projectId }: Job): Html {
  const query = new URLSearchParams({ to: `/jobs/${jobId}?projectId=${projectId}` });
  return html`<p class="soft">
This link shows one job only. <a href="/sign-in?${query.toString()}">Sign in</a> to see more.
</p>`;
}

function section(id: string, title: string, body: Html): Html {
  return html`<section aria-labelledby="h-${id}"><h2 id="h-${id}">${title}</h2>${body}</section>`;
}

/** Shows the failed step first, since its reason is more precise than the job's. */
function failure({ job, consoleUrl }: JobView): Html | "" {
  if (job.state !== "failed") return "";
  const [step] = failedSubJobs(job);
  const hint = hintFor(job);
  const own = reason(job);
  return html`<div class="callout">
${step && html`<p>Step <b><bdi>${typeOf(step)}</bdi></b> failed. ${reason(step)}</p>`}
<p>${own && step ? "Job error: " : ""}${own || (step ? "" : "The cloud gave no reason.")}</p>
${hint && html`<p><b>What to do:</b> ${hint}</p>`}
${consoleUrl && html`<p><a href="${consoleUrl}" rel="noreferrer noopener">Cloud console</a></p>`}
${requestIdLine(job)}
</div>`;
}

function origin({ job, session }: JobView): Html | "" {
  if (!job.origin) return "";
  const source = WATCHABLE_SOURCES.find((name) => name === job.source);
  const name = source ? pluralOf(source) : nounOf(job.source);
  const watch = session ? html`<a href="/watches#w-${job.origin.watchId}">${name}</a>` : name;
  return html`<p class="soft">Discovered by the watch of ${watch} in this project</p>`;
}

function requestIdLine({ requestId }: Pick<Job, "requestId">): Html | "" {
  if (!requestId) return "";
  return html`<p class="soft">Request id for the cloud's support: <code>${truncate(requestId, 80)}</code></p>`;
}

function reason({ failReason, errorCode }: SubJob | Job): Html | "" {
  if (!failReason && !errorCode) return "";
  const code = errorCode && html` <code>${truncate(errorCode, 80)}</code>`;
  return html`<bdi>${truncate(failReason ?? "", 5_000)}</bdi>${code}`;
}

function advice({ job, lastPoll, now }: JobView): Html | "" {
  const noNews = lastPoll ? noNewsBox(lastPoll, now) : "";
  const status = displayStatusOf(job);
  if (status === "late")
    return html`<div class="callout late"><p>This job is overdue. We keep tracking it and will send reminders.</p></div>
${noNews}`;
  if (status === "lost")
    return html`<div class="callout">
<p>The cloud no longer knows this job. Check the share: the operation may have succeeded.
Register the job again to resume tracking.</p>
</div>`;
  return noNews;
}

function noNewsBox(lastPoll: LastPoll, now: number): Html {
  const { since, outcome } = lastPoll;
  const next =
    outcome === "missing" ? "If this continues, the job is lost." : "The job is still tracked and will be checked again.";
  const sentence = truncate(lastPollSentence(lastPoll), 1_200);
  return html`<div class="callout late">
<p><bdi>${sentence}</bdi> No news since ${time(since, now)}. ${next}</p>
${requestIdLine(lastPoll)}
</div>`;
}

function buttons({ job, actionUrl }: JobView, { key, formToken }: Session): Html {
  const button = (verb: string, words: string, kind = "") =>
    html`<button name="verb" value="${verb}" class="${kind}">${words}</button>`;
  const all = [
    ...(hasEnded(job) ? [] : [button("refresh", "Check now", "main")]),
    ...(hasEnded(job) || !mayMake(key, job, { ...job, state: "stopped" }) ? [] : [button("stop", "Stop tracking")]),
    ...(job.notifications.some(({ state, channel }) => state === "expired" && isWithin(key, channel))
      ? [button("redeliver", "Redeliver")]
      : []),
  ];
  return html`<form class="actions" id="actions" data-live method="post" action="${actionUrl}" aria-label="Actions">
<input type="hidden" name="token" value="${formToken}">${all}
</form>`;
}

function changes({ transitions }: Job, now: number): Html {
  return html`<ol class="card list">${transitions.toReversed().map((transition) => {
    const { n, at, reason: why, kind, by } = transition;
    const author = by !== undefined && html` by <bdi>${truncate(by, 64)}</bdi>`;
    return html`<li id="t-${n}">
${time(at, now)}
<div>
${transitionRow(transition).label}${author}
${why && kind !== "status" && html`<small><bdi>${truncate(why, 300)}</bdi></small>`}
</div>
</li>`;
  })}</ol>`;
}

function about({ job, kinds, now }: JobView): Html {
  const subJobs = [job.subJobs.length, moreSubJobsWords(job)].filter(Boolean).join(", ");
  const rows: [string, Html | string | undefined][] = [
    ["Project", html`<code>${job.projectId}</code>`],
    ["Registered", time(job.registeredAt, now)],
    ["Started", job.beginTime === undefined ? undefined : time(job.beginTime, now)],
    ["Ended", job.endTime === undefined ? undefined : time(job.endTime, now)],
    ["Share", job.resource?.name && html`<bdi>${truncate(job.resource.name, 160)}</bdi>`],
    ["Size", sizeWords(job.resource ?? {})],
    ["Sub jobs", subJobs],
    ["Silenced until", job.silence && job.silence.until > now ? silenceWords(job.silence, now) : undefined],
    ["Paused until", job.pause && job.pause.until > now ? silenceWords(job.pause, now) : undefined],
    ...optionsIn("job page").map((name): (typeof rows)[number] => [JOB_OPTIONS[name].label, optionValue(job, name, kinds)]),
  ];
  return html`<dl>${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : ""))}</dl>`;
}

function silenceWords({ until, by }: Silence, now: number): Html {
  return html`${time(until, now)}, by ${truncate(by, 60)}`;
}

function optionValue(job: Job, name: keyof JobOptions, kinds: JobView["kinds"]): Html | string | undefined {
  const value = job[name];
  if (value === undefined || typeof value === "number") return value?.toString();
  if (Array.isArray(value)) return name === "channels" ? channelNames(value, kinds) : value.join(", ");
  if (typeof value === "object") {
    const labels = Object.entries(value);
    return labels.length === 0 ? undefined : html`${labels.map(labelTag)}`;
  }
  const url = JOB_OPTIONS[name].format === "url" ? openable(value) : undefined;
  const text = html`<bdi>${truncate(url ?? value, 200)}</bdi>`;
  return url === undefined ? text : html`<a href="${url}" rel="noreferrer noopener">${text}</a>`;
}

function labelTag([name, value]: [string, string]): Html {
  return html`<span class="tag"><bdi>${name}=${truncate(value, 120)}</bdi></span>`;
}
