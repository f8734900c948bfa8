/** All that takes no place on the screen, but for what joins and parts letters in some scripts, and what chooses an emoji's look. */
const UNSEEN = /[[\p{Cc}\p{DI}\u2800\ufff9-\ufffb]--[\u200c\u200d\ufe0e\ufe0f]]/gv;
/** Accents on top of each other grow into the lines above and below. */
const STACKED = /(?<=\p{M}{4})\p{M}+/gu;

/** A value from outside as one line in which all can be seen, without halves of characters. */
export function oneLine(value: string): string {
  return value.toWellFormed().replaceAll(/\s+/gu, " ").replaceAll(UNSEEN, "").replaceAll(STACKED, "").trim();
}
