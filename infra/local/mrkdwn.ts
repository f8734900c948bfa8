import { dateText } from "./slack-date.ts";

// Parses Slack's mrkdwn as Slack does, so that text is formatted here exactly if Slack would format it.

export type Node =
  | { kind: "text" | "code" | "fence" | "mention"; text: string }
  | { kind: "bold" | "italic" | "strike" | "quote"; nodes: Node[] }
  | { kind: "link"; url: string; text: string }
  /** Slack shows it in the reader's time zone; here it is in UTC. */
  | { kind: "date"; text: string };

const FENCE = /```([\s\S]+?)```/u;
const QUOTE = /^(?:&gt;|>) ?/u;
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\p{L}\p{N}]|\u034f)([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}])/gu;
const EMPHASIS = { "*": "bold", _: "italic", "~": "strike" } as const;

/** Fences and quotes are blocks, so the line breaks around them are dropped. */
export function parseMrkdwn(text: string, now: number): Node[] {
  // `split` with a capture group returns the content of the fences at odd indexes.
  return text.split(FENCE).flatMap((piece, index): Node[] => {
    if (index % 2 === 1) return [{ kind: "fence", text: decode(piece.replaceAll(/^\n|\s+$/gu, "")) }];
    const afterFence = index > 0 ? piece.replace(/^\n/u, "") : piece;
    const around = piece === text ? piece : afterFence.replace(/\n$/u, "");
    return around === "" ? [] : lines(around, now);
  });
}

export function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function lines(text: string, now: number): Node[] {
  const nodes: Node[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const last = nodes.at(-1);
    if (!QUOTE.test(line)) {
      if (index > 0 && last?.kind !== "quote") nodes.push({ kind: "text", text: "\n" });
      nodes.push(...inline(line, now));
    } else {
      const quoted = inline(line.replace(QUOTE, ""), now);
      if (last?.kind === "quote") last.nodes.push({ kind: "text", text: "\n" }, ...quoted);
      else nodes.push({ kind: "quote", nodes: quoted });
    }
  }
  return nodes;
}

function inline(text: string, now: number): Node[] {
  const nodes: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) nodes.push(plain(text.slice(from, match.index)));
    nodes.push(replaced(match, now));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(plain(text.slice(from)));
  return nodes;
}

function replaced([whole, code, angle, emoji, emphasis, inner]: RegExpExecArray, now: number): Node {
  if (code !== undefined) return { kind: "code", text: decode(code) };
  if (angle !== undefined) return inAngles(angle, now);
  if (emphasis !== undefined) return { kind: EMPHASIS[emphasis as keyof typeof EMPHASIS], nodes: inline(inner ?? "", now) };
  return plain(EMOJI[emoji ?? ""] ?? whole);
}

function inAngles(angle: string, now: number): Node {
  const [target = "", label] = angle.split(/\|(.*)/su);
  if (target.startsWith("!date^")) return { kind: "date", text: dateText(target, decode(label ?? ""), now) };
  if (target.startsWith("!subteam^")) return { kind: "mention", text: decode(label ?? `@${target.slice("!subteam^".length)}`) };
  if (target.startsWith("!")) return { kind: "mention", text: `@${decode(target.slice(1))}` };
  if (/^[@#]/u.test(target)) return { kind: "mention", text: target[0] + decode(label ?? target.slice(1)) };
  return { kind: "link", url: decode(target), text: decode(label ?? target) };
}

function plain(text: string): Node {
  return { kind: "text", text: decode(text) };
}

const EMOJI: Record<string, string> = {
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  warning: "⚠️",
  rotating_light: "🚨",
  red_circle: "🔴",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  ghost: "👻",
  question: "❓",
  eyes: "👀",
  see_no_evil: "🙈",
  wave: "👋",
  repeat: "🔁",
};
