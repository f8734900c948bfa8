import { describe, expect, it } from "vitest";
import { expressionsOf, sources } from "./find-expressions.ts";

const LENGTH = 50_000;
const MOST_MS = 5;
const files = sources("functions", "lib");
const expressions = files.flatMap(({ file, text }) => expressionsOf(file, text));

/** Texts that make a careless expression backtrack: long runs that it may match, and an end that it may not. */
const RUNS = [
  ...'/ a A 0 _ - . : , * ~ " \\ < > & ; = # % \t \n \0 \u00e9 \u0301 \u034f \u200b \u202e \u3164 \ud83d 😀'.split(" "),
  ...[
    " ",
    '\\"',
    "../",
    "a/",
    "a.",
    "A.",
    "SFS.",
    "aA0_-",
    "<!a|",
    "0.",
    "1,",
    "[a",
    '{"',
    "://",
    "T1/",
    "Mon, ",
    "a b",
    "\r\n",
  ],
];
const HEADS = [
  "",
  "Bearer ",
  "https://hooks.slack.com/services/T",
  "http://127.0.0.1:",
  "APIGW.",
  "sfsjw_",
  "Mon",
  "job#",
  '"',
];
const ENDS = ["", "!", "\n", "\u0000", "x"];

function* corpora(): Generator<string> {
  for (const run of RUNS) {
    const long = run.repeat(Math.ceil(LENGTH / run.length)).slice(0, LENGTH);
    for (const end of ENDS) yield long + end;
    for (const head of HEADS) yield `${head}${long}!`;
  }
}

function msOf(expression: RegExp, text: string): number {
  const began = performance.now();
  if (expression.global) text.replaceAll(expression, "");
  else expression.test(text);
  return performance.now() - began;
}

/** Takes the best of ten runs, to exclude other load on the machine. */
function slowestOf(expression: RegExp): { ms: number; text: string } {
  let slowest = { ms: 0, text: "" };
  for (const text of corpora()) {
    let ms = msOf(expression, text);
    for (let again = 0; again < 9 && ms >= MOST_MS; again++) ms = Math.min(ms, msOf(expression, text));
    if (ms > slowest.ms) slowest = { ms, text: `${JSON.stringify(text.slice(0, 40))} ... ${JSON.stringify(text.slice(-2))}` };
  }
  return slowest;
}

describe("an expression takes less than 5 ms for 50 KB of hostile text:", () => {
  it.each(expressions.map(({ place, expression }) => ({ place, expression, source: String(expression) })))(
    "$place $source",
    ({ expression }) => {
      const { ms, text } = slowestOf(expression);
      expect(ms, text).toBeLessThan(MOST_MS);
    },
  );
});

it.each([/\/+$/, /^.*a.*b.*c$/s])("detects %s as slow", (slow) => {
  const text = `${"/".repeat(10_000)}${"a".repeat(10_000)}!`;
  expect(msOf(slow, text)).toBeGreaterThan(MOST_MS);
});

it("finds all forms of expressions, and nothing else", () => {
  const text = [
    "const a = /x/; // not /this/",
    'f("/nor/", /[/"]+\\//gu, b / c / d);',
    "/** neither /this/ */ return /^\\d$/.test(`https://a/b/${".concat("c.replace(/\\/+$/, e)}`);"),
    "  .regex(\n    /^y$/v,\n  )",
    "cond ? /p/ : !/q/.test(z)",
  ].join("\n");
  const all = expressionsOf("a.ts", text).map(({ place, expression }) => `${place} ${expression}`);
  expect(all).toEqual([
    "a.ts:1 /x/",
    'a.ts:2 /[/"]+\\//gu',
    "a.ts:3 /^\\d$/",
    "a.ts:3 /\\/+$/",
    "a.ts:5 /^y$/v",
    "a.ts:7 /p/",
    "a.ts:7 /q/",
  ]);
  expect(expressions.length).toBeGreaterThan(25);
});

it("checks all expressions: none is built at run time", () => {
  for (const { file, text } of files) expect(text, file).not.toMatch(/\bRegExp\(/);
});
