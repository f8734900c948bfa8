import type * as z from "zod";
import { type FieldError, invalid, pointerTo } from "./problem.ts";

/** Their first mistakes are enough. */
const MOST_ERRORS = 20;

/** The value as its schema makes it. Throws a 422 that says of each wrong place what it must be. */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: plainMessage });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(fieldErrors).slice(0, MOST_ERRORS));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      detail: `There is no field ${JSON.stringify(key.slice(0, 64))} here.`,
    }));
  }
  return [{ pointer: pointerTo(issue.path), detail: `${issue.message}.` }];
}

const KINDS: Record<string, string> = { string: "text", boolean: "true or false", array: "a list" };

/** What a value must be where its schema does not say: the validator's own words are for programmers. */
function plainMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? "an object"}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "must have another name";
    default:
      return "cannot be taken as it is";
  }
}
