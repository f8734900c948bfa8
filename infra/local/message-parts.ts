import { dig } from "./listen.ts";
import { decode, type Node, parseMrkdwn } from "./mrkdwn.ts";

/** A message as parts that are shown one below the other. */
export interface Group {
  /** `#rrggbb` of the bar on the left; absent if there is none. */
  color?: string;
  parts: Part[];
}

export type Part =
  | { kind: "header" | "text" | "context"; nodes: Node[] }
  | { kind: "fields"; fields: Field[] }
  | { kind: "divider" };

/** A leading bold line becomes the field's label. */
export interface Field {
  label?: Node[];
  nodes: Node[];
}

const NAMED: Record<string, string> = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
const HEX = /^#[0-9a-f]{6}$/iu;

/** As in Slack, the top-level text is shown only if there are no top-level blocks. */
export function groupsOf(payload: unknown, now: number): Group[] {
  const blocks = list(dig(payload, "blocks"));
  const text = dig(payload, "text");
  const top = blocks.length > 0 ? blocks.flatMap((block) => partsOf(block, now)) : textParts(text, now);
  const attached = list(dig(payload, "attachments")).map((attachment) => attachmentGroup(attachment, now));
  return [{ parts: top }, ...attached].filter(({ parts }) => parts.length > 0);
}

function attachmentGroup(attachment: unknown, now: number): Group {
  const blocks = list(dig(attachment, "blocks"));
  const texts = ["pretext", "title", "text"].flatMap((name) => textParts(dig(attachment, name), now));
  return {
    color: colorOf(dig(attachment, "color")),
    parts: blocks.length > 0 ? blocks.flatMap((block) => partsOf(block, now)) : texts,
  };
}

function colorOf(color: unknown): string {
  if (typeof color !== "string") return "#dddddd";
  return NAMED[color] ?? (HEX.test(color) ? color : "#dddddd");
}

function partsOf(block: unknown, now: number): Part[] {
  switch (dig(block, "type")) {
    case "divider":
      return [{ kind: "divider" }];
    case "header":
      return [{ kind: "header", nodes: nodesOf(dig(block, "text"), now) }];
    case "section":
      return sectionParts(dig(block, "text"), list(dig(block, "fields")), now);
    case "context":
      return [{ kind: "context", nodes: joined(list(dig(block, "elements")), now) }];
    case "actions":
      return [{ kind: "text", nodes: list(dig(block, "elements")).flatMap((element) => buttonNodes(element, now)) }];
    default:
      return [{ kind: "context", nodes: [{ kind: "text", text: `[${String(dig(block, "type"))}]` }] }];
  }
}

function sectionParts(text: unknown, fields: unknown[], now: number): Part[] {
  const shown: Part[] = text === undefined ? [] : [{ kind: "text", nodes: nodesOf(text, now) }];
  return fields.length === 0
    ? shown
    : [...shown, { kind: "fields", fields: fields.map((field) => fieldOf(nodesOf(field, now))) }];
}

function fieldOf(nodes: Node[]): Field {
  const [first, second, ...rest] = nodes;
  if (first?.kind !== "bold" || second?.kind !== "text" || !second.text.startsWith("\n")) return { nodes };
  const after = second.text.slice(1);
  return { label: first.nodes, nodes: after === "" ? rest : [{ kind: "text", text: after }, ...rest] };
}

function joined(elements: unknown[], now: number): Node[] {
  return elements.flatMap((element, index) => {
    const nodes: Node[] =
      dig(element, "type") === "image" ? [{ kind: "text", text: String(dig(element, "alt_text")) }] : nodesOf(element, now);
    return index === 0 ? nodes : [{ kind: "text", text: "  " }, ...nodes];
  });
}

function buttonNodes(element: unknown, now: number): Node[] {
  const url = dig(element, "url");
  const label = nodesOf(dig(element, "text"), now).map((node) => ("text" in node ? node.text : ""));
  const text = `[ ${label.join("")} ]`;
  return [typeof url === "string" ? { kind: "link", url, text } : { kind: "text", text }, { kind: "text", text: " " }];
}

function nodesOf(object: unknown, now: number): Node[] {
  const text = dig(object, "text");
  if (typeof text !== "string") return [];
  // Plain text has entities but no formatting.
  return dig(object, "type") === "plain_text" ? [{ kind: "text", text: decode(text) }] : parseMrkdwn(text, now);
}

function textParts(text: unknown, now: number): Part[] {
  return typeof text === "string" && text !== "" ? [{ kind: "text", nodes: parseMrkdwn(text, now) }] : [];
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
