import type * as z from "zod/mini";
import { type FieldError, invalid, pointerTo } from "./problem.ts";

/** Number of errors in one response. */
const MOST_ERRORS = 20;

/** Returns the parsed value. Throws 422 with one error for each invalid place. */
export function validate<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: plainMessage });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(fieldErrors).slice(0, MOST_ERRORS));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      detail: `Unknown field ${JSON.stringify(key.slice(0, 64))}. Check its spelling.`,
    }));
  }
  return [{ pointer: pointerTo(issue.path), detail: `${issue.message}.` }];
}

const KINDS: Record<string, string> = { string: "text", boolean: "true or false", array: "a list" };

/** Replaces zod's default messages, which are written for programmers. */
function plainMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? "an object"}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "must have a valid name";
    default:
      return "is not valid";
  }
}
