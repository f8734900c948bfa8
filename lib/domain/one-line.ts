/**
 * Invisible or invalid characters: controls, direction controls, fillers, blank letters, tags, lone surrogates, noncharacters.
 * The flag of a region (England, Scotland) is spelled with tags and matches as a whole.
 */
const HIDDEN =
  /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}\u2800\ufff9-\ufffc\u{1d159}\u{13441}\u{13442}]/gv;
/** Characters that are visible by themselves. Accents, spaces and private characters are not. */
const VISIBLE = /[[\p{L}\p{N}\p{P}\p{S}\p{ExtPict}]--[\p{DI}\u2800\ufffc\u{1d159}\u{13441}\u{13442}]]/v;

// Joiners and variation selectors are kept next to a character that they can change.
const JOINER = /^[\u200c\u200d]$/;
/** Letters and combining characters of the scripts that use joiners: Arabic, Indic scripts, Mongolian ... */
const ENDS_WITH_JOINING =
  /[[\p{L}\p{M}]--[\p{sc=Zyyy}\p{sc=Zinh}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{DI}]]$|[\p{scx=Arab}&&[\p{L}\p{M}]]$/v;
const BEGINS_WITH_JOINING =
  /^[\p{L}--[\p{sc=Zyyy}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{DI}]]/v;
const ENDS_WITH_WORD = /[[\p{L}\p{N}]--\p{DI}]$/v;
const ENDS_WITH_EMOJI = /\p{ExtPict}[\ufe0e\ufe0f]?\p{EMod}?$/v;
const BEGINS_WITH_EMOJI = /^\p{ExtPict}/v;
const ENDS_WITH_VARIED = /[[\p{N}\p{P}\p{S}\p{ExtPict}\p{sc=Hani}\p{sc=Mong}]--[\p{DI}\u2800\ufffc]]$/v;
/** UTF-16 code units: an emoji with a variation selector and a skin tone has 5. */
const WINDOW = 8;

/** Stacked accents grow into the lines above and below. */
const STACKED = /(?<=\p{M}{4})\p{M}+/gu;

/** Returns a value from outside as one line of visible, complete characters. */
export function oneLine(value: string): string {
  const line = value.toWellFormed().replaceAll(/\s/gu, " ");
  return line
    .replaceAll(HIDDEN, (match, index: number) => (isInPlace(line, match, index) ? match : ""))
    .replaceAll(STACKED, "")
    .replaceAll(/ {2,}/g, " ")
    .trim();
}

/** Returns the first character that `oneLine` would remove as invisible; undefined if there is none. */
export function hiddenCharacter(text: string): string | undefined {
  for (const { 0: match, index } of text.matchAll(HIDDEN)) if (!isInPlace(text, match, index)) return match;
  return undefined;
}

/** Returns true if the text has a visible character. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

function isInPlace(text: string, match: string, index: number): boolean {
  if (match.length > 2) return true;
  const before = text.slice(Math.max(index - WINDOW, 0), index);
  const after = text.slice(index + match.length, index + match.length + 2);
  if (!JOINER.test(match)) return /^\p{VS}$/v.test(match) && ENDS_WITH_VARIED.test(before);
  if (ENDS_WITH_JOINING.test(before)) return true;
  if (ENDS_WITH_WORD.test(before) && BEGINS_WITH_JOINING.test(after)) return true;
  return match === "\u200d" && ENDS_WITH_EMOJI.test(before) && BEGINS_WITH_EMOJI.test(after);
}
