import { isIdOf } from "../../domain/job/sources.ts";
import { oneLine } from "../../domain/one-line.ts";

// Makes an outside value harmless in a Slack message. Slack has entities for `&`, `<` and `>` only. Its other formatting
// characters cannot be escaped, so an invisible combining grapheme joiner disables them.
const JOINER = "\u034f";
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Encodes one character of a text. */
type Encode = (points: string[], index: number) => string;

/**
 * Returns the value as mrkdwn without any mention, link, emoji or format.
 * `limit`: maximum characters as JSON, including the ending that says how many were cut.
 */
export function mrkdwn(value: string, limit: number): string {
  return cut(oneLine(value), limit, mrkdwnPoint);
}

/** Returns the value for a plain_text object: Slack decodes entities there but no formatting. Host names are broken up so that no client links them. */
export function plainText(value: string, limit: number): string {
  return cut(oneLine(value), limit, plainPoint);
}

/** Returns a link, or undefined if the URL is not http(s) or exceeds the limit. */
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
  let left = limit - ending(points.length).length;
  const kept = pieces.findIndex((piece) => {
    left -= jsonLength(piece);
    return left < 0;
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
  return isFormatting(points, index) ? disarmed(point) : entity(point);
}

function plainPoint(points: string[], index: number): string {
  const point = points[index] ?? "";
  return canLink(points, index) ? disarmed(point) : entity(point);
}

/** Whether Slack may read the character as formatting. `_` inside a word is safe and stays, so that names can be copied. */
function isFormatting(points: string[], index: number): boolean {
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
      return canLink(points, index);
  }
}

/** Whether the character may be part of a link or an emoji name. */
function canLink(points: string[], index: number): boolean {
  const [point, before = "", after = ""] = [points[index], points[index - 1], points[index + 1]];
  if (point === ":") return after !== "" && after !== " ";
  return point === "." && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{M}]/u.test(after) && !isInCode(points, index);
}

/** The dots of `SFS.TURBO.0010` and of a share's job id form no host name, and people search for such codes. */
function isInCode(points: string[], index: number): boolean {
  const after = points.slice(index + 1, index + 30).join("");
  if (/^[A-Z]+\.\d/.test(after)) return true;
  const operation = /^[a-z-]+\.\d{1,6}/.exec(after)?.[0];
  return isIdOf("sfs-turbo-share", `${points.slice(Math.max(index - 36, 0), index).join("")}.${operation}`);
}

/** The joiner goes before a formatting character, but after a colon or dot (`://`, `:fire:`, `a.example`). */
function disarmed(point: string): string {
  return point === ":" || point === "." ? point + JOINER : JOINER + entity(point);
}

function entity(point: string): string {
  return ENTITIES[point] ?? point;
}
