import { html } from "hono/html";
import { hintFor } from "../../../lib/domain/job/failure-hints.ts";
import type { Job, Silence, SubJob } from "../../../lib/domain/job/job.ts";
import { type LastPoll, lastPollSentence } from "../../../lib/domain/job/last-poll.ts";
import { growthWords } from "../../../lib/domain/job/resource.ts";
import { nounOf, pluralOf, WATCHABLE_SOURCES } from "../../../lib/domain/job/sources.ts";
import { failedSubJobs } from "../../../lib/domain/job/sub-jobs.ts";
import { TRANSITIONS, transitionRow } from "../../../lib/domain/job/transitions.ts";
import { displayStatusOf, titleOf, truncate, typeOf } from "./display-text.ts";
import type { FormView } from "./form-fields.ts";
import { icon } from "./icons.ts";
import { buttons } from "./job-buttons.ts";
import { copyable, details } from "./job-details.ts";
import { editForm, isSet } from "./job-edit.ts";
import { facts } from "./job-facts.ts";
import { type Html, JOB_PAGE_STYLE, layout } from "./layout.ts";
import { type NotificationsView, notificationList } from "./notifications.ts";
import type { Session } from "./session.ts";
import { timeline } from "./timeline.ts";
import { exactTime, time } from "./times.ts";

export interface JobView extends NotificationsView {
  /** Why there is no news; undefined if the last poll returned a status. */
  lastPoll: LastPoll | undefined;
  /** Absent for a visitor with a signed link, who sees only this job and no buttons. */
  session?: Session;
  /** URL of the cloud's console. */
  consoleUrl?: string | undefined;
  /** Target of the buttons. */
  actionUrl: string;
  /** The form that changes the job; absent for keys that may not. */
  edit?: FormView;
  notice: Html | "";
}

export function jobPage(view: JobView): Html {
  const { job, session, notice, now } = view;
  const status = displayStatusOf(job);
  const main = html`${session ? html`<a class="back" href="/">← All jobs</a>` : linkNote(job)}
<div id="notice">${notice}</div>
<div id="job" data-live>
<p class="state ${status}">
${icon(status)}${TRANSITIONS[status].label}
${isSet(job.pause, now) && html`<span class="tag">Paused</span>`}
</p>
<h1><bdi>${titleOf(job)}</bdi></h1>
<p class="soft"><bdi>${typeOf(job)}</bdi>${growthWords(job)} · ${copyable(job.jobId, "job id", session)}</p>
${origin(view)}
${timed("Paused", job.pause, "It is not checked until then.", now)}
${timed("Silenced", job.silence, "Failures and losses are still delivered.", now)}
${facts(job, now)}
${failure(view)}
${advice(view)}
</div>
${actions(view)}
<div id="more" data-live>
${section("time", "Timeline", html`<div class="card">${timeline(job, now)}</div>`)}
<div class="columns">
${section("notifications", "Deliveries", notificationList(view))}
${section("history", "History", changes(job, now))}
</div>
${section("details", "Details", html`<div class="card">${details(view)}</div>`)}
</div>`;
  const title = `${TRANSITIONS[status].label}: ${titleOf(job)}`;
  return layout({ title, status, style: JOB_PAGE_STYLE, session, live: true, main });
}

function actions({ job, actionUrl, session, edit, now }: JobView): Html | "" {
  if (!session || session.key.readOnly) return "";
  return html`<div class="acts">
${buttons(job, actionUrl, session, now)}
${edit && editForm(job, actionUrl, edit, now)}
</div>`;
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

function timed(word: string, set: Silence | undefined, effect: string, now: number): Html | "" {
  if (!isSet(set, now)) return "";
  const reason = set.reason && html`: <bdi>${truncate(set.reason, 160)}</bdi>`;
  return html`<p class="soft">
${word} until ${exactTime(set.until, now)} by <bdi>${truncate(set.by, 64)}</bdi>${reason}. ${effect}
</p>`;
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
Track the job again if it should be there.</p>
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

function changes({ transitions }: Job, now: number): Html {
  return html`<ol class="card list">${transitions.toReversed().map((transition) => {
    const { n, at, reason: why, kind, by } = transition;
    const author = by !== undefined && html` by <bdi>${truncate(by, 64)}</bdi>`;
    return html`<li id="t-${n}">
${exactTime(at, now)}
<div>
${transitionRow(transition).label}${author}
${why && kind !== "status" && html`<small><bdi>${truncate(why, 300)}</bdi></small>`}
</div>
</li>`;
  })}</ol>`;
}
