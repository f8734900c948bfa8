import type { Delivered } from "./sink.ts";

// Parses a posted message as a person would read it. Jobs are identified by their titles in double quotes.

const WORDS = [
  [/\bfail/i, "failed", 3],
  [/\bfinish/i, "success", 3],
  [/\blost\b/i, "lost", 3],
  [/\bstill (late|not done)\b/i, "reminder", 2],
  [/\blate\b/i, "late", 1],
  [/\brunning\b/i, "running", 0],
] as const;
const TITLE = /"(job-\d+)"/;

interface Block {
  text?: { text?: string };
}

export interface Payload {
  text: string;
  blocks?: Block[];
  attachments?: { blocks?: Block[] }[];
}

/** A roll-up has a line per notification. A message about one thing has it in its text. */
export function notificationsIn(payload: Payload): Delivered[] {
  const lines = [payload.text, ...(payload.blocks ?? []).map(({ text }) => text?.text ?? "")].flatMap((text) =>
    text.split("\n"),
  );
  const listed = lines.filter((line) => /^\*?[A-Z][a-z ]+\*? \p{Extended_Pictographic}/u.test(line) && TITLE.test(line));
  const inDigest = payload.text.startsWith("Digest for ");
  return (listed.length > 0 ? listed : lines.slice(0, 1))
    .flatMap(deliveredIn)
    .map((delivered) => (inDigest ? { ...delivered, inDigest } : delivered));
}

/** The name of a block, "notification 0a1b2c3d4e5+3". */
export function messageIdIn(payload: Payload): string {
  return /notification ((digest-)?\w{11}(\+\d+)?)/.exec(JSON.stringify(payload))?.[1] ?? "";
}

function deliveredIn(line: string): Delivered[] {
  const stored = TITLE.exec(line)?.[1];
  const keptBy = /^For the suspended channel (\w+): | · for (\w+), which is suspended$/.exec(line)?.slice(1).join("");
  const found = WORDS.find(([pattern]) => pattern.test(line));
  return stored && found ? [{ stored, word: found[1], place: found[2], ...(keptBy && { keptBy }) }] : [];
}
