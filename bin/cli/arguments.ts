import { parseArgs } from "node:util";
import { usageError } from "./errors.ts";
import { JOB_FLAGS } from "./job-options.ts";
import { flag, text, texts } from "./option-kinds.ts";
import { suggestion } from "./suggest.ts";

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The options of all commands. */
export const OPTIONS = {
  project: text("<id>", "the project in the cloud, 32 hexadecimal digits"),
  source: text("<name>", "the kind of job, such as sfs-turbo-share (docs/sources.md)"),
  ...JOB_FLAGS,
  operation: text("<name>", "the operation on the share, such as extend"),
  operations: text("<name,name>", "only these operations"),
  name: texts("<pattern>", "only shares with such a name; * stands for any text, ? for one character"),
  tag: texts("<key=value>", "only shares with this tag"),
  share: text("<id>", "the share of the task"),
  feature: text("<name>", "the feature of the task"),
  "no-verify": flag("register a job that the cloud does not know yet"),
  wait: flag("wait until the jobs have ended, like jobwatch wait"),
  timeout: text("<duration>", "the longest time to wait, such as 90s, 30m or 2h"),
  state: text("<state>", "only this state: waiting, failed, ..., or open or late"),
  type: text("<name>", "only this type, in the cloud's spelling, such as extend_share"),
  limit: text("<n>", "the number of jobs to list (default 20)"),
  watch: flag("list again every 5 seconds, until Ctrl-C"),
  for: text("<duration>", "for this time from now, such as 90m, 8h or 2d"),
  until: text("<time>", "until this time, such as 2030-01-31T18:00Z"),
  since: text("<time>", "all that expired at or after this time"),
  reason: text("<text>", "why; it is shown with the job"),
  off: flag("end the silence"),
  url: text("<address>", "the address of the service, such as https://jobwatch.example.com"),
  json: flag("print the service's answer"),
  profile: text("<name>", "use the address and key that jobwatch login saved under this name"),
  "no-color": flag("print without colors, like the variable NO_COLOR"),
  help: { ...flag("show this help"), short: "h" },
} as const;

export type OptionName = keyof typeof OPTIONS;
export type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** The options that every command has. */
export const COMMON: OptionName[] = ["json", "profile", "no-color", "help"];

/** Throws a usage error for options other than `names` and the common ones. */
export function parseArguments(args: string[], names: OptionName[]): { positionals: string[]; options: Options } {
  const allowed = [...names, ...COMMON];
  try {
    const options = Object.fromEntries(allowed.map((name) => [name, OPTIONS[name]]));
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { positionals: positionals.map((positional) => positional.trim()), options: values as Options };
  } catch (error) {
    throw usageError(explain(error, allowed));
  }
}

function explain(error: unknown, allowed: string[]): string {
  const message = error instanceof Error ? error.message : "";
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (unknown === undefined) return `${message.split(". ")[0]}.`.replace(/\.\.$/, ".");
  if (/^--(key|api-key|token|password)$/.test(unknown))
    return "A key is never an argument, since other users could see it. Use jobwatch login, or set JOBWATCH_KEY.";
  const near = suggestion(
    unknown,
    allowed.map((name) => `--${name}`),
  );
  return `This command has no option ${unknown}.${near}`;
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
export function parseDuration(option: "timeout" | "for", value: string): number {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(value) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === undefined) throw usageError(`--${option} must be a duration such as 90s, 30m or 2h.`);
  return Number(count) * seconds * 1_000;
}

/** Returns the time of --for or --until in ISO 8601. */
export function parseEnd(options: Options): string {
  const { for: span, until } = options;
  if ((span === undefined) === (until === undefined)) throw usageError("Use --for <duration> or --until <time>.");
  return span === undefined ? parseTime("until", until ?? "") : new Date(Date.now() + parseDuration("for", span)).toISOString();
}

/** Returns the time in ISO 8601. */
export function parseTime(option: "until" | "since", value: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw usageError(`--${option} must be a time such as 2030-01-31T18:00Z. Without Z it is local time.`);
  return new Date(at).toISOString();
}
