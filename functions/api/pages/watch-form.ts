import { html } from "hono/html";
import { listedOperations, pluralOf, WATCHABLE_SOURCES, type WatchableSource } from "../../../lib/domain/job/sources.ts";
import {
  box,
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
import type { Html } from "./layout.ts";

/** Converts the form to a body of POST /watches. Empty fields, and those of the other source, are omitted. */
export function watchOrderOf(form: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const all = (name: string) => (form.getAll(name).length > 0 ? form.getAll(name) : undefined);
  const source = text("source");
  const [names, tags] = [text("names"), text("tags")];
  return withoutEmpty({
    source,
    projectId: text("projectId"),
    operations: all(`operations-${source}`),
    names: names?.split(",").map((name) => name.trim()),
    tags: tags && source !== "cbr-log" ? pairsOf(tags) : undefined,
    channels: all("channels"),
  });
}

const NAMES: Field = {
  name: "names",
  label: "Names",
  help: "Optional. Patterns for the name of the share or the backed-up resource: data-*, home-??",
  format: "list",
};
const TAGS: Field = {
  name: "tags",
  label: "Tags",
  help: "Optional. The share must have all of them, for example team=blue, env=prod",
  format: "pairs",
  kind: "only-sfs-turbo-share",
};

const FIELDS = ["source", "projectId", "operations", "names", "tags", "channels"];

export function watchForm(view: FormView): Html {
  const { session, errors } = view;
  const words = (source: string) => pluralOf(source as WatchableSource);
  return html`<section aria-labelledby="h-add">
<h2 id="h-add">Add a watch</h2>
<form class="form" method="post" action="/watches/action" novalidate>
<input type="hidden" name="token" value="${session.formToken}">
${errors.length > 0 && html`<p class="note" role="alert">Nothing was added. ${otherErrors(errors, FIELDS)}</p>`}
${choice({ name: "source", label: "What to watch", values: WATCHABLE_SOURCES, words }, view)}
${projectChoice(view)}
${WATCHABLE_SOURCES.map((source) => operationChoice(source, view))}
${field(NAMES, view)}
${field(TAGS, view)}
${channelChoice(view)}
<p><button class="main" name="verb" value="add">Add the watch</button></p>
</form>
</section>`;
}

function operationChoice(source: WatchableSource, { given, errors }: FormView): Html {
  const name = `operations-${source}`;
  const chosen = given.getAll(name);
  return html`<fieldset class="only-${source}">
<legend>Operations</legend>
${listedOperations(source).map((operation) => box(name, operation, chosen.includes(operation), operation))}
<small class="soft">Default: all.</small>
${wrongText(name, errorOf("operations", errors))}
</fieldset>`;
}
