import { dateText } from "./slack-date.ts";

// Slack's own marks, read as Slack reads them: what looks formatted here would be formatted there.

export type Node =
  | { kind: "text" | "code" | "fence" | "mention"; text: string }
  | { kind: "bold" | "italic" | "strike" | "quote"; nodes: Node[] }
  | { kind: "link"; url: string; text: string }
  /** Shown in the reader's zone by Slack, in UTC here. */
  | { kind: "date"; text: string };

const FENCE = /```([\s\S]+?)```/u;
const QUOTE = /^(?:&gt;|>) ?/u;
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\p{L}\p{N}]|\u034f)([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}])/gu;
const EMPHASIS = { "*": "bold", _: "italic", "~": "strike" } as const;

/** Fences and quotes stand on lines of their own: the line breaks around them are left out. */
export function parseMrkdwn(text: string, now: number): Node[] {
  // Splitting by an expression with a group puts what is inside the fences at the odd places.
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

function replaced([whole, code, angle, emoji, baseline, inner]: RegExpExecArray, now: number): Node {
  if (code !== undefined) return { kind: "code", text: decode(code) };
  if (angle !== undefined) return inAngles(angle, now);
  if (baseline !== undefined) return { kind: EMPHASIS[baseline as keyof typeof EMPHASIS], nodes: inline(inner ?? "", now) };
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
