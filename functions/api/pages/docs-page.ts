// Renders GET /docs: docs/openapi.json as HTML without scripts or external resources.

export interface Document {
  info: { title: string; version: string; summary: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

interface Described {
  tags: string[];
  summary: string;
  description?: string;
  parameters: { name: string; in: string; description?: string; example?: string; schema: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

interface Media {
  schema: Schema;
  examples?: Record<string, { summary: string; value: unknown }>;
}

interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2330, #dfe4ec); --soft: light-dark(#5a6577, #97a3b6);
  --paper: light-dark(#fff, #14181f); --raised: light-dark(#f5f7fa, #1b212b); --line: light-dark(#dde2ea, #2c3543);
  --get: light-dark(#0b62c4, #6db3ff); --post: light-dark(#14733a, #63d18c); --patch: light-dark(#8a5a00, #f0b957);
  --delete: light-dark(#b3261e, #ff8f86) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 54rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em } h1 small { color: var(--soft); font-size: 1rem; font-weight: 400 }
h2 { margin: 2.6rem 0 .7rem; font-size: 1.2rem } h2 small { color: var(--soft); font-size: .95rem; font-weight: 400 }
h3 { margin: 1.2rem 0 .3rem; font-size: .85rem; color: var(--soft); font-weight: 600 }
p { margin: .5rem 0 } .lead { color: var(--soft); font-size: 1.1rem }
a { color: var(--get) }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace } code { overflow-wrap: anywhere }
pre { margin: .4rem 0 .8rem; padding: .8rem 1rem; overflow: auto; max-height: 26rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px }
details { margin: .5rem 0; background: var(--raised); border: 1px solid var(--line); border-radius: 8px }
details details { background: none; border: 0; margin: .2rem 0 } details details summary { padding: .15rem 0; color: var(--soft); font-size: .9rem }
summary { display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; padding: .65rem 1rem; cursor: pointer; list-style: none }
summary::-webkit-details-marker { display: none }
summary:focus-visible { outline: 2px solid var(--get); outline-offset: 2px; border-radius: 8px }
summary span { color: var(--soft) } details > div { padding: 0 1rem 1rem } details details > div { padding: 0 }
details details summary::before { content: "\\25B8"; display: inline-block } details details[open] > summary::before { content: "\\25BE" }
b { min-width: 4.2rem; font: 600 .85rem ui-monospace, Menlo, Consolas, monospace }
.get { color: var(--get) } .post { color: var(--post) } .patch { color: var(--patch) } .delete { color: var(--delete) }
table { width: 100%; border-collapse: collapse; font-size: .92rem }
td { padding: .4rem .8rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top } td:first-child { width: 11rem }
`;

export function docsPage(document: Document): string {
  const { info, tags, components } = document;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)} API</title><style>${STYLE}</style></head><body><main>
<h1>${text(info.title)} <small>API ${text(info.version)}</small></h1>
<p class="lead">${text(info.summary)}</p>
<p>${prose(info.description)}</p>
<p>Download: <a href="openapi.json">openapi.json</a></p>
${tags.map((tag) => section(document, tag)).join("\n")}
<h2>Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) =>
      `<details id="${text(name)}"><summary><b>${text(name)}</b></summary><div>${fields(schema)}</div></details>`,
  )
  .join("\n")}
</main></body></html>`;
}

function section({ paths }: Document, tag: { name: string; description: string }): string {
  const own = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]) =>
      described.tags.includes(tag.name) ? [operation(method, path, described)] : [],
    ),
  );
  return `<h2>${text(tag.name)} <small>${text(tag.description)}</small></h2>\n${own.join("\n")}`;
}

function operation(method: string, path: string, described: Described): string {
  const { summary, description, parameters, requestBody, responses } = described;
  const parts = [
    description && `<p>${prose(description)}</p>`,
    parameters.length > 0 && `<h3>Parameters</h3>${table(parameters.map(parameterRow))}`,
    requestBody && `<h3>Body</h3>${Object.values(requestBody.content).map(media).join("")}`,
    `<h3>Responses</h3>${table(Object.entries(responses).map(responseRow))}`,
  ];
  return `<details><summary><b class="${text(method)}">${text(method.toUpperCase())}</b><code>${text(path)}</code><span>${text(summary)}</span></summary>
<div>${parts.filter(Boolean).join("")}</div></details>`;
}

function parameterRow({ name, in: place, description, schema, example }: Described["parameters"][number]): string[] {
  const notes = [description ? prose(description) : kind(schema), example && `for example <code>${text(example)}</code>`];
  return [`<code>${text(name)}</code>`, text(place), notes.filter(Boolean).join(" · ")];
}

function responseRow([status, { description, content = {} }]: [string, Described["responses"][string]]): string[] {
  return [`<code>${text(status)}</code>`, `${prose(description)}${Object.values(content).map(media).join("")}`];
}

function media({ schema, examples = {} }: Media): string {
  const rendered = Object.values(examples).map(
    ({ summary, value }) =>
      `<details><summary>${text(summary)}</summary><div><pre>${text(JSON.stringify(value, null, 2))}</pre></div></details>`,
  );
  return `${schema.$ref ? ` ${kind(schema)}` : ""}${rendered.join("")}`;
}

function fields(schema: Schema): string {
  const { properties, required = [] } = schema;
  if (!properties) return `<p>${kind(schema)}</p>`;
  const rows = Object.entries(properties).map(([name, property]) => [
    `<code>${text(name)}</code>${required.includes(name) ? "" : " ?"}`,
    [kind(property), property.description && text(property.description)].filter(Boolean).join(" · "),
  ]);
  return table(rows);
}

function kind(schema: Schema): string {
  const { $ref, type, format, items, properties, additionalProperties } = schema;
  const name = $ref?.split("/").at(-1);
  if (name) return `<a href="#${text(name)}">${text(name)}</a>`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(kind).join(" or ");
  if (schema.enum) return schema.enum.map((value) => `<code>${text(String(value))}</code>`).join(" ");
  if (schema.const !== undefined) return `<code>${text(String(schema.const))}</code>`;
  if (items) return `list of ${kind(items)}`;
  if (properties) return fields(schema);
  if (typeof additionalProperties === "object") return `map of ${kind(additionalProperties)}`;
  return text([format ?? type ?? "any", bounds(schema)].filter(Boolean).join(", "));
}

function bounds({ minimum, maximum, maxLength, default: defaultValue }: Schema): string {
  const range = minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : "";
  const length = maxLength !== undefined ? `at most ${maxLength} characters` : "";
  return [range, length, defaultValue === undefined ? "" : `default ${defaultValue}`].filter(Boolean).join(", ");
}

function table(rows: string[][]): string {
  return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;
}

/** Escapes text and renders `code` in back-ticks. */
function prose(markdown: string): string {
  return text(markdown).replace(/`([^`]*)`/g, "<code>$1</code>");
}

function text(value: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
