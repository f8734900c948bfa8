import { type FieldError, invalid, pointerTo } from "./problem.ts";

const DEEPEST = 8;
const MOST_ERRORS = 20;
/** Tokens that determine the place of a value. Also matches an unterminated string, which keeps the scan linear. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]/gs;

/**
 * Parses JSON that every parser reads alike. Throws 422 with pointers for duplicate names (escaped or not), `__proto__` and more
 * than 8 levels. Throws a SyntaxError if the text is not JSON. Takes linear time.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const errors = errorsIn(text);
  if (errors.length > 0) throw invalid(errors.slice(0, MOST_ERRORS));
  return value;
}

/** An object or a list that is being read: the current name or index, and the names so far of an object. */
interface Level {
  at: string | number;
  names?: Set<string>;
}

function errorsIn(text: string): FieldError[] {
  const errors: FieldError[] = [];
  const levels: Level[] = [];
  let string = "";
  for (const [token] of text.matchAll(TOKEN)) {
    switch (token) {
      case "{":
        levels.push({ at: "", names: new Set() });
        break;
      case "[":
        levels.push({ at: 0 });
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ":":
        errors.push(...enterName(JSON.parse(string), levels));
        break;
      case ",":
        nextIndex(levels.at(-1));
        break;
      default:
        string = token;
    }
    if (levels.length > DEEPEST) return [...errors, tooDeep(levels.slice(0, -1))];
  }
  return errors;
}

function enterName(name: string, levels: Level[]): FieldError[] {
  const level = levels.at(-1);
  if (!level) return [];
  const isTwice = level.names?.has(name);
  level.names?.add(name);
  level.at = name;
  if (!isTwice && name !== "__proto__") return [];
  const quoted = JSON.stringify(name.slice(0, 64));
  return [
    {
      pointer: targetOf(levels),
      detail: isTwice ? `The field ${quoted} appears twice. Send it once.` : `Unknown field ${quoted}. Check its spelling.`,
    },
  ];
}

function nextIndex(level: Level | undefined): void {
  if (typeof level?.at === "number") level.at += 1;
}

function tooDeep(levels: Level[]): FieldError {
  return { pointer: targetOf(levels), detail: `The body is nested more than ${DEEPEST} levels deep.` };
}

function targetOf(levels: Level[]): string {
  return pointerTo(levels.map(({ at }) => at));
}
