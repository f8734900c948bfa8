import { html } from "hono/html";
import { type Html, layout } from "./layout.ts";
import { STYLE } from "./style.ts";

// Renders GET /docs: docs/openapi.json as HTML without scripts or external resources.

export interface Document {
  info: { title: string; version: string; summary: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

interface Operation {
  tags: string[];
  summary: string;
  description?: string;
  parameters: { name: string; description?: string; schema: object }[];
  requestBody?: Body;
  responses: Record<string, Body & { description: string }>;
}

interface Body {
  content?: Record<string, { schema: { $ref?: string }; examples?: Record<string, { summary: string; value: unknown }> }>;
}

const DOCS_STYLE = `
.api { padding: 0 }
.api > details, .api > div { padding: .6rem 1.1rem; border-top: 1px solid var(--line) }
.api > :first-child { border-top: 0 }
.api summary { color: var(--ink) }
.api summary b { display: inline-block; min-width: 4rem; font-size: .8rem; letter-spacing: .03em; color: var(--accent) }
.api summary > code { margin-right: .6rem; font-weight: 600 }
.api summary > span { color: var(--soft) }
.api details details { margin: .3rem 0 }
.api h3 { font-size: .9rem; margin: 1.1rem 0 .4rem }
pre {
  font: .84em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--ground); border: 1px solid var(--line); border-radius: 7px; padding: .6rem .8rem; margin: .5rem 0;
}
@media (max-width: 44rem) {
  .api summary > span { display: block; padding-left: .9rem }
}
h2 { scroll-margin-top: 1rem }
h2::first-letter { text-transform: uppercase }
`;

/** The style sheet of the page. Its Content-Security-Policy contains its hash. */
export const DOCS_PAGE_STYLE = `${STYLE}${DOCS_STYLE}`;

export function docsPage({ info, tags, paths, components }: Document): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
  const main = html`<h1>API reference</h1>
<p class="soft">${info.title} ${info.version}. ${info.summary}.</p>
<p>${prose(info.description)}</p>
<p>
<a href="#command-line">Command line</a> · <a href="#schemas">Schemas</a> ·
<a href="/openapi.json" download>Download openapi.json</a>
</p>
${tags.map(({ name, description }) => [
  html`<h2 id="${name}">${name} <small>${description}</small></h2>`,
  html`<div class="card api">
${operations.filter((operation) => operation.tags.includes(name)).map(operationDetails)}
</div>`,
])}
<h2 id="schemas">Schemas</h2>
<div class="card api">${Object.entries(components.schemas).map(schemaDetails)}</div>
${COMMAND_LINE}`;
  return layout({ title: "API reference", at: "docs", style: DOCS_PAGE_STYLE, hasTimes: false, main });
}

const COMMAND_LINE = html`<h2 id="command-line">Command line</h2>
<div class="card">
<p>One file without dependencies, for Node 20 or later: <a href="/jobwatch.mjs" download>Download jobwatch.mjs</a>.</p>
<p>Set <code>JOBWATCH_URL</code> to the address of this site and <code>JOBWATCH_KEY</code> to your API key. Then:</p>
<pre>node jobwatch.mjs list
node jobwatch.mjs help</pre>
</div>`;

function schemaDetails([name, schema]: [string, object]): Html {
  return html`<div id="${name}">${details(name, json(schema))}</div>`;
}

function operationDetails(operation: Operation & { method: string; path: string }): Html {
  const { method, path, summary, description = "", parameters, requestBody, responses } = operation;
  const parameterRows = parameters.map((parameter) =>
    row(parameter.name, html`${prose(parameter.description ?? "")} <code>${JSON.stringify(parameter.schema)}</code>`),
  );
  const responseRows = Object.entries(responses).map(([status, response]) =>
    row(status, html`${prose(response.description)} ${body(response)}`),
  );
  const text = html`<p>${prose(description)}</p>
${parameters.length > 0 && html`<h3>Parameters</h3><dl>${parameterRows}</dl>`}
${requestBody && html`<h3>Body</h3>${body(requestBody)}`}
<h3>Responses</h3><dl>${responseRows}</dl>`;
  return details(html`<b>${method}</b> <code>${path}</code> <span>${summary}</span>`, text);
}

function body({ content = {} }: Body): Html[] {
  return Object.values(content).map(({ schema, examples = {} }) => {
    const name = schema.$ref?.split("/").at(-1);
    const shown = Object.values(examples).map(({ summary, value }) => details(summary, json(value)));
    return html`${name && html`<a href="#${name}">${name}</a>`}${shown}`;
  });
}

function json(value: unknown): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

function row(term: string, description: Html): Html {
  return html`<dt><code>${term}</code></dt><dd>${description}</dd>`;
}

function details(summary: Html | string, text: Html): Html {
  return html`<details><summary>${summary}</summary><div>${text}</div></details>`;
}

/** Puts what stands in back-ticks into code elements. */
function prose(markdown: string): (Html | string)[] {
  return markdown.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
