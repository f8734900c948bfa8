import { type Field, type Group, groupsOf, type Part } from "./message-parts.ts";
import type { Node } from "./mrkdwn.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const TAGS = { bold: "strong", italic: "em", strike: "s", quote: "blockquote" } as const;

/** Renders a message as Slack would, with times in UTC. The payload's content becomes text, never markup. */
export function renderHtml(payload: unknown, now: number): string {
  return groupsOf(payload, now).map(groupHtml).join("");
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}

function groupHtml({ color, parts }: Group): string {
  const inside = parts.map(partHtml).join("");
  if (color === undefined) return `<div class="top">${inside}</div>`;
  // An SVG, because the page's policy forbids style attributes.
  const bar = `<rect width="100%" height="100%" fill="${escapeHtml(color)}"/>`;
  return `<div class="attachment"><svg class="bar" aria-hidden="true">${bar}</svg><div>${inside}</div></div>`;
}

function partHtml(part: Part): string {
  switch (part.kind) {
    case "header":
      return `<h3>${nodesHtml(part.nodes)}</h3>`;
    case "text":
    case "context":
      return `<div class="${part.kind}">${nodesHtml(part.nodes)}</div>`;
    case "fields":
      return `<div class="fields">${part.fields.map(fieldHtml).join("")}</div>`;
    case "divider":
      return "<hr>";
  }
}

function fieldHtml({ label, nodes }: Field): string {
  const name = label === undefined ? "" : `<b>${nodesHtml(label)}</b>`;
  return `<div class="field">${name}<div>${nodesHtml(nodes)}</div></div>`;
}

function nodesHtml(nodes: Node[]): string {
  return nodes.map(nodeHtml).join("");
}

function nodeHtml(node: Node): string {
  switch (node.kind) {
    case "text":
      return escapeHtml(node.text).replaceAll("\n", "<br>");
    case "bold":
    case "italic":
    case "strike":
    case "quote":
      return `<${TAGS[node.kind]}>${nodesHtml(node.nodes)}</${TAGS[node.kind]}>`;
    case "code":
      return `<code>${escapeHtml(node.text)}</code>`;
    case "fence":
      return `<pre>${escapeHtml(node.text)}</pre>`;
    case "mention":
    case "date":
      return `<span class="${node.kind}">${escapeHtml(node.text)}</span>`;
    case "link":
      return linkHtml(node.url, node.text);
  }
}

function linkHtml(url: string, text: string): string {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== "https:" && protocol !== "http:") return escapeHtml(text);
  return `<a href="${escapeHtml(url)}" rel="noopener noreferrer" target="_blank">${escapeHtml(text)}</a>`;
}
