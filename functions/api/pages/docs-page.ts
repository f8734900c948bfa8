import { html, raw } from "hono/html";
import type { Html } from "./layout.ts";

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

export const STYLE = `
:root { color-scheme: light dark; background: canvas; color: canvastext }
body { max-width: 54rem; margin: 2rem auto; padding: 0 1.25rem; font: 16px/1.5 system-ui, sans-serif }
code, pre { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
details { margin: .4rem 0 } details > div { padding-left: 1.1rem } summary { cursor: pointer }
dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .3rem 1rem } dd { margin: 0; min-width: 0 }
`;

export function docsPage({ info, tags, paths, components }: Document): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${info.title} API</title><style>${raw(STYLE)}</style>
</head>
<body><main>
<h1>${info.title} API ${info.version}</h1>
<p>${info.summary}</p>
<p>${prose(info.description)}</p>
<p>Download: <a href="openapi.json">openapi.json</a></p>
${tags.map(({ name, description }) => [
  html`<h2>${name}: ${description}</h2>`,
  operations.filter((operation) => operation.tags.includes(name)).map(operationDetails),
])}
<h2>Schemas</h2>
${Object.entries(components.schemas).map(schemaDetails)}
</main></body>
</html>`;
}

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
  return details(html`<b>${method}</b> <code>${path}</code> ${summary}`, text);
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
