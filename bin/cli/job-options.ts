import type { parseArgs } from "node:util";
import type { JobOptions } from "../../lib/domain/job/job-options.ts";
import type { Job } from "./answers.ts";
import { usageError } from "./errors.ts";
import { text, texts } from "./option-kinds.ts";

// The options of a job: the flags of `jobwatch add`, what they send, and the rows of `jobwatch show`.

export const JOB_FLAGS = {
  title: text("<text>", "what messages and pages call the job"),
  channel: texts("<name>", "notify this channel instead of the default"),
  "notify-on": text("<kind,kind>", "started, succeeded, failed, late, lost, unreachable, progress"),
  label: texts("<name=value>", "a label, such as ticket=OPS-1"),
  "expected-minutes": text("<n>", "the job is late after this time"),
  runbook: text("<url>", "what to do if the job fails"),
} as const;

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
