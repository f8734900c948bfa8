import { type FieldError, invalid, pointerTo } from "./problem.ts";

const DEEPEST = 8;
const MOST_ERRORS = 20;
/** What of valid JSON says where a value stands. Takes a string that does not end too, so that no text is gone over twice. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]/gs;

/**
 * JSON in which each name means one thing to every reader: a name that comes twice, however it is escaped, `__proto__`, and
 * more than 8 levels are refused with their pointer. Throws a SyntaxError where it is no JSON. Takes linear time.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const errors = mistakesIn(text);
  if (errors.length > 0) throw invalid(errors.slice(0, MOST_ERRORS));
  return value;
}

/** An object or a list that is being read: at which name or index, and in an object the names so far. */
interface Level {
  at: string | number;
  names?: Set<string>;
}

function mistakesIn(text: string): FieldError[] {
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
        errors.push(...begin(JSON.parse(string), levels));
        break;
      case ",":
        goOn(levels.at(-1));
        break;
      default:
        string = token;
    }
    if (levels.length > DEEPEST) return [...errors, tooDeep(levels.slice(0, -1))];
  }
  return errors;
}

function begin(name: string, levels: Level[]): FieldError[] {
  const level = levels.at(-1);
  if (!level) return [];
  const isTwice = level.names?.has(name);
  level.names?.add(name);
  level.at = name;
  if (!isTwice && name !== "__proto__") return [];
  const shown = JSON.stringify(name.slice(0, 64));
  return [{ pointer: targetOf(levels), detail: isTwice ? `${shown} is given twice.` : `There is no field ${shown} here.` }];
}

function goOn(level: Level | undefined): void {
  if (typeof level?.at === "number") level.at += 1;
}

function tooDeep(levels: Level[]): FieldError {
  return { pointer: targetOf(levels), detail: `Nothing here has more than ${DEEPEST} levels.` };
}

function targetOf(levels: Level[]): string {
  return pointerTo(levels.map(({ at }) => at));
}
