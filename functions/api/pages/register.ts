import { html } from "hono/html";
import { JOB_OPTIONS, type JobOption, OPTION_NAMES } from "../../../lib/domain/job/job-options.ts";
import { DEFAULT_SOURCE, nounOf, SOURCE_NAMES, SOURCES, type SourceName } from "../../../lib/domain/job/sources.ts";
import type { FieldError } from "../http/problem.ts";
import { channelName } from "./display-text.ts";
import {
  channelChoice,
  choice,
  errorOf,
  type Field,
  type FormView,
  field,
  otherErrors,
  pairsOf,
  projectChoice,
  withoutEmpty,
  wrongText,
} from "./form-fields.ts";
import { FORM_PAGE_STYLE, type Html, layout } from "./layout.ts";

/** The options that are typed into a field. */
const TYPED = OPTION_NAMES.filter((name) => JOB_OPTIONS[name].help !== undefined);

/** Operations on shares first: the cloud's console shows the id of a share, but of no job. */
const OFFERED = ["sfs-turbo-share", "sfs-turbo-task", ...SOURCE_NAMES].filter(
  (name, index, all) => all.indexOf(name) === index,
) as SourceName[];

/** Converts the form to a body of POST /jobs. Empty fields, and those of other sources, are omitted. */
export function registrationOf(form: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const channels = form.getAll("channels");
  const own = referenceNames(text("source"));
  return withoutEmpty({
    source: text("source"),
    ...Object.fromEntries(own.map((name) => [name, text(name) ?? ""])),
    projectId: text("projectId"),
    ...Object.fromEntries(TYPED.map((name) => [name, parsed(text(name), JOB_OPTIONS[name].format)])),
    channels: channels.length > 0 ? channels : undefined,
    verify: form.has("unknown") ? false : undefined,
  });
}

/** Returns the fields that identify a job of this source. */
export function referenceNames(source: string = DEFAULT_SOURCE): string[] {
  const known = SOURCE_NAMES.find((name) => name === source) ?? DEFAULT_SOURCE;
  return Object.keys(SOURCES[known].fields);
}

function parsed(written: string | undefined, format: JobOption["format"]): unknown {
  if (written === undefined) return undefined;
  if (format === "number") return Number(written);
  return format === "pairs" ? pairsOf(written) : written;
}

export function registerPage(view: FormView): Html {
  const { session, errors } = view;
  const main = html`<h1>Register a job</h1>
<p class="soft">${notified(view)} when the job finishes, fails, runs late or is lost.</p>
<form class="form" method="post" action="/register" novalidate>
<input type="hidden" name="token" value="${session.formToken}">
${errors.length > 0 && html`<p class="note" role="alert">Nothing was registered. ${advice(errors)}</p>`}
${choice({ name: "source", label: "Kind of job", values: OFFERED, words: sourceWords }, view)}
${REFERENCES.map((reference) => referenceField(reference, view))}
${projectChoice(view)}
${options(view)}
<p><button class="main">Register</button></p>
</form>`;
  return layout({ title: "Register a job", session, at: "register", style: FORM_PAGE_STYLE, hasTimes: false, main });
}

function notified({ byDefault, kinds }: FormView): string {
  return byDefault === undefined ? "The channels that you choose are notified" : `${channelName(byDefault, kinds)} is notified`;
}

function advice(errors: FieldError[]): string {
  return otherErrors(errors, FIELDS) || "Correct the fields below.";
}

/** Open if one of them was used or is wrong. */
function options(view: FormView): Html {
  const { given, errors } = view;
  const isOpen = OPTIONAL.some((name) => given.get(name) || errorOf(name, errors) !== undefined);
  const names = ["channels", ...TYPED.map((name) => JOB_OPTIONS[name].label.toLowerCase())].join(", ");
  return html`<details class="more"${isOpen && html` open`}>
<summary>Options <small>${names}</small></summary>
<div>
${channelChoice(view)}
${TYPED.map((name) => field({ name, ...JOB_OPTIONS[name] }, view))}
<p>
<label class="check">
<input type="checkbox" name="unknown"${given.has("unknown") && html` checked`}>
Track the job even if the cloud does not know it yet
</label>
${wrongText("unknown", errorOf("unknown", errors))}
</p>
</div>
</details>`;
}

function sourceWords(source: string): string {
  return source === "sfs-turbo-share" ? "Operation on an SFS Turbo share" : nounOf(source);
}

interface Reference extends Pick<Field, "label" | "help"> {
  name: string;
  /** The values, if they are a choice. */
  words?: readonly string[];
}

/** In the order of the form. The style sheet hides those that do not belong to the chosen source (chosen-source.ts). */
const REFERENCES: Reference[] = [
  { name: "shareId", label: "Share id", help: "The UUID of the share, as the cloud's console shows it." },
  {
    name: "operation",
    label: "Operation",
    help: "What was started on the share.",
    words: wordsOf("sfs-turbo-share", "operation"),
  },
  {
    name: "feature",
    label: "Kind of task",
    help: "hpc-cache: import or export of data. dir-usage: usage of a directory.",
    words: wordsOf("sfs-turbo-task", "feature"),
  },
  { name: "taskId", label: "Task id", help: "The id that the cloud returned when the task started." },
  { name: "jobId", label: "Job id", help: "The id that the cloud returned when the job started." },
];

const OPTIONAL = [...OPTION_NAMES, "unknown"];
const FIELDS = ["source", ...REFERENCES.map(({ name }) => name), "projectId", ...OPTIONAL];

function wordsOf(source: SourceName, name: string): readonly string[] {
  const own = SOURCES[source].fields[name];
  return own && "words" in own ? own.words : [];
}

function referenceField({ name, label, help = "", words }: Reference, view: FormView): Html {
  const kind = `only-${name}`;
  if (words) return choice({ name, label, values: words, help, kind }, view);
  return field({ name, label, help, format: "id", kind }, view);
}
