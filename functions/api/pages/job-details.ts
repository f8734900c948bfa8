import { html } from "hono/html";
import type { Job } from "../../../lib/domain/job/job.ts";
import { JOB_OPTIONS, type JobOptions, optionsIn } from "../../../lib/domain/job/job-options.ts";
import { sizeWords } from "../../../lib/domain/job/resource.ts";
import { openable, truncate } from "./display-text.ts";
import type { Html } from "./layout.ts";
import { channelNames, type NotificationsView } from "./notifications.ts";
import type { Session } from "./session.ts";

/** An id with a button that copies it. Visitors with a link see no buttons. The button needs JavaScript, and is hidden without. */
export function copyable(id: string, what: string, session: Session | undefined): Html {
  const button = session && html`<button type="button" class="copy" aria-label="Copy the ${what}">Copy</button>`;
  return html`<span class="id"><code>${truncate(id, 200)}</code>${button}</span>`;
}

interface Details extends Pick<NotificationsView, "job" | "kinds"> {
  session?: Session;
  consoleUrl?: string | undefined;
}

/** The table at the end of a job's page. */
export function details({ job, session, consoleUrl, kinds }: Details): Html {
  const id = (value: string | undefined, what: string) => value && copyable(value, what, session);
  const rows: [string, Html | string | undefined][] = [
    ["Project", id(job.projectId, "project id")],
    ["Share", job.resource?.name && html`<bdi>${truncate(job.resource.name, 160)}</bdi>`],
    ["Size", sizeWords(job.resource ?? {})],
    ...optionsIn("job page").map((name): (typeof rows)[number] => [JOB_OPTIONS[name].label, optionValue(job, name, kinds)]),
    ["Cloud request id", id(job.requestId, "request id")],
    ["Correlation id", id(job.correlationId, "correlation id")],
    ["Cloud console", consoleUrl && link(consoleUrl)],
  ];
  return html`<dl>${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : ""))}</dl>`;
}

function optionValue(job: Job, name: keyof JobOptions, kinds: Details["kinds"]): Html | string | undefined {
  const value = job[name];
  if (value === undefined || typeof value === "number") return value?.toString();
  if (Array.isArray(value)) return name === "channels" ? channelNames(value, kinds) : value.join(", ");
  if (typeof value === "object") {
    const labels = Object.entries(value);
    return labels.length === 0 ? undefined : html`${labels.map(labelTag)}`;
  }
  const url = JOB_OPTIONS[name].format === "url" ? openable(value) : undefined;
  return url === undefined ? html`<bdi>${truncate(value, 200)}</bdi>` : link(url);
}

function link(url: string): Html {
  return html`<a href="${url}" rel="noreferrer noopener"><bdi>${truncate(url, 200)}</bdi></a>`;
}

function labelTag([name, value]: [string, string]): Html {
  return html`<span class="tag"><bdi>${name}=${truncate(value, 120)}</bdi></span>`;
}
