import type { Check } from "./check.ts";
import type { SectionCheck } from "./diagnose.ts";

const COLORS = { ok: 32, warning: 33, failed: 31, skipped: 2 };
const NAME_WIDTH = 28;
/** Where the details begin. */
const INDENT = 2 + "skipped".length + 2 + NAME_WIDTH + 2;

interface Layout {
  width: number;
  hasColors: boolean;
}

/** Prints each check as soon as it is known. Returns the counts. */
export async function report(
  all: AsyncIterable<SectionCheck>,
  layout: Layout,
  print: (text: string) => void,
): Promise<{ summary: string; hasFailed: boolean }> {
  const checks: SectionCheck[] = [];
  for await (const check of all) {
    print(linesOf(check, checks.at(-1), layout).join("\n"));
    checks.push(check);
  }
  return { summary: `\n${summaryOf(checks)}`, hasFailed: checks.some(({ outcome }) => outcome === "failed") };
}

/** Returns the lines of one check, with a heading where a section begins. */
function linesOf(check: SectionCheck, before: SectionCheck | undefined, { width, hasColors }: Layout): string[] {
  const { section, name, outcome, detail, advice } = check;
  const color = (text: string) => (hasColors ? `\u001b[${COLORS[outcome]}m${text}\u001b[0m` : text);
  const heading = section === before?.section ? [] : ["", section];
  const [first = "", ...more] = wrap(detail, width - INDENT);
  const todo = advice === undefined ? [] : wrap(advice, width - INDENT - 3);
  return [
    ...heading,
    `  ${color(outcome.padEnd(7))}  ${name.padEnd(NAME_WIDTH)}  ${first}`,
    ...more.map((line) => " ".repeat(INDENT) + line),
    ...todo.map((line, index) => `${" ".repeat(INDENT)}${index === 0 ? "-> " : "   "}${line}`),
  ];
}

/** "9 ok, 1 failed, 2 skipped" */
function summaryOf(checks: Pick<Check, "outcome">[]): string {
  const counts = Object.keys(COLORS).map((outcome) => [checks.filter((check) => check.outcome === outcome).length, outcome]);
  return counts.flatMap(([count, outcome]) => (count === 0 ? [] : [`${count} ${outcome}`])).join(", ");
}

/** Breaks a text at its blanks. A longer word has a line of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
