const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;
/** Control characters, and those that change the text direction. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const MIN_COUNTED_TEXT = 200;

/**
 * Prepares a text of the cloud to be stored and shown: one line, no control characters, at most `max` UTF-16 units. A longer text ends
 * with the number of further characters. Returns undefined for an empty text.
 */
export function cleanText(value: unknown, max: number): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = cleanLine(String(value));
  return text === "" ? undefined : cut(text, max);
}

/** Returns the text on one line, without control characters. */
export function cleanLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, " ").replace(INVISIBLE, "").trim();
}

/** Cuts at the limit. A text with a limit of at least 200 also gets "... 2,004 more characters"; ids and codes do not. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text.slice(0, max);
  const kept = short.isWellFormed() ? short : short.slice(0, -1);
  return max < MIN_COUNTED_TEXT ? kept : `${kept}... ${(text.length - kept.length).toLocaleString("en-US")} more characters`;
}
