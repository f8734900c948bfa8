import { type Answer, json } from "./answer.ts";
import { type ConsoleParts, OPERATIONS, startAtConsole } from "./console.ts";
import type { Jobs } from "./jobs.ts";
import { dig } from "./listen.ts";
import { escaped, localPage, type PageLink } from "./page.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Share } from "./share.ts";
import type { Shares } from "./shares.ts";

// The front page of the simulated cloud: a console that starts operations on shares.

export interface CloudPageParts extends ConsoleParts {
  links: readonly PageLink[];
  jobs: Pick<Jobs, "start">;
}

const ROUTES = {
  "POST /simulate/console": "start an operation on a share: operation, share, seconds, fails",
  "POST /simulate/jobs": "start a job: script",
  "POST /simulate/shares": "create a share: fails",
  "POST /simulate/lists": "let the list of a source fail: source, fault",
  "GET /simulate/scripts": "the scripts of jobs, and how lists can fail",
};

/** `GET /` for programs. */
export function aboutCloud(): Answer {
  const about = "Simulates the APIs of SFS Turbo, CBR and other services, and the token API of IAM.";
  return json(200, { about, page: "Open this address in a browser to start operations.", simulate: ROUTES });
}

interface Note {
  status: number;
  /** Escaped HTML. */
  text: string;
}

/** Starts the operation or job of the form. An operation is seen in the list; of a job, the answer shows the id. */
export function startByForm(body: string, parts: CloudPageParts): Answer {
  const form = new URLSearchParams(body);
  const script = form.get("script");
  if (script !== null) return startJob(script, parts);
  const operation = form.get("operation");
  const share = operation === "create" ? undefined : form.get("share");
  const answer = startAtConsole({ operation, share, fails: form.has("fails") }, parts);
  const problem = dig(answer.body, "error");
  if (problem === undefined) return { status: 303, headers: { location: "/" }, body: "" };
  return cloudPage(parts, { status: answer.status ?? 400, text: `Not started: ${escaped(String(problem))}.` });
}

function startJob(script: string, parts: CloudPageParts): Answer {
  if (!Object.hasOwn(SCRIPTS, script)) return cloudPage(parts, { status: 400, text: "Not started: no such script." });
  const jobId = escaped(parts.jobs.start(script));
  const pages = parts.links.find(({ name }) => name === "Jobs")?.url;
  const form = `${pages}/register?source=sfs-turbo-job&amp;jobId=${jobId}`;
  const link = pages === undefined ? "" : ` <a href="${form}">Register it</a>`;
  return cloudPage(parts, { status: 201, text: `Started the job <code>${jobId}</code>.${link}` });
}

export function cloudPage(parts: CloudPageParts, note?: Note): Answer {
  const { shares, links, projectId = "" } = parts;
  const existing = shares.existing(projectId);
  const rows = existing.map((share) => rowOf(share, shares)).join("\n");
  const routes = Object.entries(ROUTES).map(([route, words]) => {
    return `<li><code>${route}</code> <small>${words}</small></li>`;
  });
  const main = `<h1>Simulated cloud</h1>
${note ? `<p class="note" role="status">${note.text}</p>` : ""}
<p class="soft">Start an operation on a share. A watch finds it, and its channel is notified when it ends.</p>
${consoleForm(existing)}
<h2>Shares</h2>
<ul class="card" id="shares" data-live>
${rows || '<li class="empty" id="none">There is no share.</li>'}
</ul>
<h2>Jobs</h2>
<p class="soft">A job follows a script. Nobody knows of it until you register its id.</p>
<ul class="card">${Object.entries(SCRIPTS).map(scriptRow).join("\n")}</ul>
<h2>For programs</h2>
<ul class="card">${routes.join("\n")}</ul>`;
  const count = existing.length === 1 ? "1 share" : `${existing.length} shares`;
  return localPage({ name: "Cloud", links, count, main, ...(note && { status: note.status }) });
}

function consoleForm(existing: Share[]): string {
  const operations = OPERATIONS.map((name) => `<option>${name}</option>`).join("");
  const shares = existing.map(({ id, name }) => `<option value="${id}">${escaped(name)}</option>`).join("");
  return `<form class="card" method="post" action="/console">
<label>Operation <select name="operation">${operations}</select></label>
<label>Share <select name="share">${shares}</select></label>
<label class="check"><input type="checkbox" name="fails"> It fails</label>
<button>Start</button>
</form>`;
}

function scriptRow([name, { about }]: [string, { about: string }]): string {
  return `<li class="row">
<span><b>${escaped(name)}</b> <small>${escaped(about)}</small></span>
<form class="end" method="post" action="/console">
<button class="quiet" name="script" value="${escaped(name)}" aria-label="Start a job: ${escaped(name)}">Start</button>
</form>
</li>`;
}

function rowOf(share: Share, shares: Shares): string {
  const { word, kind } = stateOf(share, shares);
  return `<li id="s-${share.id}" data-version="${word}-${share.size}">
<div class="row"><b>${escaped(share.name)}</b> <span class="${kind}">${word}</span>
<span class="end">${share.size} GB</span></div>
<small><code>${share.id}</code></small>
</li>`;
}

function stateOf(share: Share, shares: Shares): { word: string; kind: string } {
  const { creation, change, deletion } = share;
  const [operation, run] = deletion
    ? ["delete", deletion]
    : change
      ? [change.operation, change]
      : (["create", creation] as const);
  if (shares.isBusy(share)) return { word: `${operation}: running`, kind: "running" };
  return run.fails ? { word: `${operation}: failed`, kind: "failed" } : { word: "available", kind: "available" };
}
