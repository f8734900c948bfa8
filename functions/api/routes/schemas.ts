import * as z from "zod/mini";
import { type JobOptions, TIMED_OPTIONS } from "../../../lib/domain/job/job-options.ts";
import { DEFAULT_SOURCE, SOURCE_NAMES } from "../../../lib/domain/job/sources.ts";
import { JOB_STATES } from "../../../lib/domain/job/states.ts";
import { NOTIFY_ON } from "../../../lib/domain/job/transitions.ts";
import { hiddenCharacter, isVisible } from "../../../lib/domain/one-line.ts";
import { invalid } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { referenceFields } from "./job-references.ts";

// Uses zod/mini, since a start loads these schemas: a third of zod's bytes.

const MOST_CHARACTERS = 120;
const MOST_BYTES = 480;
/** `name=value` */
export const LONGEST_LABEL = 33 + MOST_BYTES;
const TOO_LONG = `must be at most ${MOST_CHARACTERS} characters and ${MOST_BYTES} bytes`;

/** A whole number within bounds. Reports one error, whichever bound is violated. */
const whole = (least: number, most: number, number: (error: string) => z.ZodMiniNumber = z.number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return number(error).check(z.int({ error, abort: true }), z.minimum(least, error), z.maximum(most, error));
};
const short = (most: number) => z.string().check(z.maxLength(most, `must be at most ${most} characters`));
export const list = <One extends z.ZodMiniType>(one: One, least: number, most: number, what: string) => {
  const error = `must be a list of ${least} to ${most} ${what}`;
  return z.array(one, error).check(z.minLength(least, error), z.maxLength(most, error));
};

/** One line of visible text, as `oneLine` shows it. */
const line = z.string().check(
  z.trim(),
  z.normalize("NFC"),
  z.minLength(1, { error: "must not be empty", abort: true }),
  z.maxLength(MOST_BYTES, { error: TOO_LONG, abort: true }),
  z.refine((text) => hiddenCharacter(text) === undefined, {
    error: ({ input }) => hiddenCharacterMessage(String(input)),
    abort: true,
  }),
  z.refine(isVisible, { error: "must have a visible character", abort: true }),
  z.refine((text) => Buffer.byteLength(text) <= MOST_BYTES && graphemesOf(text) <= MOST_CHARACTERS, TOO_LONG),
);

const HEX = "must be 32 hexadecimal digits";
export const projectId = z.string(HEX).check(z.regex(/^[0-9A-Fa-f]{32}$/, HEX), z.toLowerCase());
const source = z.enum(SOURCE_NAMES);
const LABEL_NAME = "must have a name of at most 32 characters (a-z, 0-9, _ . -) that begins with a lower case letter";
const labelName = z.string().check(z.regex(/^[a-z][a-z0-9_.-]{0,31}$/, LABEL_NAME));

const channel = short(63);
export const options = {
  title: line,
  channels: list(channel, 1, 10, "names of channels"),
  notifyOn: z
    .array(z.enum(NOTIFY_ON))
    .check(z.maxLength(NOTIFY_ON.length, `must be a list of at most ${NOTIFY_ON.length} events`)),
  expectedMinutes: whole(1, 43_200),
  labels: z.record(labelName, line).check(z.refine((labels) => Object.keys(labels).length <= 10, "must be at most 10 labels")),
  runbookUrl: z.url({ protocol: /^https?$/, normalize: true, error: "must be an http or https URL" }).check(
    z.maxLength(500, "must be at most 500 characters"),
    z.refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, "must not contain a user name or password"),
  ),
} satisfies Record<keyof JobOptions, z.ZodMiniType>;

export const registration = z.strictObject({
  source: z._default(source, DEFAULT_SOURCE),
  ...referenceFields,
  projectId: z.optional(projectId),
  ...z.partial(z.object(options)).shape,
  verify: z._default(z.boolean(), true),
});

const batchOf = <One extends z.ZodMiniType>(one: One) => z.strictObject({ jobs: list(one, 1, 25, "jobs") });
const looseBatch = batchOf(z.unknown());
/** For the OpenAPI document. The route validates each job separately. */
export const batch = batchOf(registration);

type Shape = Record<string, z.ZodMiniType>;
type Nullish<Fields extends Shape> = { [Name in keyof Fields]: z.ZodMiniOptional<z.ZodMiniNullable<Fields[Name]>> };
const nullish = <Fields extends Shape>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, z.nullish(schema)])) as Nullish<Fields>;
const { channels, ...removable } = options;

const time = z.iso.datetime({ offset: true, error: "must be a time like 2026-11-23T18:00:00Z" });
const until = z.strictObject({
  until: time,
  reason: z.optional(line),
});
const timed = Object.fromEntries(TIMED_OPTIONS.map((name) => [name, until])) as Record<
  (typeof TIMED_OPTIONS)[number],
  typeof until
>;

/** `null` removes an option. */
export const jobChange = z.strictObject({ channels: z.optional(channels), ...nullish({ ...removable, ...timed }) });

export type JobChangeBody = z.infer<typeof jobChange>;
export type RegistrationBody = z.infer<typeof registration>;

export const jobQuery = z.strictObject({ projectId: z.optional(projectId), source: z.optional(source) });
export const redeliverQuery = z.extend(jobQuery, { channel: z.optional(channel) });
const ERROR_CODE = "must be an error code of at most 64 letters, digits, _ . and -";
/** A silence of all jobs of a team that match. */
export const teamSilence = z.strictObject({
  labels: z.optional(options.labels),
  errorCode: z.optional(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, ERROR_CODE))),
  until: time,
  reason: z.optional(line),
});
export const redelivery = z.strictObject({
  since: time,
  channel: z.optional(channel),
  cursor: z.optional(short(500)),
});
export const registrationQuery = z.strictObject({ dryRun: z._default(z.enum(["true", "false"]), "false") });
const paged = { cursor: z.optional(short(500)), limit: z._default(whole(1, 100, z.coerce.number), 20) };
/** `open`: any state before the end. `late`: open and overdue. */
export const STATE_FILTERS = [...JOB_STATES, "open", "late"] as const;
const LABEL = "must be the name of a label, or name=value";
const label = z
  .string()
  .check(
    z.maxLength(LONGEST_LABEL, { error: LABEL, abort: true }),
    z.regex(/^[a-z][a-z0-9_.-]{0,31}(=.*)?$/s, LABEL),
    z.normalize("NFC"),
  );
export const listQuery = z.strictObject({
  state: z.optional(z.enum(STATE_FILTERS)),
  type: z.optional(short(200).check(z.minLength(1, "must not be empty"))),
  label: z.optional(label),
  source: z.optional(source),
  ...paged,
});
const position = z.string().check(z.regex(/^\d{1,6}$/, "must be the value of `next` from this list without changes"));
export const transitionsQuery = z.extend(jobQuery, { ...paged, cursor: z.optional(position) });

/** The cloud's own spellings, which are accepted too. */
export const CLOUD_SPELLINGS = new Map([
  ["job_id", "jobId"],
  ["project_id", "projectId"],
  ["share_id", "shareId"],
  ["task_id", "taskId"],
]);

export function parseRegistration(body: unknown): RegistrationBody {
  return validate(registration, renamed(body));
}

/** Returns the unparsed jobs of a batch. */
export function parseBatch(body: unknown): unknown[] {
  return validate(looseBatch, body).jobs;
}

export function parseJobChange(body: unknown): JobChangeBody {
  return validate(jobChange, body);
}

/** Throws 422 for unknown query parameters. */
export function parseQuery<Schema extends z.ZodMiniType>(schema: Schema, query: Record<string, string>): z.output<Schema> {
  return validate(schema, query);
}

export function hiddenCharacterMessage(text: string): string {
  const code = (hiddenCharacter(text)?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `must be one line of visible text, without U+${code} in this place`;
}

let segmenter: Intl.Segmenter | undefined;

/** Created on first use, since it takes 9 ms, which would delay cold starts. */
function graphemesOf(text: string): number {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...segmenter.segment(text)].length;
}

function renamed(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const given = new Map(Object.entries(body));
  const twice = [...CLOUD_SPELLINGS].filter(([old, name]) => given.has(old) && given.has(name));
  if (twice.length > 0)
    throw invalid(twice.map(([old, name]) => ({ pointer: `/${old}`, detail: `Send either ${name} or ${old}, not both.` })));
  return Object.fromEntries([...given].map(([name, value]) => [CLOUD_SPELLINGS.get(name) ?? name, value]));
}
