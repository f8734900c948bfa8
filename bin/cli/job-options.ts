import type { parseArgs } from "node:util";
import type { JobOptions } from "../../lib/domain/job/job-options.ts";
import type { Job } from "./answers.ts";
import { usageError } from "./errors.ts";

// The options of a job: the flags of `jobwatch add`, what they send, and the rows of `jobwatch show`.

const TEXT = { type: "string" } as const;
const TEXTS = { type: "string", multiple: true } as const;

export const JOB_FLAGS = {
  title: TEXT,
  channel: TEXTS,
  "notify-on": TEXT,
  label: TEXTS,
  "expected-minutes": TEXT,
  runbook: TEXT,
} as const;

export const JOB_FLAGS_HELP =
  "--title <text>  --channel <name>...  --notify-on <kind,kind>  --expected-minutes <n>  --label <name=value>...  --runbook <url>";

type JobFlags = ReturnType<typeof parseArgs<{ options: typeof JOB_FLAGS }>>["values"];
type Fields<Value> = Record<keyof JobOptions, Value>;

/** Returns the fields of the request. Undefined ones are not sent. */
export function optionFields(flags: JobFlags): Fields<unknown> {
  const minutes = flags["expected-minutes"];
  if (minutes !== undefined && !/^\d+$/.test(minutes)) throw usageError("--expected-minutes must be a whole number.");
  return {
    title: flags.title,
    channels: flags.channel,
    notifyOn: flags["notify-on"]?.split(","),
    labels: parsePairs("label", flags.label),
    expectedMinutes: minutes === undefined ? undefined : Number(minutes),
    runbookUrl: flags.runbook,
  };
}

export function optionRows(job: Job): [name: string, value: string | undefined][] {
  const rows: Fields<[name: string, value: string | undefined]> = {
    title: ["title", job.title],
    channels: ["channels", job.channels.join(", ")],
    notifyOn: ["notify on", job.notifyOn && (job.notifyOn.join(", ") || "nothing")],
    labels: ["labels", job.labels && pairsText(job.labels)],
    expectedMinutes: ["expected", job.expectedMinutes === undefined ? undefined : `${job.expectedMinutes} minutes`],
    runbookUrl: ["runbook", job.runbookUrl],
  };
  return Object.values(rows);
}

/** Parses the values of an option that repeats `name=value`. */
export function parsePairs(option: string, pairs: string[] | undefined): Record<string, string> | undefined {
  return pairs && Object.fromEntries(pairs.map((pair) => parsePair(option, pair)));
}

function parsePair(option: string, pair: string): [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === undefined || value === undefined)
    throw usageError(`--${option} ${pair} has no value. Use --${option} name=value.`);
  return [name, value];
}

export function pairsText(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
