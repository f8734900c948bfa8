import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import type { JobOption } from "../../../lib/domain/job/job-options.ts";
import type { Services } from "../../../lib/services.ts";
import type { FieldError } from "../http/problem.ts";
import { nameableChannels, visibleProjects } from "../http/rights.ts";
import { channelName } from "./display-text.ts";
import type { Html } from "./layout.ts";
import type { Session } from "./session.ts";

// The parts of a form: its fields, with the values that were sent and the errors of the API next to them.

export interface FormView {
  session: Session;
  channels: string[];
  /** The default channel. */
  byDefault?: string | undefined;
  kinds: Record<string, ChannelKind>;
  projects: string[];
  /** What was sent. */
  given: URLSearchParams;
  errors: FieldError[];
}

/** Returns what the session's key may choose, in a form that was not sent yet. */
export function emptyForm({ config }: Services, session: Session): FormView {
  const { names: channels, byDefault } = nameableChannels(config, session.key);
  const projects = visibleProjects(config, session.key).ids;
  return { session, channels, byDefault, kinds: config.channelKinds, projects, given: new URLSearchParams(), errors: [] };
}

export interface Field {
  name: string;
  label: string;
  help?: string | undefined;
  format: JobOption["format"] | "id";
  /** The class of the field. */
  kind?: string;
}

/** What the input accepts, by the format of the option. The validation of the API decides. */
const ATTRIBUTES = {
  id: html`required spellcheck="false" autocapitalize="off" maxlength="64"`,
  text: html`maxlength="120"`,
  number: html`inputmode="numeric" maxlength="5"`,
  url: html`inputmode="url" maxlength="500" placeholder="https://"`,
  pairs: html`spellcheck="false" autocapitalize="off" maxlength="1000"`,
  list: html`spellcheck="false" autocapitalize="off" maxlength="2700"`,
} satisfies Record<Field["format"], Html | "">;

export function field({ name, label, help, format, kind = "" }: Field, { given, errors }: FormView): Html {
  const wrong = errorOf(name, errors);
  return html`<div class="${kind}">
<label for="${name}">${label}</label>
<small id="${name}-help">${help}</small>
<input id="${name}" name="${name}" value="${given.get(name) ?? ""}" ${description(name, wrong)} ${ATTRIBUTES[format]}>
${wrongText(name, wrong)}
</div>`;
}

export interface Choice {
  name: string;
  label: string;
  values: readonly string[];
  /** Returns the text of a value; by default the value. */
  words?(value: string): string;
  help?: string;
  kind?: string;
}

export function choice({ name, label, values, words = (value) => value, help, kind = "" }: Choice, view: FormView): Html {
  const chosen = view.given.get(name);
  const wrong = errorOf(name, view.errors);
  const option = (value: string) =>
    html`<option value="${value}"${value === chosen && html` selected`}>${words(value)}</option>`;
  return html`<div class="${kind}">
<label for="${name}">${label}</label>
${help !== undefined && html`<small id="${name}-help">${help}</small>`}
<select id="${name}" name="${name}" ${description(name, wrong, help !== undefined)}>${values.map(option)}</select>
${wrongText(name, wrong)}
</div>`;
}

/** Empty if the key may use only one project. */
export function projectChoice(view: FormView): Html | "" {
  if (view.projects.length <= 1) return "";
  return choice({ name: "projectId", label: "Project", values: view.projects }, view);
}

export function channelChoice({ channels, byDefault, kinds, given, errors }: FormView): Html {
  const chosen = given.getAll("channels");
  const defaultName = byDefault === undefined ? "none, since this key may not use any channel" : channelName(byDefault, kinds);
  const boxes = channels.map((name) => box("channels", name, chosen.includes(name), channelName(name, kinds)));
  return html`<fieldset>
<legend>Channels</legend>
${boxes}
<small class="soft">Default: ${defaultName}.</small>
${wrongText("channels", errorOf("channels", errors))}
</fieldset>`;
}

export function box(name: string, value: string, isChecked: boolean, words: string): Html {
  return html`<label class="check">
<input type="checkbox" name="${name}" value="${value}"${isChecked && html` checked`}>
${words}
</label>`;
}

export function errorOf(name: string, errors: FieldError[]): string | undefined {
  return errors.find(({ pointer }) => pointer.split("/")[1] === name)?.detail;
}

/** Returns the errors that belong to no field of the form. */
export function otherErrors(errors: FieldError[], fields: string[]): string {
  return errors.flatMap(({ pointer, detail }) => (fields.includes(pointer.split("/")[1] ?? "") ? [] : [detail])).join(" ");
}

/** Parses "team=blue, env=prod". Invalid pairs are kept, so that the validation of the API reports them. */
export function pairsOf(written: string): Record<string, string> {
  const pairs = written.split(",").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), value.join("=").trim()];
  });
  return Object.fromEntries(pairs);
}

/** Returns the fields that have a value. */
export function withoutEmpty(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function description(name: string, wrong: string | undefined, hasHelp = true): Html | "" {
  const ids = [...(hasHelp ? [`${name}-help`] : []), ...(wrong ? [`${name}-wrong`] : [])].join(" ");
  return ids && html`aria-describedby="${ids}"${wrong && html` aria-invalid="true"`}`;
}

export function wrongText(name: string, wrong: string | undefined): Html | "" {
  return wrong ? html`<span class="wrong" id="${name}-wrong">${wrong}</span>` : "";
}
