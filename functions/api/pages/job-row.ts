import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import { expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import { hasEnded, type Job, lastNews, type SubJob } from "../../../lib/domain/job/job.ts";
import { type LastPoll, lastPollSentence } from "../../../lib/domain/job/last-poll.ts";
import { isPaused } from "../../../lib/domain/job/pause.ts";
import { failedSubJobs } from "../../../lib/domain/job/sub-jobs.ts";
import { TRANSITIONS } from "../../../lib/domain/job/transitions.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import { channelName, type DisplayStatus, displayStatusOf, titleOf, truncate, typeOf } from "./display-text.ts";
import { icon } from "./icons.ts";
import type { Html } from "./layout.ts";
import { endedAt } from "./progress.ts";
import { ago, clock } from "./times.ts";

export interface RowView {
  now: number;
  kinds: Record<string, ChannelKind>;
  addressOf(job: Job): string;
  /** Returns why a job has no news; undefined if it has some. */
  lastPollOf(job: Job): LastPoll | undefined;
}

/** One job in a list: its status, name and reason, how long it takes, and when it began to be tracked or ended. */
export function jobRow(job: Job, view: RowView): Html {
  const { now, kinds, addressOf, lastPollOf } = view;
  const lastPoll = lastPollOf(job);
  const channels = truncate(job.channels.map((name) => channelName(name, kinds)).join(", "), 120);
  const isSilenced = !hasEnded(job) && job.silence !== undefined && job.silence.until > now;
  return html`<li id="j-${job.projectId.slice(0, 4)}-${job.jobId}">
${statusCell(job, lastPoll, now)}
<div class="what"><a href="${addressOf(job)}"><bdi>${truncate(titleOf(job), 120)}</bdi></a>
<p>${facts(job)}</p></div>
${took(job, now)}
<div class="when">${hasEnded(job) ? ago(endedAt(job), now, "Ended") : ago(job.registeredAt, now, "Registered")}
<p>${channels}${isSilenced && ", silenced"}</p></div>
${why(job, lastPoll, now)}
</li>`;
}

function statusCell(job: Job, lastPoll: LastPoll | undefined, now: number): Html {
  const status = displayStatusOf(job);
  if (!hasEnded(job) && isPaused(job, now)) return cell(icon("waiting", ""), "waiting", "Paused");
  if (!lastPoll || status === "late") return cell(icon(status, ""), status, TRANSITIONS[status].label);
  return lastPoll.outcome === "missing"
    ? cell(icon("lost", ""), "late", "Not found")
    : cell(icon("unreachable", ""), "late", TRANSITIONS.unreachable.label);
}

function cell(shape: Html, colour: DisplayStatus, words: string): Html {
  return html`<b class="${colour}">${shape}${words}</b>`;
}

function facts(job: Job): Html {
  const labels = Object.entries(job.labels ?? {}).map(([name, value]) => ` · ${name}=${truncate(value, 30)}`);
  const id = titleOf(job) !== job.jobId && html` · <code>${job.jobId}</code>`;
  return html`<bdi>${typeOf(job)}</bdi>${id}${labels.length > 0 && html`<bdi>${labels.join("")}</bdi>`}`;
}

/** The line that explains a status. It is cut by CSS; the tooltip has more. */
function why(job: Job, lastPoll: LastPoll | undefined, now: number): Html | "" {
  const isOnHold = !hasEnded(job) && isPaused(job, now);
  const text = isOnHold ? pauseWords(job, now) : lastPoll ? noNews(lastPoll, now) : reasonOf(job, now);
  if (text === "") return "";
  const isLong = text.length > 90;
  const colour = hasEnded(job) || isOnHold ? "" : " late";
  return html`<p class="why${colour}"${isLong && html` title="${truncate(text, 400)}"`}>
<bdi>${truncate(text, 180)}</bdi>
</p>`;
}

function pauseWords({ pause }: Job, now: number): string {
  return pause ? `Not checked until ${clock(pause.until, now)}, by ${truncate(pause.by, 60)}` : "";
}

function noNews(lastPoll: LastPoll, now: number): string {
  const { outcome, since, reason } = lastPoll;
  const time = duration(now - since);
  if (outcome === "missing") return `Not found in the cloud for ${time}${reason === "" ? "" : `: ${reason}`}`;
  return `No news for ${time}. ${lastPollSentence(lastPoll)}`;
}

function reasonOf(job: Job, now: number): string {
  switch (displayStatusOf(job)) {
    case "failed":
      return failureWords(failedSubJobs(job)[0]) || failureWords(job) || "The cloud gave no reason.";
    case "lost":
      return "The cloud no longer knows this job. It may have succeeded.";
    case "stopped": {
      const by = lastNews(job)?.by;
      return by === undefined ? "" : `Stopped by ${by}`;
    }
    case "late": {
      const end = expectedEnd(job)?.at;
      return end === undefined || end >= now ? "" : `Expected to end ${duration(now - end)} ago`;
    }
    case "registered":
    case "waiting":
    case "running":
    case "success":
      return "";
  }
}

function failureWords({ failReason = "", errorCode = "" }: Pick<SubJob, "failReason" | "errorCode"> = {}): string {
  return failReason && errorCode ? `${failReason} (${errorCode})` : failReason || errorCode;
}

/** How long the job takes: with the progress to its expected end while it runs. */
function took(job: Job, now: number): Html {
  const { beginTime, endTime, typical, expectedMinutes } = job;
  const typicalWords = typical
    ? `typically ${range(typical.lowMs, typical.highMs)}`
    : expectedMinutes !== undefined && !hasEnded(job) && `expected ${duration(expectedMinutes * 60_000)}`;
  return html`<div class="took">${tookWords(job, beginTime, endTime, now)}<p>${typicalWords}</p></div>`;
}

function tookWords(job: Job, begin: number | undefined, end: number | undefined, now: number): Html | string {
  if (hasEnded(job)) return begin === undefined || end === undefined ? "" : `ran ${duration(end - begin)}`;
  if (begin === undefined) return "not started";
  const expected = expectedEnd(job)?.at;
  const share = expected === undefined ? undefined : Math.round((100 * (now - begin)) / Math.max(expected - begin, 1));
  const bar =
    share !== undefined &&
    html`<progress max="100" value="${Math.min(Math.max(share, 0), 100)}" aria-hidden="true"></progress>`;
  return html`${duration(now - begin)}${bar}`;
}
