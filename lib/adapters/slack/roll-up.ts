import type { OutgoingNotification } from "../../domain/notification.ts";
import { type Content, packed, section } from "./blocks.ts";
import type { Links } from "./job-message.ts";
import { inOrder, leadSentence, linesFor, styleOf, totalsOf } from "./lines.ts";

export interface RollUpSetting {
  /** Whom to mention, in Slack's syntax. */
  mention?: string;
  /** How many of the notifications waited for the end of quiet hours. */
  held?: number;
  links?: Links | undefined;
}

/** Several notifications in one message, failures first. A phone shows a sentence about the most urgent one. */
export function rollUp(
  notifications: OutgoingNotification[],
  plain: boolean,
  { mention, held = 0, links }: RollUpSetting = {},
): Content {
  const groups = inOrder(notifications);
  const withHeld = (words: string) => wordsWithHeld(words, held, notifications.length);
  const text = withHeld(leadSentence(groups));
  const style = styleOf(plain, notifications.length, links);
  const lines = linesFor(groups.flat(), style);
  if (plain) return { text, blocks: [], lines, footer: [] };
  const head = groups.length === 1 ? text : withHeld(totalsOf(groups).join(", and "));
  return { text, blocks: [section(`*${head}*${mention ? ` ${mention}` : ""}`), ...packed(lines)], lines: [], footer: [] };
}

/** "During quiet hours, 12 jobs finished"; if only some were held, their number at the end. */
function wordsWithHeld(words: string, held: number, notifications: number): string {
  if (held === 0) return words;
  return held === notifications ? `During quiet hours, ${words}` : `${words} (${held} held during quiet hours)`;
}
