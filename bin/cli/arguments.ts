import { parseArgs } from "node:util";
import { usageError } from "./errors.ts";
import { JOB_FLAGS } from "./job-options.ts";

const TEXT = { type: "string" } as const;
const TEXTS = { type: "string", multiple: true } as const;
const FLAG = { type: "boolean" } as const;

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The options of all commands. */
const OPTIONS = {
  json: FLAG,
  help: FLAG,
  project: TEXT,
  source: TEXT,
  ...JOB_FLAGS,
  operation: TEXT,
  operations: TEXT,
  name: TEXTS,
  tag: TEXTS,
  share: TEXT,
  feature: TEXT,
  "no-verify": FLAG,
  wait: FLAG,
  timeout: TEXT,
  state: TEXT,
  type: TEXT,
  limit: TEXT,
} as const;

export type OptionName = keyof typeof OPTIONS;
export type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** Throws a usage error for options other than `names`, `--json` and `--help`. */
export function parseArguments(args: string[], names: OptionName[]): { positionals: string[]; options: Options } {
  const allowed = Object.fromEntries(["json" as const, "help" as const, ...names].map((name) => [name, OPTIONS[name]]));
  try {
    const { positionals, values } = parseArgs({ args, options: allowed, allowPositionals: true });
    return { positionals: positionals.map((positional) => positional.trim()), options: values as Options };
  } catch (error) {
    throw usageError(error instanceof Error ? `${error.message.split(". ")[0]}.` : "");
  }
}

/** Returns the only argument. `name` is its name in the help. */
export function onlyArgument(args: string[], name: string): string {
  const [first, ...more] = args;
  if (first === undefined || first === "") throw usageError(`<${name}> is missing.`);
  if (more.length > 0) throw usageError(`This command takes one <${name}>. Unexpected: ${more.join(" ")}.`);
  return first;
}

export function rejectArguments(args: string[]): void {
  if (args.length > 0) throw usageError(`This command takes no arguments. Unexpected: ${args.join(" ")}.`);
}

/** Returns milliseconds. */
export function parseDuration(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === undefined) throw usageError("--timeout must be a duration such as 90s, 30m or 2h.");
  return Number(count) * seconds * 1_000;
}
