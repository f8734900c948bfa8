import { oneLine } from "../../domain/one-line.ts";

// Makes a value from outside harmless in a Slack message. Slack takes entities for `&`, `<` and `>`; nothing escapes its
// other marks, so a combining grapheme joiner, which is invisible, keeps them from marking anything.
const JOINER = "\u034f";
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** One character of a text, as Slack is to show it. */
type Encode = (points: string[], index: number) => string;

/**
 * A value as mrkdwn that shows its characters and nothing else: no mention, link, emoji or format.
 * `limit`: the most characters that it may take in the message, as JSON, with the ending that says what was cut.
 */
export function mrkdwn(value: string, limit: number): string {
  return cut(oneLine(value), limit, mrkdwnPoint);
}

/** A value for a plain_text object, where Slack reads entities but no marks; hosts are parted in case somebody links them. The limit counts as in `mrkdwn`. */
export function plainText(value: string, limit: number): string {
  return cut(oneLine(value), limit, plainPoint);
}

/** A link, where the URL is one that a browser opens and that fits whole. */
export function link(url: string, label: string, limit: number): string | undefined {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "https:" && parsed?.protocol !== "http:") return undefined;
  const safe = parsed.href.replaceAll(/[<>|"\\]/gu, encodeURIComponent).replaceAll("&", "&amp;");
  return safe.length > limit ? undefined : `<${safe}|${label}>`;
}

function cut(value: string, limit: number, encode: Encode): string {
  const points = Array.from(value);
  const pieces = points.slice(0, limit + 1).map((_, index) => encode(points, index));
  if (points.length <= limit && pieces.reduce((sum, piece) => sum + jsonLength(piece), 0) <= limit) return pieces.join("");
  let limits = limit - ending(points.length).length;
  const kept = pieces.findIndex((piece) => {
    limits -= jsonLength(piece);
    return limits < 0;
  });
  return pieces.slice(0, kept).join("") + ending(points.length - kept);
}

function ending(characters: number): string {
  return `… (+${characters} characters)`;
}

function jsonLength(piece: string): number {
  return piece === '"' || piece === "\\" ? 2 : piece.length;
}

function mrkdwnPoint(points: string[], index: number): string {
  const point = points[index] ?? "";
  if (point === "`") return "'";
  return meta(points, index) ? character(point) : entity(point);
}

function plainPoint(points: string[], index: number): string {
  const point = points[index] ?? "";
  return links(points, index) ? character(point) : entity(point);
}

/** Whether Slack may take a character for a mark. `_` inside a word is none, and stays as it is for whoever copies it. */
function meta(points: string[], index: number): boolean {
  const [point, before = ""] = [points[index], points[index - 1]];
  switch (point) {
    case "*":
    case "~":
      return true;
    case "_":
      return !/[\p{L}\p{N}]/u.test(before);
    case ">":
      return before === "";
    default:
      return links(points, index);
  }
}

/** Whether a link or an emoji by name may go on behind a character. */
function links(points: string[], index: number): boolean {
  const [point, before = "", after = ""] = [points[index], points[index - 1], points[index + 1]];
  if (point === ":") return after !== "" && after !== " ";
  return point === "." && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{M}]/u.test(after) && !isInCode(points, index);
}

/** The dots of `SFS.TURBO.0010` part no host from its domain, and people search for such codes. */
function isInCode(points: string[], index: number): boolean {
  return /^[A-Z]+\.\d/.test(points.slice(index + 1, index + 30).join(""));
}

/** An opening mark does not count after the joiner; colon and dot must be parted from what follows (`://`, `:fire:`, `a.example`). */
function character(point: string): string {
  return point === ":" || point === "." ? point + JOINER : JOINER + entity(point);
}

function entity(point: string): string {
  return ENTITIES[point] ?? point;
}
