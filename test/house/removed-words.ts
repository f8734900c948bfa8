// Words that this repository used to have a meaning of its own for, or that make a sentence hard to read. `docs/glossary.md` has the words to
// use. The guard (words.test.ts) does not replace reading a text aloud.

interface Removed {
  pattern: RegExp;
  use: string;
}

/** Identifiers are split into words before they are searched: `parkedSince` is "parked Since". */
const REMOVED: Removed[] = [
  { pattern: /\b(looks?|looked|looking)\b(?! (up|at the share|alike))/i, use: "poll, check, see" },
  { pattern: /\bglances?\b/i, use: "read" },
  { pattern: /\b(tells?|told|tellings?)\b/i, use: "notify, deliver, say, distinguish" },
  { pattern: /\b(marks?|marked|marking|unmarked)\b/i, use: "confirm, baseline, icon, flag" },
  { pattern: /\b(give|gives|given|gave|giving)[ -]up\b/i, use: "expire, end" },
  { pattern: /\b(parks?|parked|parking)\b/i, use: "suspend, suspended" },
  { pattern: /\b(rested|resting|to rest)\b/i, use: "back off" },
  { pattern: /\bslots?\b/i, use: "next send" },
  { pattern: /\b(blind|sighted|sights?)\b/i, use: "unreachable, reachability, observation" },
  { pattern: /\b(a|each|one|every|this|next|last|later|whole) pass\b/i, use: "sweep" },
  { pattern: /\b(lanes?|seats?|watchm[ae]n|doors?)\b/i, use: "queue, permit, heartbeat monitor" },
  { pattern: /\bsubjects?\b/i, use: "stored record, title" },
  { pattern: /\b(folds?|folded|folding)\b/i, use: "apply" },
  { pattern: /\busual\b/i, use: "typical, default" },
  { pattern: /\b(stretch(es|ed)?|knots?|paces?|phases?)\b/i, use: "interval, breakpoint, schedule, rate, jitter" },
  { pattern: /\b(chatters?|garbled|untaken)\b/i, use: "history limit, invalid, rejected" },
  { pattern: /\brooms?\b/i, use: "limit, space" },
  { pattern: /\b(settles?|settled|settling)\b/i, use: "drain, flush, clear, store" },
  { pattern: /\bsiblings?\b/i, use: "other services" },
  { pattern: /\belsewhere\b/i, use: "in another service, in another place" },
  { pattern: /\b(left out)\b/i, use: "skipped, omitted, dropped" },
  { pattern: /\bwatch(ed)? (since|limit|on|anew)\b|\bwatch Days\b/i, use: "tracked since, tracking limit" },
  { pattern: /\boutage notice\b/i, use: "downtime notice" },
  {
    pattern: /\b(anew|all the same|as it was|for ever|had (his|her|its|their) day|of which no more)\b/i,
    use: "again, anyway, unchanged",
  },
  { pattern: /\b(gives?|gave) back\b/i, use: "return, release" },
  { pattern: /\b(is|was|are|were|what) said\b/i, use: "say who says it" },
  { pattern: /\blearnt\b/i, use: "learned" },
  { pattern: /\b(mends?|mended|mending)\b/i, use: "fix" },
];

/** Names that others have given. */
const NAMES_OF_OTHERS: RegExp[] = [
  /subject-token|\bsubjectToken\b/gi, // OpenStack Keystone: X-Subject-Token
  /(white|heavy)_check_mark/g, // Slack's emoji
  /Promise\.allSettled/g,
];

const TEXT = /\.(ts|mjs|js|json|md|yml|html)$|^\.ci\/run$|^\.env/;
const GENERATED = /^package-lock\.json$|^docs\/images\//;
/** The list itself, and the names that earlier versions had. */
const UNCHECKED = /^test\/house\/(removed-words|words\.test)\.ts$|^CHANGELOG\.md$/;

/** Returns true if the words of a tracked file are checked. */
export function isChecked(file: string): boolean {
  return TEXT.test(file) && !GENERATED.test(file) && !UNCHECKED.test(file);
}

/** Returns each removed word of a line, with what to use instead. */
export function removedWords(line: string): string[] {
  const own = NAMES_OF_OTHERS.reduce((text, name) => text.replaceAll(name, ""), line);
  const words = own.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ").replaceAll("_", " ");
  return REMOVED.flatMap(({ pattern, use }) => {
    const word = pattern.exec(words)?.[0];
    return word === undefined ? [] : [`${word} (use: ${use})`];
  });
}
