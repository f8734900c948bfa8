import { stripVTControlCharacters } from "node:util";
import { type Field, type Group, groupsOf, type Part } from "./message-parts.ts";
import type { Node } from "./mrkdwn.ts";

export interface TextOptions {
  /** Adds terminal escape sequences. */
  color?: boolean;
  /** Columns. */
  width?: number;
  /** The time for words such as "today". */
  now?: number;
}

type Style = "bold" | "dim" | "italic" | "underline" | "strike" | "cyan" | "yellow";
type Paint = (style: Style, text: string) => string;

const CODES: Record<Style, [on: number, off: number]> = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  strike: [9, 29],
  cyan: [36, 39],
  yellow: [33, 39],
};

/** Renders a Slack message for a terminal, with times in UTC. */
export function renderText(payload: unknown, { color = false, width = 100, now = Date.now() }: TextOptions = {}): string {
  const paint: Paint = color ? painted : (_, text) => text;
  return groupsOf(payload, now)
    .flatMap((group) => groupLines(group, paint, color, width))
    .join("\n");
}

function groupLines(group: Group, paint: Paint, color: boolean, width: number): string[] {
  const lines = group.parts.flatMap((part) => partLines(part, paint, width - 2));
  const bar = group.color === undefined ? " " : color ? `\x1b[38;2;${rgb(group.color)}m┃\x1b[39m` : "┃";
  return lines.map((line) => `${bar} ${line}`.trimEnd());
}

function partLines(part: Part, paint: Paint, width: number): string[] {
  switch (part.kind) {
    case "header":
      return wrap(paint("bold", inline(part.nodes, paint)), width);
    case "text":
      return wrap(inline(part.nodes, paint), width);
    case "context":
      return wrap(paint("dim", inline(part.nodes, paint)), width);
    case "fields":
      return fieldLines(part.fields, paint, width);
    case "divider":
      return [paint("dim", "─".repeat(Math.min(width, 40)))];
  }
}

function fieldLines(fields: Field[], paint: Paint, width: number): string[] {
  const labels = fields.map(({ label }) => (label === undefined ? "" : inline(label, (_, text) => text)));
  const column = Math.max(...labels.map((label) => label.length)) + 2;
  return fields.flatMap(({ label, nodes }, index) => {
    if (label === undefined) return wrap(inline(nodes, paint), width);
    const name = labels[index] ?? "";
    const start = paint("dim", name) + " ".repeat(column - name.length);
    return wrap(inline(nodes, paint), width - column).map((line, row) => (row === 0 ? start : " ".repeat(column)) + line);
  });
}

function inline(nodes: Node[], paint: Paint): string {
  return nodes.reduce((text, node) => {
    if (node.kind !== "fence" && node.kind !== "quote") return text + nodeText(node, paint);
    const start = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${start}${nodeText(node, paint)}\n`;
  }, "");
}

function nodeText(node: Node, paint: Paint): string {
  switch (node.kind) {
    case "text":
      return harmless(node.text);
    case "bold":
    case "italic":
    case "strike":
      return paint(node.kind, inline(node.nodes, paint));
    case "quote":
      return inline(node.nodes, paint).replaceAll(/^/gmu, `${paint("dim", "▏")} `);
    case "code":
      return paint("cyan", harmless(node.text));
    case "fence":
      return paint("cyan", harmless(node.text).replaceAll(/^/gmu, "  "));
    case "mention":
      return paint("yellow", harmless(node.text));
    case "date":
      return harmless(node.text);
    case "link":
      return linkText(harmless(node.text), harmless(node.url), paint);
  }
}

function linkText(text: string, url: string, paint: Paint): string {
  return text === url ? paint("underline", url) : `${text} (${paint("underline", url)})`;
}

/** Styles each word separately, so that no style continues into the next line's bar. */
function painted(style: Style, text: string): string {
  const [on, off] = CODES[style];
  return text.replaceAll(/\S+/gu, (word) => `\x1b[${on}m${word}\x1b[${off}m`);
}

/** Removes control and invisible characters: no outside text may move the cursor or colour the terminal. */
function harmless(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}|[\u034f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, "");
}

/** Breaks lines only between words, so that ids and links can be copied. */
function wrap(text: string, width: number): string[] {
  return text
    .replaceAll(/^\n+|\n+$/gu, "")
    .split("\n")
    .flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines = [""];
  for (const piece of line.split(/(?<=\s)(?=\S)/u)) {
    const last = lines.at(-1) ?? "";
    const length = stripVTControlCharacters(last + piece.trimEnd()).length;
    if (last === "" || length <= width) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  return lines.map((wrapped) => wrapped.trimEnd());
}

function rgb(color: string): string {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(";");
}
