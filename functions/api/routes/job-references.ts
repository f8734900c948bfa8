import * as z from "zod/mini";
import { type ReferenceField, SOURCES, type SourceName } from "../../../lib/domain/job/sources.ts";
import { type FieldError, invalid } from "../http/problem.ts";

const FIELDS: Record<string, ReferenceField> = Object.assign({}, ...Object.values(SOURCES).map(({ fields }) => fields));

/** Fields that identify a job, for all sources. `referenceOf` checks which belong together. */
export const referenceFields = Object.fromEntries(
  Object.entries(FIELDS).map(([name, field]) => [name, z.optional(schemaOf(name, field))]),
);

/** Returns the job id of a registration, without the operation sequence number. Throws if fields are missing or belong to another source. */
export function referenceOf(source: SourceName, given: Record<string, unknown>): string {
  const own = Object.keys(SOURCES[source].fields);
  const missing = own.filter((name) => given[name] === undefined);
  const others = Object.keys(FIELDS).filter((name) => given[name] !== undefined && !own.includes(name));
  const errors: FieldError[] = [
    ...missing.map((name) => ({
      pointer: `/${name}`,
      detail: `is required: ${source} needs ${own.join(" and ")}.`,
    })),
    ...others.map((name) => ({
      pointer: `/${name}`,
      detail: `does not belong to ${source}, which needs ${own.join(" and ")}.`,
    })),
  ];
  if (errors.length > 0) throw invalid(errors);
  return own.map((name) => String(given[name])).join(".");
}

function schemaOf(name: string, field: ReferenceField): z.ZodMiniType {
  const usedBy = Object.entries(SOURCES).filter(([, { fields }]) => name in fields);
  return checkOf(field).check(z.describe(`For source ${usedBy.map(([source]) => source).join(", ")}`));
}

function checkOf(field: ReferenceField): z.ZodMiniType {
  if ("words" in field) return z.enum(field.words as [string, ...string[]]);
  const text = z.string(field.requirement);
  return field.accepts
    ? text.check(z.regex(field.accepts, field.requirement), z.toLowerCase())
    : text.check(z.regex(field.pattern, field.requirement));
}
