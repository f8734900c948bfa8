import { html } from "hono/html";
import { failedListSentence, type LastList, lastListOf, missingRight } from "../../../lib/domain/discovery/last-list.ts";
import type { Watch } from "../../../lib/domain/discovery/watch.ts";
import { pluralOf } from "../../../lib/domain/job/sources.ts";
import { mayEnd } from "../http/rights.ts";
import { truncate } from "./display-text.ts";
import type { FormView } from "./form-fields.ts";
import { icon } from "./icons.ts";
import { type Html, layout, WATCHES_PAGE_STYLE } from "./layout.ts";
import { channelNames } from "./notifications.ts";
import type { Session } from "./session.ts";
import { ago, time } from "./times.ts";
import { watchForm } from "./watch-form.ts";

export interface WatchesView extends FormView {
  watches: { watch: Watch; listedAt?: number }[];
  notice: Html | "";
  now: number;
}

export function watchesPage(view: WatchesView): Html {
  const { session, watches, notice, errors } = view;
  const rows = watches.map((one) => row(one, view));
  const list = rows.length > 0 ? html`<ul class="card list rows watches">${rows}</ul>` : none(session);
  const main = html`<h1>Watches</h1>
<p class="soft">
A watch finds the operations of a whole project. Each becomes a job of your team, so nobody has to register it.
</p>
${notice}
<div id="watches" data-live>${list}</div>
${limitsNote}
${!session.key.readOnly && watchForm(view)}`;
  return layout({ title: "Watches", session, at: "watches", style: WATCHES_PAGE_STYLE, live: errors.length === 0, main });
}

function none({ key }: Session): Html {
  const next = key.readOnly ? "A key that is not read-only can add one." : "Add one below.";
  return html`<div class="card empty">
<b>No watches</b>
<p class="soft">${next}</p>
</div>`;
}

function row({ watch, listedAt }: WatchesView["watches"][number], view: WatchesView): Html {
  const { session, kinds, now } = view;
  const { watchId, source, projectId, channels, notifyOn, createdAt, by, waiting = 0 } = watch;
  const last = lastListOf(watch, listedAt);
  const author = by !== undefined && html` by <bdi>${truncate(by, 64)}</bdi>`;
  const listed = last.at !== undefined && html`<span>Listed ${ago(last.at, now, "Last list read")}</span>`;
  return html`<li id="w-${watchId}">
${statusCell(last)}
<div>
<h2>${scopeWords(watch)}</h2>
<small>${pluralOf(source)} in <code>${projectId}</code></small>
<small>
Notifies ${channelNames(channels, kinds)}${notifyOn && html` on ${notifyOn.join(", ") || "nothing"}`}.
Added ${ago(createdAt, now, "Added")}${author}.
</small>
</div>
<div class="when">${listed}
${!session.key.readOnly && mayEnd(session.key, watch) && endForm(watch, session)}</div>
${state(watch, last, now)}
${waiting > 0 && html`<p class="late">${waitingWords(waiting)}</p>`}
</li>`;
}

function statusCell({ outcome }: LastList): Html {
  if (outcome === "listed") return html`<b class="success">${icon("success")}Active</b>`;
  if (outcome === "pending") return html`<b class="waiting">${icon("waiting")}Pending</b>`;
  return html`<b class="late">${icon("unreachable")}Not listed</b>`;
}

/** "extend, create · data-* · team=blue" */
function scopeWords({ operations, names, tags = {} }: Watch): Html {
  const what = operations ? operations.join(", ") : "All operations";
  const which = names && html` · <bdi>${names.map((name) => truncate(name, 60)).join(", ")}</bdi>`;
  const pairs = Object.entries(tags).map(
    ([key, value]) => html` <span class="tag"><bdi>${truncate(key, 60)}=${truncate(value, 60)}</bdi></span>`,
  );
  return html`${what}${which}${pairs}`;
}

function state({ source }: Watch, last: LastList, now: number): Html | "" {
  const { outcome, at, since, reason = "", requestId } = last;
  if (outcome === "listed") return "";
  if (outcome === "pending") return html`<p class="soft">Not listed yet. The first list is read within a minute.</p>`;
  const listed = at === undefined ? "It has never been listed." : html`Last list read at ${time(at, now)}.`;
  const right = missingRight(source, last);
  const sentence = truncate(failedListSentence(outcome, reason), 1_200);
  return html`<div class="callout late">
<p><bdi>${sentence}</bdi>${since !== undefined && html` Nothing was found since ${time(since, now)}.`} ${listed}</p>
${right !== undefined && html`<p>Ask the operators to grant the right <code>${right}</code> to the cloud user.</p>`}
${requestId !== undefined && requestIdLine(requestId)}
</div>`;
}

function requestIdLine(requestId: string): Html {
  return html`<p class="soft">Request id for the cloud's support: <code>${truncate(requestId, 80)}</code></p>`;
}

function waitingWords(waiting: number): string {
  const operations = waiting === 1 ? "1 operation waits" : `${waiting} operations wait`;
  return `${operations}, since your team has too many open jobs. Stop jobs that you no longer need.`;
}

function endForm({ watchId }: Watch, { formToken }: Session): Html {
  return html`<details id="e-${watchId}">
<summary>End</summary>
<form class="confirm" method="post" action="/watches/action">
<input type="hidden" name="token" value="${formToken}">
<input type="hidden" name="watchId" value="${watchId}">
<small>Nothing more is found. Jobs that it found are still tracked.</small>
<p><button name="verb" value="end">End this watch</button></p>
</form>
</details>`;
}

const limitsNote = html`<details class="soft" id="limits">
<summary>What a list cannot show</summary>
<p>
Each minute the project's list is compared with the one before. Operations that ended before the first list are not reported.
</p>
<p>
A list has no job id, and no percentage of a change. A change that fails twice in the same way between two lists is seen once.
A deletion is seen when the share is gone. <a href="/register">Register</a> an operation to follow it exactly.
</p>
</details>`;
