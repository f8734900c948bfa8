import { MENTION_KINDS, type Mentions } from "../domain/job/transitions.ts";
import { objectOf } from "../domain/json.ts";
import { hasOnly, type Problem } from "./json-value.ts";

/** Accepted spellings and what Slack needs for them. Only ids: Slack shows a handle as plain text and notifies nobody. */
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
  if (object === undefined || !hasOnly(object, [...MENTION_KINDS])) {
    problem(`has a wrong mention for "${name}": use {"failed": ..., "late": ..., "lost": ...}`);
    return {};
  }
  const mentions = Object.fromEntries(Object.entries(object).map(([kind, who]) => [kind, mentionOf(who)]));
  if (Object.values(mentions).includes(undefined))
    problem(
      `has a wrong mention for "${name}": use one user id (U... or W...), one group id (S...), "@here" or "@channel" per kind. Slack does not notify names`,
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
