import { objectOf, parseJson } from "../domain/json.ts";
import type { Variable } from "./variables.ts";

export type Environment = Record<string, string | undefined>;

/** Those of AWS and Node are read too, but belong to their own clients. */
export type ReadVariable = Variable | `AWS_ENDPOINT_URL${string}` | "NODE_TLS_REJECT_UNAUTHORIZED";

export interface SettingReader {
  /** Problems found so far. Never contains a value. */
  problems: string[];
  problem(variable: string, whatIsWrong: string): void;
  has(variable: ReadVariable): boolean;
  /** Required if there is no default. */
  text(variable: ReadVariable, byDefault?: string): string;
  matching(variable: ReadVariable, pattern: RegExp, form: string, byDefault: string): string;
  number(variable: ReadVariable, byDefault: number, least: number, most: number): number;
  list(variable: ReadVariable): string[];
  /** Returns a JSON object with trimmed texts. Empty if the variable is not set. */
  json(variable: ReadVariable): Record<string, unknown>;
  oneOf(variable: ReadVariable, known: string[], byDefault: string | undefined): string;
}

const QUOTES = ['""', "''", "“”", "‘’"];

/** Removes what people paste along: blanks, line ends, a BOM, and quotes around the whole value. */
function withoutPasted(value: string): string {
  const trimmed = value.trim();
  const isQuoted = trimmed.length > 1 && QUOTES.includes(`${trimmed[0]}${trimmed.at(-1)}`);
  return isQuoted ? trimmed.slice(1, -1).trim() : trimmed;
}

/** Reads settings and collects their problems, so that one message can list all. Blank counts as absent. */
export function createSettingReader(environment: Environment): SettingReader {
  const problems: string[] = [];
  const problem = (variable: string, whatIsWrong: string) => {
    problems.push(`${variable} ${whatIsWrong}`);
  };
  const text = (variable: ReadVariable, byDefault?: string) => {
    const given = environment[variable] ?? "";
    // A password may have quotes at both ends.
    const value = variable === "OS_PASSWORD" ? given.trim() : withoutPasted(given);
    if (value !== "") return value;
    if (byDefault === undefined) problem(variable, "is missing");
    return byDefault ?? "";
  };
  return {
    problems,
    problem,
    text,
    has: (variable) => text(variable, "") !== "",
    matching(variable, pattern, form, byDefault) {
      const value = text(variable, byDefault);
      if (!pattern.test(value)) problem(variable, `must be ${form}`);
      return value;
    },
    number(variable, byDefault, least, most) {
      const value = Number(text(variable, String(byDefault)));
      if (Number.isInteger(value) && value >= least && value <= most) return value;
      problem(variable, `must be a whole number from ${least} to ${most}`);
      return byDefault;
    },
    list: (variable) =>
      text(variable, "")
        .split(",")
        .map(withoutPasted)
        .filter((one) => one !== ""),
    json(variable) {
      const trimmed = (_: string, value: unknown) => (typeof value === "string" ? withoutPasted(value) : value);
      const object = objectOf(parseJson(text(variable, "{}"), trimmed));
      if (object === undefined) problem(variable, 'must be a JSON object like {"name": ...}');
      return object ?? {};
    },
    oneOf(variable, known, byDefault) {
      const value = text(variable, byDefault ?? "");
      if (value !== "" && !known.includes(value)) problem(variable, `must be the name of a channel: ${known.join(", ")}`);
      return value;
    },
  };
}
