import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { ProblemError } from "../../functions/api/http/problem.ts";
import * as asked from "../../functions/api/routes/schemas.ts";

const ODD = [
  ...[null, true, 5, 0, -1, 0.5, 1e99, Number.NaN, "", " ", "abc", "a\nb", "x".repeat(5_000), "2026-13-01T00:00:00Z"],
  ...[[], [5], [""], ["abc"], Array(50).fill("a"), {}, { A: "x" }, { a: 5 }, { a: "" }, { "": "x" }],
  Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, "x"])),
  ...[{ until: 5 }, { until: "soon", more: 1 }, { until: "2026-11-23T18:00:00Z", reason: 5 }, "ftp://a", "https://u:p@a"],
];

type Parse = (value: unknown) => unknown;
const query =
  (schema: z.ZodObject): Parse =>
  (value) =>
    asked.parseQuery(schema, value as Record<string, string>);
const PARTS: { name: string; schema: z.ZodObject; parse: Parse }[] = [
  { name: "registration", schema: asked.registration, parse: asked.parseRegistration },
  { name: "batch", schema: asked.batch, parse: asked.parseBatch },
  { name: "change", schema: asked.jobChange, parse: asked.parseJobChange },
  { name: "job's query", schema: asked.jobQuery, parse: query(asked.jobQuery) },
  { name: "redeliver's query", schema: asked.redeliverQuery, parse: query(asked.redeliverQuery) },
  { name: "registration's query", schema: asked.registrationQuery, parse: query(asked.registrationQuery) },
  { name: "list's query", schema: asked.listQuery, parse: query(asked.listQuery) },
];
const FIELDS = PARTS.flatMap(({ name, schema, parse }) => Object.keys(schema.shape).map((field) => ({ name, field, parse })));

function refusalOf(parse: Parse, value: unknown): ProblemError["problem"] | undefined {
  try {
    parse(value);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

const detailsOf = (parse: Parse, values: unknown[]) =>
  values.flatMap((value) => refusalOf(parse, value)?.errors?.map(({ detail }) => detail) ?? []);

describe("what is wrong is said in our own words, never in the validator's:", () => {
  it.each(FIELDS)("$field of a $name", ({ field, parse }) => {
    const details = detailsOf(
      parse,
      ODD.map((odd) => ({ [field]: odd })),
    );
    expect(details).not.toEqual([]);
    for (const detail of details) {
      expect(detail).toMatch(/^(must|There is no field) .*[^.]\.$/);
      expect(detail).not.toMatch(/invalid|expected|received|too small|too big|unrecognized/i);
    }
  });

  it("a body that is none", () => {
    expect(detailsOf(asked.parseRegistration, [null, [], 5, "a"])).toEqual(Array(4).fill("must be an object."));
  });
});

it.each([
  { body: { jobId: "a", expectedMinutes: 50_000 }, says: "expectedMinutes must be a whole number from 1 to 43200." },
  { body: { jobId: "a", labels: { k: "" } }, says: "labels/k must not be empty." },
  {
    body: { jobId: "a", labels: { A: "x" } },
    says: "labels/A must have a name that begins with a lower case letter and is at most 32 of a-z, 0-9, _ . -.",
  },
  { body: { jobId: "a", color: "red" }, says: 'There is no field "color" here.' },
  { body: [], says: "The body must be an object." },
])("a single mistake is the detail of the problem, with its place once: $says", ({ body, says }) => {
  expect(refusalOf(asked.parseRegistration, body)?.detail).toBe(says);
});
