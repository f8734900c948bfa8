import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import { JOB_OPTIONS, type JobOption, OPTION_NAMES } from "../../../lib/domain/job/job-options.ts";
import { nounOf, SOURCE_NAMES, SOURCES } from "../../../lib/domain/job/sources.ts";
import type { FieldError } from "../http/problem.ts";
import { channelName } from "./display-text.ts";
import { type Html, layout } from "./layout.ts";
import type { Session } from "./session.ts";

export interface RegisterView {
  session: Session;
  channels: string[];
  /** The default channel. */
  byDefault?: string | undefined;
  kinds: Record<string, ChannelKind>;
  projects: string[];
  given: URLSearchParams;
  errors: FieldError[];
}

/** The options that are typed into a field. */
const TYPED = OPTION_NAMES.filter((name) => JOB_OPTIONS[name].help !== undefined);

/** Converts the form to a body of POST /jobs. Empty fields are omitted. */
export function registrationOf(form: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const channels = form.getAll("channels");
  const values = {
    jobId: text("jobId") ?? "",
    source: text("source"),
    projectId: text("projectId"),
    ...Object.fromEntries(TYPED.map((name) => [name, parsed(text(name), JOB_OPTIONS[name].format)])),
    channels: channels.length > 0 ? channels : undefined,
    verify: form.has("unknown") ? false : undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function parsed(written: string | undefined, format: JobOption["format"]): unknown {
  if (written === undefined) return undefined;
  if (format === "number") return Number(written);
  return format === "pairs" ? pairsOf(written) : written;
}

/** Parses "team=blue, env=prod". Invalid pairs are kept, so that the validation of POST /jobs reports them. */
function pairsOf(written: string): Record<string, string> {
  const pairs = written.split(",").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), value.join("=").trim()];
  });
  return Object.fromEntries(pairs);
}

export function registerPage(view: RegisterView): Html {
  const { session, projects, given, errors } = view;
  const main = html`<h1>Register a job</h1>
<p class="soft">
The job is checked at once. Its channels are notified when it finishes, fails, runs late or is lost.
</p>
<form class="form" method="post" action="/register" novalidate>
<input type="hidden" name="token" value="${session.formToken}"><br>
${errors.length > 0 && html`<p class="note" role="alert">Nothing was registered. ${otherErrors(errors)}</p>`}
${field(JOB_ID, view)}
${sourceChoice(given)}
${projects.length > 1 && projectChoice(projects, given)}
${channelChoice(view)}
${TYPED.map((name) => field({ name, ...JOB_OPTIONS[name] }, view))}
<p><label class="check">
<input type="checkbox" name="unknown"${given.has("unknown") && html` checked`}>
Track the job even if the cloud does not know it yet
</label></p>
<p><button class="main">Register</button></p>
</form>`;
  return layout({ title: "Register a job", session, at: "register", main });
}

interface Field {
  name: string;
  label: string;
  help?: string;
  format: JobOption["format"] | "id";
}

const JOB_ID: Field = {
  name: "jobId",
  label: "Job id",
  help: "The id that the cloud returned when the job started.",
  format: "id",
};

/** What the input accepts, by the format of the option. The validation of POST /jobs decides. */
const ATTRIBUTES = {
  id: html`required spellcheck="false" autocapitalize="off" maxlength="64"`,
  text: html`maxlength="120"`,
  number: html`inputmode="numeric" maxlength="5"`,
  url: html`inputmode="url" maxlength="500" placeholder="https://"`,
  pairs: html`spellcheck="false" autocapitalize="off" maxlength="1000"`,
  list: "",
} satisfies Record<Field["format"], Html | "">;

const FIELDS = ["jobId", "source", "projectId", ...OPTION_NAMES];

function errorOf(name: string, errors: FieldError[]): string | undefined {
  return errors.find(({ pointer }) => pointer.split("/")[1] === name)?.detail;
}

/** Returns the errors that belong to no field of the form. */
function otherErrors(errors: FieldError[]): string {
  return errors.flatMap(({ pointer, detail }) => (FIELDS.includes(pointer.split("/")[1] ?? "") ? [] : [detail])).join(" ");
}

function field({ name, label, help, format }: Field, { given, errors }: RegisterView): Html {
  const wrong = errorOf(name, errors);
  const description = `${name}-help${wrong ? ` ${name}-wrong` : ""}`;
  return html`<div>
<label for="${name}">${label}</label>
<small id="${name}-help">${help}</small>
<input id="${name}" name="${name}" value="${given.get(name) ?? ""}" aria-describedby="${description}"
${wrong && html`aria-invalid="true"`} ${ATTRIBUTES[format]}>
${wrong && html`<span class="wrong" id="${name}-wrong">${wrong}</span>`}
</div>`;
}

/** Offers the sources that a single id identifies. The others need the API. */
function sourceChoice(given: URLSearchParams): Html {
  const names = SOURCE_NAMES.filter((name) => Object.keys(SOURCES[name].fields).join() === "jobId");
  return html`<div>
<label for="source">Kind of job</label>
<select id="source" name="source">${names.map(
    (name) => html`<option value="${name}"${name === given.get("source") && html` selected`}>${nounOf(name)}</option>`,
  )}</select>
</div>`;
}

function projectChoice(projects: string[], given: URLSearchParams): Html {
  const chosen = given.get("projectId") ?? projects[0];
  return html`<div>
<label for="projectId">Project</label>
<select id="projectId" name="projectId">${projects.map(
    (id) => html`<option${id === chosen && html` selected`}>${id}</option>`,
  )}</select>
</div>`;
}

function channelChoice({ channels, byDefault, kinds, given, errors }: RegisterView): Html {
  const wrong = errorOf("channels", errors);
  const chosen = given.getAll("channels");
  const box = (name: string) => html`<label class="check">
<input type="checkbox" name="channels" value="${name}"${chosen.includes(name) && html` checked`}>
${channelName(name, kinds)}
</label>`;
  const defaultName = byDefault === undefined ? "none, since this key may not use any channel" : channelName(byDefault, kinds);
  return html`<fieldset>
<legend>Channels</legend>
${channels.map(box)}
<small class="soft">Default: ${defaultName}.</small>
${wrong && html`<span class="wrong">${wrong}</span>`}
</fieldset>`;
}
