import { invalid, type ProblemError } from "./problem.ts";

const DEEPEST = 8;
/** A string, with the colon that makes it a name, or the start or end of an object or a list. */
const TOKEN = /("(?:[^"\\]|\\[\s\S])*(?:"|\\?$))(\s*:)?|[{}[\]]/g;

/**
 * Parses JSON that every parser reads alike. Throws 422 for a duplicate name and `__proto__`, escaped or not, and for more than 8 levels.
 * Throws a SyntaxError if the text is not JSON. Takes linear time.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const levels: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") levels.push(new Set());
    else if (token === "}" || token === "]") levels.pop();
    else if (string !== undefined && colon !== undefined) addName(JSON.parse(string), levels.at(-1));
    if (levels.length > DEEPEST) throw ambiguous(`The body is nested more than ${DEEPEST} levels deep.`);
  }
  return value;
}

function addName(name: string, names = new Set<string>()): void {
  const quoted = JSON.stringify(name.slice(0, 64));
  if (names.has(name)) throw ambiguous(`The field ${quoted} appears twice. Send it once.`);
  if (name === "__proto__") throw ambiguous(`Unknown field ${quoted}. Check its spelling.`);
  names.add(name);
}

function ambiguous(detail: string): ProblemError {
  return invalid([{ pointer: "", detail }]);
}
