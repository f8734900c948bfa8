import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import type { Channel } from "../../../lib/domain/channel/channel.ts";
import { nextDigestAt } from "../../../lib/domain/channel/digest.ts";
import { hintFor } from "../../../lib/domain/job/failure-hints.ts";
import { hasEnded, type Job, type Notification, type Silence, type SubJob } from "../../../lib/domain/job/job.ts";
import { JOB_OPTIONS, type JobOptions, optionsIn } from "../../../lib/domain/job/job-options.ts";
import { type LastPoll, lastPollSentence } from "../../../lib/domain/job/last-poll.ts";
import { isForDigest } from "../../../lib/domain/job/notifications.ts";
import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { failedSubJobs, moreSubJobsWords } from "../../../lib/domain/job/sub-jobs.ts";
import { TRANSITIONS, transitionRow } from "../../../lib/domain/job/transitions.ts";
import { isWithin, mayMake } from "../http/rights.ts";
import { channelName, displayStatusOf, isSlack, openable, titleOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import { type Html, layout } from "./layout.ts";
import { durationWords } from "./progress.ts";
import type { Session } from "./session.ts";
import { timeline, timelineKey } from "./timeline.ts";
import { time } from "./times.ts";

export interface JobView {
  job: Job;
  /** Why there is no news; undefined if the last poll returned a status. */
  lastPoll: LastPoll | undefined;
  /** Absent for a visitor with a signed link, who sees only this job and no buttons. */
  session?: Session;
  /** The channels with pending notifications of this job. */
  channels: Channel[];
  kinds: Record<string, ChannelKind>;
  /** URL of the cloud's console. */
  consoleUrl?: string | undefined;
  /** Digest times by channel. */
  digests: TrackingRules["channelDigest"];
  /** Target of the buttons. */
  actionUrl: string;
  notice: Html | "";
  now: number;
}

export function jobPage(view: JobView): Html {
  const { job, session, notice, now } = view;
  const status = displayStatusOf(job);
  const main = html`${session ? html`<a class="back" href="/">← All jobs</a>` : html`<p class="soft">This link shows one job only. <a href="/sign-in?${new URLSearchParams({ to: `/jobs/${job.jobId}?projectId=${job.projectId}` }).toString()}">Sign in</a> to see more.</p>`}
${notice}
<div id="job" data-live><p class="state ${status}">${icon(status)}${TRANSITIONS[status].label}</p><h1><bdi>${titleOf(job)}</bdi></h1>
<p class="soft"><bdi>${typeOf(job)}</bdi> · <code>${job.jobId}</code></p><p class="summary">${durationWords(job, view.lastPoll, now)}</p>
${failure(view)}${advice(view)}</div>
${session && !session.key.readOnly ? buttons(view, session) : ""}
<div id="more" data-live><section aria-labelledby="h-time"><h2 id="h-time">Timeline</h2><div class="card">${timeline(job, now)}${timelineKey(job)}</div></section>
<div class="columns"><section aria-labelledby="h-history"><h2 id="h-history">History</h2>${changes(job, now)}</section><section aria-labelledby="h-notifications"><h2 id="h-notifications">Notifications</h2>${deliveries(view)}</section></div>
<section aria-labelledby="h-details"><h2 id="h-details">Details</h2><div class="card">${about(view)}</div></section></div>`;
  return layout({ title: `${TRANSITIONS[status].label}: ${titleOf(job)}`, session, live: true, main });
}

/** Shows the failed step first, since its reason is more precise than the job's. */
function failure({ job, consoleUrl }: JobView): Html | "" {
  if (job.state !== "failed") return "";
  const [step] = failedSubJobs(job);
  const hint = hintFor(step?.errorCode, job.errorCode);
  const own = reason(job);
  return html`<div class="callout">${step ? html`<p>Step <b><bdi>${typeOf(step)}</bdi></b> failed. ${reason(step)}</p>` : ""}
<p>${own && step ? "Job error: " : ""}${own || (step ? "" : "The cloud gave no reason.")}</p>${hint ? html`<p><b>What to do:</b> ${hint}</p>` : ""}
${consoleUrl ? html`<p><a href="${consoleUrl}" rel="noreferrer noopener">Cloud console</a></p>` : ""}
${job.requestId ? html`<p class="soft">Request id for the cloud's support: <code>${truncate(job.requestId, 80)}</code></p>` : ""}</div>`;
}

function reason({ failReason, errorCode }: SubJob | Job): Html | "" {
  if (!failReason && !errorCode) return "";
  return html`<bdi>${truncate(failReason ?? "", 5_000)}</bdi>${errorCode ? html` <code>${truncate(errorCode, 80)}</code>` : ""}`;
}

function advice({ job, lastPoll, now }: JobView): Html | "" {
  const noNews = lastPoll ? noNewsBox(lastPoll, now) : "";
  const status = displayStatusOf(job);
  if (status === "late")
    return html`<div class="callout late"><p>This job is overdue. We keep tracking it and will send reminders.</p></div>${noNews}`;
  if (status === "lost")
    return html`<div class="callout"><p>The cloud no longer knows this job. Check the share: the operation may have succeeded. Register the job again to resume tracking.</p></div>`;
  return noNews;
}

function noNewsBox(lastPoll: LastPoll, now: number): Html {
  const { since, outcome, requestId } = lastPoll;
  const next =
    outcome === "missing" ? "If this continues, the job is lost." : "The job is still tracked and will be checked again.";
  return html`<div class="callout late"><p><bdi>${truncate(lastPollSentence(lastPoll), 1_200)}</bdi> No news since ${time(since, now)}. ${next}</p>${requestId ? html`<p class="soft">Request id for the cloud's support: <code>${truncate(requestId, 80)}</code></p>` : ""}</div>`;
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
  return html`<form class="actions" id="actions" data-live method="post" action="${actionUrl}" aria-label="Actions"><input type="hidden" name="token" value="${formToken}">${all}</form>`;
}

function changes({ transitions }: Job, now: number): Html {
  return html`<ol class="card list">${transitions.toReversed().map((transition) => {
    const { n, at, reason: why, kind, by } = transition;
    return html`<li id="t-${n}">${time(at, now)}<div>${transitionRow(transition).label}${by === undefined ? "" : html` by <bdi>${truncate(by, 64)}</bdi>`}${why && kind !== "status" ? html`<small><bdi>${truncate(why, 300)}</bdi></small>` : ""}</div></li>`;
  })}</ol>`;
}

function deliveries(view: JobView): Html {
  const { job, kinds, now } = view;
  if (job.notifications.length === 0) {
    return html`<div class="card"><p class="soft">No notifications yet. ${channelNames(job.channels, kinds)} will be notified when the job ends or runs late.</p></div>`;
  }
  return html`<ol class="card list">${job.notifications.toReversed().map((notification) => {
    const transition = job.transitions.find(({ n }) => n === notification.n);
    return html`<li id="a-${notification.id}">${time(notification.at, now)}<div>${channelName(notification.channel, kinds)}${isForDigest(notification.id) ? ", digest" : ""}: ${transition ? transitionRow(transition).label : ""}<small>${notificationWords(notification, view)}</small></div></li>`;
  })}</ol>`;
}

function channelNames(names: string[], kinds: JobView["kinds"]): string {
  return names.map((name) => channelName(name, kinds)).join(", ");
}

function notificationWords(
  { id, state, channel, at }: Notification,
  { channels, kinds, digests, now }: JobView,
): Html | string {
  if (state === "delivered") return isSlack(channel, kinds) ? "Delivered to Slack" : "Delivered";
  if (state === "expired") return "Expired: the channel was suspended for 14 days";
  const times = isForDigest(id) ? digests?.(channel) : undefined;
  const digestAt = times ? nextDigestAt(times, at) : now;
  if (digestAt > now) return html`In the ${time(digestAt, now)} digest`;
  const suspended = channels.find(({ name }) => name === channel)?.suspended;
  return suspended ? `Pending: the channel is suspended (${truncate(suspended.reason, 120)})` : "Pending";
}

function about({ job, kinds, now }: JobView): Html {
  const subJobs = [job.subJobs.length, moreSubJobsWords(job)].filter(Boolean).join(", ");
  const rows: [string, Html | string | undefined][] = [
    ["Project", html`<code>${job.projectId}</code>`],
    ["Registered", time(job.registeredAt, now)],
    ["Started", job.beginTime === undefined ? undefined : time(job.beginTime, now)],
    ["Ended", job.endTime === undefined ? undefined : time(job.endTime, now)],
    ["Sub jobs", subJobs],
    ["Silenced until", job.silence && job.silence.until > now ? silenceWords(job.silence, now) : undefined],
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
    return labels.length === 0
      ? undefined
      : html`${labels.map(([label, text]) => html`<span class="tag"><bdi>${label}=${truncate(text, 120)}</bdi></span>`)}`;
  }
  const url = JOB_OPTIONS[name].format === "url" ? openable(value) : undefined;
  const text = html`<bdi>${truncate(url ?? value, 200)}</bdi>`;
  return url === undefined ? text : html`<a href="${url}" rel="noreferrer noopener">${text}</a>`;
}
