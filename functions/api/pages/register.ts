import { html } from "hono/html";
import { JOB_OPTIONS, type JobOption, OPTION_NAMES } from "../../../lib/domain/job/job-options.ts";
import { DEFAULT_SOURCE, nounOf, SOURCE_NAMES, SOURCES, type SourceName } from "../../../lib/domain/job/sources.ts";
import {
  channelChoice,
  choice,
  type Field,
  type FormView,
  field,
  otherErrors,
  pairsOf,
  projectChoice,
  withoutEmpty,
} from "./form-fields.ts";
import { type Html, layout } from "./layout.ts";

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
  const { session, given, errors } = view;
  const main = html`<h1>Register a job</h1>
<p class="soft">
The job is checked at once. Its channels are notified when it finishes, fails, runs late or is lost.
</p>
<form class="form" method="post" action="/register" novalidate>
<input type="hidden" name="token" value="${session.formToken}"><br>
${errors.length > 0 && html`<p class="note" role="alert">Nothing was registered. ${otherErrors(errors, FIELDS)}</p>`}
${choice({ name: "source", label: "Kind of job", values: OFFERED, words: sourceWords }, view)}
${REFERENCES.map((reference) => referenceField(reference, view))}
${projectChoice(view)}
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

const FIELDS = ["source", ...REFERENCES.map(({ name }) => name), "projectId", ...OPTION_NAMES];

function wordsOf(source: SourceName, name: string): readonly string[] {
  const own = SOURCES[source].fields[name];
  return own && "words" in own ? own.words : [];
}

function referenceField({ name, label, help = "", words }: Reference, view: FormView): Html {
  const kind = `only-${name}`;
  if (words) return choice({ name, label, values: words, help, kind }, view);
  return field({ name, label, help, format: "id", kind }, view);
}
