import { hasOnly, objectOf, type Problem } from "./json-value.ts";

/** Whom a channel calls by name, in Slack's own form, for what wants a person. */
export type Mentions = Partial<Record<(typeof KINDS)[number], string>>;

const KINDS = ["failed", "late", "lost"] as const;

/** What may be written, and what Slack takes for it. Ids alone: a handle would stand there as text and call nobody. */
const FORMS: [form: RegExp, mention: (id: string) => string][] = [
  [/^@(here|channel)$/, (word) => `<!${word}>`],
  [/^<!(here|channel)>$/, (word) => `<!${word}>`],
  [/^([UW][A-Z0-9]{2,20})$/, (id) => `<@${id}>`],
  [/^<@([UW][A-Z0-9]{2,20})>$/, (id) => `<@${id}>`],
  [/^(S[A-Z0-9]{2,20})$/, (id) => `<!subteam^${id}>`],
  [/^<!subteam\^(S[A-Z0-9]{2,20})>$/, (id) => `<!subteam^${id}>`],
];

export function readMentions(problem: Problem, name: string, given: unknown): Mentions {
  const object = objectOf(given);
  if (object === undefined || !hasOnly(object, [...KINDS])) {
    problem(`must give "${name}" a mention of the form {"failed": ..., "late": ..., "lost": ...}`);
    return {};
  }
  const mentions = Object.fromEntries(Object.entries(object).map(([kind, who]) => [kind, mentionOf(who)]));
  if (Object.values(mentions).includes(undefined))
    problem(
      `must mention in "${name}" a user's id (U... or W...), a group's id (S...), "@here" or "@channel", one a kind; names call nobody`,
    );
  return mentions as Mentions;
}

function mentionOf(who: unknown): string | undefined {
  if (typeof who !== "string") return undefined;
  for (const [form, mention] of FORMS) {
    const id = form.exec(who)?.[1];
    if (id !== undefined) return mention(id);
  }
  return undefined;
}
