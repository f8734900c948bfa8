import { parseJson } from "../../lib/domain/json.ts";
import { inputError } from "./errors.ts";
import { quote } from "./output.ts";

/** Parses JSON objects and lists that follow each other, one per line or without a separator. Returns the elements of the lists. */
export function parseJsonValues(text: string): unknown[] {
  return splitValues(text).flatMap((part) => {
    const value = parseJson(part);
    if (value === undefined) throw inputError(`Standard input is not valid JSON here: ${quote(part)}.`);
    return value;
  });
}

/** Splits where the brackets are balanced. */
function splitValues(text: string): string[] {
  const parts: string[] = [];
  let [start, depth, isInString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\" && isInString) at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (/[[{]/.test(character)) depth++;
    else if (/[\]}]/.test(character) && --depth === 0) {
      parts.push(text.slice(start, at + 1).trim());
      start = at + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (depth > 0) throw inputError(`Standard input is incomplete JSON. It ends with ${quote(rest.slice(-40))}.`);
  return rest === "" ? parts : [...parts, rest];
}
