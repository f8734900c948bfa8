const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;
/** Control characters, and those that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const NOT_PLAIN = /[^ -~]/;
const SPACE = 0x20;

const SHORTEST_TEXT = 200;

/**
 * A text of the cloud made fit to store and show: one line, no control characters, at most `max` UTF-16 units, and behind them
 * how many more there were.
 */
export function cleanText(value: unknown, max: number): string | undefined {
  if (value === "" || value === undefined || value === null) return undefined;
  if (typeof value === "string" && value.length <= max && isPlain(value)) return value;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = cleanLine(String(value));
  return text === "" ? undefined : cut(text, max);
}

/** One line without control characters. */
export function cleanLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, " ").replace(UNSEEN, "").trim();
}

/** Nearly every text of the cloud is, and then nothing is to be done: visible ASCII, no space at its ends. */
function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text) && text.charCodeAt(0) !== SPACE && text.charCodeAt(text.length - 1) !== SPACE;
}

/** Ids, codes and words end at the limit; a longer text says what is left out: "... 2,004 more characters". */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text.slice(0, max);
  const kept = short.isWellFormed() ? short : short.slice(0, -1);
  return max < SHORTEST_TEXT ? kept : `${kept}... ${(text.length - kept.length).toLocaleString("en-US")} more characters`;
}
