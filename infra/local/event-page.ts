import type { Answer } from "./answer.ts";
import { dig } from "./listen.ts";
import { escaped, localPage, type PageLink } from "./page.ts";

/** An accepted event: from a webhook with a valid signature, or from the event bus. */
export interface SinkEvent {
  at: number;
  /** `webhook <name>` or `bus <name>`. */
  by: string;
  id: string;
  event: unknown;
}

/** The page of the event sink. Shows events only as escaped text. */
export function eventsPage(events: SinkEvent[], links: readonly PageLink[]): Answer {
  const count = events.length === 1 ? "1 event" : `${events.length} events`;
  const main = `<h1>Events</h1>
<p class="soft">Webhooks with a valid signature, and entries of the event bus. Newest first, times in UTC.</p>
<ul class="card events" id="events" data-live>
${events.length === 0 ? '<li class="empty" id="none">No events yet. New ones appear here.</li>' : ""}
${events.toReversed().map(rowOf).join("\n")}
</ul>
<p class="soft">For programs: <a href="/events.json">events.json</a></p>`;
  return localPage({ name: "Events", links, count, main });
}

/** `demo: fails · 3 · status · failed`. */
export function summaryOf({ event }: SinkEvent): string {
  const job = dig(event, "data", "job", "title") ?? dig(event, "data", "job", "jobId") ?? "";
  const n = dig(event, "data", "transition", "n") ?? "";
  const kind = dig(event, "data", "transition", "kind") ?? "";
  const state = dig(event, "data", "transition", "state") ?? "";
  return [job, n, kind, state].filter((part) => part !== "").join(" · ");
}

function rowOf({ at, by, id, event }: SinkEvent): string {
  const text = (...path: string[]) => escaped(String(dig(event, ...path) ?? ""));
  const kind = text("data", "transition", "kind");
  const state = text("data", "transition", "state");
  const word = kind === "status" ? state : kind;
  const time = new Date(at).toISOString();
  return `<li id="e-${escaped(by)}-${escaped(id)}-${at}">
<div class="row">
<b>${text("data", "job", "title") || text("data", "job", "jobId") || text("type")}</b>
<span class="${/^\w+$/.test(word) ? word : ""}">${word}</span>
<span class="tag">${escaped(by)}</span>
<time datetime="${time}">${time.slice(11, 19)}</time>
</div>
<small>${[text("type"), text("data", "transition", "n") && `transition ${text("data", "transition", "n")}`, escaped(id)]
    .filter((part) => part !== "")
    .join(" · ")}</small>
<details><summary>JSON</summary><pre>${escaped(JSON.stringify(event, null, 2) ?? "")}</pre></details>
</li>`;
}
