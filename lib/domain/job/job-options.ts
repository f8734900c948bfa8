import type { NotifyOn } from "./transitions.ts";

/** The options that a team sets at registration. */
export interface JobOptions {
  channels: string[];
  title?: string;
  notifyOn?: NotifyOn[];
  labels?: Record<string, string>;
  expectedMinutes?: number;
  runbookUrl?: string;
}

/** What a team can set on a job until a time, with PATCH. */
export const TIMED_OPTIONS = ["silence", "pause"] as const;

type Place = "events" | "job page" | "message fields" | "message links";

export interface JobOption {
  label: string;
  format: "text" | "list" | "pairs" | "number" | "url";
  /** Besides the API, which shows every option. */
  shownIn: readonly Place[];
  /** The explanation in the registration form; absent: the form has no field of its own for it. */
  help?: string;
}

/** In the order of the API. `functions/api/routes/schemas.ts` has the validation of each option. */
export const JOB_OPTIONS: Record<keyof JobOptions, JobOption> = {
  title: { label: "Title", format: "text", shownIn: ["events"], help: "Shown in messages and lists." },
  channels: { label: "Channels", format: "list", shownIn: ["events", "job page"] },
  notifyOn: { label: "Notify on", format: "list", shownIn: [] },
  labels: {
    label: "Labels",
    format: "pairs",
    shownIn: ["events", "job page", "message fields"],
    help: "Names and values to filter by, for example team=blue, env=prod",
  },
  expectedMinutes: {
    label: "Expected minutes",
    format: "number",
    shownIn: ["events", "job page"],
    help: "You are notified that the job is late if it takes longer than this, or longer than is typical for its type.",
  },
  runbookUrl: {
    label: "Runbook",
    format: "url",
    shownIn: ["events", "job page", "message links"],
    help: "A link to instructions for failures.",
  },
};

export const OPTION_NAMES = Object.keys(JOB_OPTIONS) as (keyof JobOptions)[];

/** Returns the names of the options that a place shows. */
export function optionsIn(place: Place): (keyof JobOptions)[] {
  return OPTION_NAMES.filter((name) => JOB_OPTIONS[name].shownIn.includes(place));
}

export function pickOptions(job: JobOptions, names = OPTION_NAMES): Partial<JobOptions> {
  return Object.fromEntries(names.map((name) => [name, job[name]]));
}
