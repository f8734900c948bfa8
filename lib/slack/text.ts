// Makes a value from outside harmless in a Slack message. Slack takes entities for `&`, `<` and `>`; nothing escapes its
// other marks, so a combining grapheme joiner, which is invisible, keeps them from marking anything.
const JOINER = "\u034f";
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

type Encode = (point: string, before: string | undefined, after: string | undefined) => string;

/**
 * A value as mrkdwn that shows its characters and nothing else: no mention, link, emoji or format.
 * `limit`: the most characters that it may take in the message, as JSON, with the ending that says what was cut.
 */
export function mrkdwn(value: string, limit: number): string {
  return cut(clean(value), limit, mrkdwnPoint);
}

/** A value for a plain_text object, where Slack reads entities but no marks. The limit counts as in `mrkdwn`. */
export function plainText(value: string, limit: number): string {
  return cut(clean(value), limit, entity);
}

/** One line without control and direction characters, and without halves of characters. */
function clean(value: string): string {
  return value.toWellFormed().replaceAll(/\s+/gu, " ").replaceAll(UNSEEN, "").trim();
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
  const pieces = points.slice(0, limit + 1).map((point, index) => encode(point, points[index - 1], points[index + 1]));
  if (points.length <= limit && pieces.reduce((sum, piece) => sum + jsonLength(piece), 0) <= limit) return pieces.join("");
  let room = limit - ending(points.length).length;
  const kept = pieces.findIndex((piece) => {
    room -= jsonLength(piece);
    return room < 0;
  });
  return pieces.slice(0, kept).join("") + ending(points.length - kept);
}

function ending(characters: number): string {
  return `… (+${characters} characters)`;
}

function jsonLength(piece: string): number {
  return piece === '"' || piece === "\\" ? 2 : piece.length;
}

function mrkdwnPoint(point: string, before: string | undefined, after: string | undefined): string {
  if (point === "`") return "'";
  return marks(point, before, after) ? mark(point) : entity(point);
}

/** Whether Slack may take a character for a mark. `_` inside a word is none, and stays as it is for whoever copies it. */
function marks(point: string, before: string | undefined, after: string | undefined): boolean {
  if (point === "*" || point === "~") return true;
  if (point === "_") return before === undefined || !/[\p{L}\p{N}]/u.test(before);
  if (point === ">") return before === undefined;
  return point === ":" && after !== undefined && after !== " ";
}

/** An opening mark does not count after the joiner; a colon must be parted from what comes after it (`://`, `:fire:`). */
function mark(point: string): string {
  return point === ":" ? `:${JOINER}` : JOINER + entity(point);
}

function entity(point: string): string {
  return ENTITIES[point] ?? point;
}
