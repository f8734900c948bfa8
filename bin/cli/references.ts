import type { Options } from "./arguments.ts";
import { type Chosen, idFieldOf, parseAnswer, type Reference } from "./cloud-answer.ts";
import { inputError } from "./errors.ts";
import { parseJsonValues } from "./json-values.ts";
import { quote } from "./output.ts";
import { readStandardInput } from "./standard-input.ts";

/** Returns the jobs that the arguments name. `-` stands for those on standard input. */
export async function readReferences(args: string[], options: Options): Promise<Reference[]> {
  const { source, share: shareId, operation, feature } = options;
  const chosen = { source, shareId, operation, feature };
  const references = args.map(async (arg) =>
    arg === "-" ? parseInput(await readStandardInput(), chosen) : [byId(arg, source)],
  );
  return (await Promise.all(references)).flat();
}

function byId(id: string, source: string | undefined): Reference {
  return { id, fields: { [idFieldOf(source).name]: id } };
}

/** Parses the cloud's JSON answers, or ids, one per line. */
function parseInput(text: string, chosen: Chosen): Reference[] {
  if (!/^[[{]/.test(text)) return text.split("\n").flatMap((line, index) => parseLine(line.trim(), index + 1, chosen.source));
  const answers = parseJsonValues(text);
  if (answers.length === 0) throw inputError("Standard input is an empty list.");
  return answers.map((answer, index) =>
    parseAnswer(answer, answers.length === 1 ? "Standard input" : `Answer ${index + 1} on standard input`, chosen),
  );
}

/** A word without a digit, such as "Forbidden" or jq's "null", is not an id. */
function parseLine(line: string, number: number, source: string | undefined): Reference[] {
  if (line === "") return [];
  const { pattern, noun } = idFieldOf(source);
  if (/\d/.test(line) && pattern.test(line)) return [byId(line, source)];
  const what = `Line ${number} of standard input is not an id (${noun}): ${quote(line)}.`;
  throw inputError(`${what} Send the cloud's JSON answer, or one id per line.`);
}
