import { objectOf, parseJson } from "../domain/json.ts";

export type Environment = Record<string, string | undefined>;

export interface SettingReader {
  /** Problems found so far. Never contains a value. */
  problems: string[];
  problem(variable: string, whatIsWrong: string): void;
  has(variable: string): boolean;
  /** Required if there is no default. */
  text(variable: string, byDefault?: string): string;
  matching(variable: string, pattern: RegExp, form: string, byDefault: string): string;
  number(variable: string, byDefault: number, least: number, most: number): number;
  list(variable: string): string[];
  /** Returns a JSON object with trimmed texts. Empty if the variable is not set. */
  json(variable: string): Record<string, unknown>;
  oneOf(variable: string, known: string[], byDefault: string | undefined): string;
}

/** Reads settings and collects their problems, so that one message can list all. Blank counts as absent. */
export function createSettingReader(environment: Environment): SettingReader {
  const problems: string[] = [];
  const problem = (variable: string, whatIsWrong: string) => {
    problems.push(`${variable} ${whatIsWrong}`);
  };
  const text = (variable: string, byDefault?: string) => {
    const value = environment[variable]?.trim() ?? "";
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
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    json(variable) {
      const trimmed = (_: string, value: unknown) => (typeof value === "string" ? value.trim() : value);
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
