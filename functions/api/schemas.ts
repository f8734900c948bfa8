import * as z from "zod";
import { type FieldError, invalid } from "./problem.ts";

const NOTIFY_ON = ["started", "succeeded", "failed", "late", "lost", "progress"] as const;
const STATES = ["registered", "waiting", "running", "success", "failed", "lost", "stopped"] as const;

/** One line of text without control characters. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u, "must be one line without control characters");

const jobId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "must be 1 to 64 letters, digits, - and _, beginning with a letter or digit");
const projectId = z
  .string()
  .regex(/^[0-9a-f]{32}$/i, "must be 32 hexadecimal digits")
  .toLowerCase();
const source = z.literal("sfs-turbo-job", "must be sfs-turbo-job");

const registration = z.strictObject({
  jobId: jobId,
  projectId: projectId.optional(),
  source: source.default("sfs-turbo-job"),
  title: line(120).optional(),
  channels: z.array(z.string().max(63)).min(1).max(10).optional(),
  notifyOn: z.array(z.enum(NOTIFY_ON)).max(NOTIFY_ON.length).optional(),
  expectedMinutes: z.int().min(1).max(43_200).optional(),
  labels: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_.-]{0,31}$/, "must begin with a lower case letter, at most 32 of a-z, 0-9, _ . -"),
      line(120),
    )
    .refine((labels) => Object.keys(labels).length <= 10, "must be at most 10 labels")
    .optional(),
  runbookUrl: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .max(500)
    .optional(),
  verify: z.boolean().default(true),
});

export type RegistrationBody = z.infer<typeof registration>;

const jobQuery = z.strictObject({ projectId: projectId.optional(), source: source.default("sfs-turbo-job") });
const listQuery = z.strictObject({
  state: z.enum([...STATES, "open"]).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** `job_id` and `project_id` are taken too, as the cloud spells them. */
export function parseRegistration(body: unknown): RegistrationBody {
  return check(registration, renamed(body, { job_id: "jobId", project_id: "projectId" }));
}

export function parseJobQuery(query: Record<string, string>) {
  return check(jobQuery, query);
}

export function parseListQuery(query: Record<string, string>) {
  return check(listQuery, query);
}

/** A path's job id: undefined where no job can have it. */
export function parseJobId(text: string): string | undefined {
  return jobId.safeParse(text).data;
}

function renamed(body: unknown, names: Record<string, string>): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const given = new Map(Object.entries(body));
  const twice = Object.entries(names).filter(([old, name]) => given.has(old) && given.has(name));
  if (twice.length > 0)
    throw invalid(twice.map(([old, name]) => ({ pointer: `/${old}`, detail: `Give ${name} or ${old}, not both.` })));
  return Object.fromEntries([...given].map(([name, value]) => [names[name] ?? name, value]));
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(fieldErrors).slice(0, 20));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const pointer = pointerTo(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escaped(key)}`,
      detail: `There is no field ${JSON.stringify(key.slice(0, 64))} here.`,
    }));
  }
  const name = issue.path.at(-1);
  return [{ pointer, detail: `${name === undefined ? "The body" : String(name)}: ${issue.message}.` }];
}

function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${escaped(String(part))}`).join("");
}

function escaped(part: string): string {
  return part.slice(0, 64).replaceAll("~", "~0").replaceAll("/", "~1");
}
