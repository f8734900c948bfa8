import { html } from "hono/html";
import { expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import { authorOf, hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import { range } from "../../../lib/domain/time-words.ts";
import { truncate } from "./display-text.ts";
import type { Html } from "./layout.ts";
import { endedAt } from "./progress.ts";
import { believable } from "./time-scale.ts";
import { exactDuration, exactTime } from "./times.ts";

type Fact = [label: string, value: Html | string, more?: Html | string];

const END_LABELS = { success: "Ended", failed: "Ended", lost: "Lost", stopped: "Stopped" } as const;

/** When the job was registered, began and ended, how long it waited and ran, and what is typical. */
export function facts(job: Job, now: number): Html {
  const rows = [registered(job, now), ...waitedAndBegan(job, now), ...ranAndEnded(job, now)];
  return html`<dl class="times">${rows.map(
    ([label, value, more]) => html`<div>
<dt>${label}</dt>
<dd>${value}${more && html`<small>${more}</small>`}</dd>
</div>`,
  )}</dl>`;
}

function registered(job: Job, now: number): Fact {
  return ["Registered", exactTime(job.registeredAt, now), by(authorOf(job, "registered"))];
}

function waitedAndBegan(job: Job, now: number): Fact[] {
  const begin = believable(job.beginTime, job.registeredAt, now);
  if (begin === undefined) return hasEnded(job) ? [] : [["Waiting", exactDuration(now - job.registeredAt), "not started yet"]];
  const waitedMs = begin - job.registeredAt;
  const waited: Fact[] = waitedMs >= 0 ? [["Waited", exactDuration(waitedMs)]] : [];
  return [...waited, ["Began", exactTime(begin, now), waitedMs < 0 && "before it was registered"]] as Fact[];
}

function ranAndEnded(job: Job, now: number): Fact[] {
  const begin = believable(job.beginTime, job.registeredAt, now);
  const end = believable(job.endTime, job.registeredAt, now);
  if (!hasEnded(job)) {
    const running: Fact[] = begin === undefined ? [] : [["Running for", exactDuration(now - begin), typicalWords(job)]];
    const expected = expectedEnd(job)?.at;
    if (expected === undefined) return running;
    return [...running, ["Expected end", exactTime(expected, now), expected < now && "overdue"]] as Fact[];
  }
  const ran: Fact[] = begin !== undefined && end !== undefined ? [["Ran", exactDuration(end - begin), typicalWords(job)]] : [];
  const label = END_LABELS[job.state as keyof typeof END_LABELS];
  const author = job.state === "stopped" ? by(authorOf(job, "stopped")) : "";
  return [...ran, [label, exactTime(end ?? endedAt(job), now), author]];
}

function typicalWords({ typical, expectedMinutes }: Job): string {
  if (typical) return `typically ${range(typical.lowMs, typical.highMs)}`;
  return expectedMinutes === undefined ? "" : `expected ${expectedMinutes} min`;
}

function by(author: string | undefined): Html | "" {
  return author === undefined ? "" : html`by <bdi>${truncate(author, 64)}</bdi>`;
}
