import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { ProblemError } from "../../functions/api/http/problem.ts";
import * as requests from "../../functions/api/routes/schemas.ts";

const ODD = [
  ...[null, true, 5, 0, -1, 0.5, 1e99, Number.NaN, "", " ", "abc", "a\nb", "x".repeat(5_000), "2026-13-01T00:00:00Z"],
  ...[[], [5], [""], ["abc"], Array(50).fill("a"), {}, { A: "x" }, { a: 5 }, { a: "" }, { "": "x" }],
  Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, "x"])),
  ...[{ until: 5 }, { until: "soon", more: 1 }, { until: "2026-11-23T18:00:00Z", reason: 5 }, "ftp://a", "https://u:p@a"],
];

type Parse = (value: unknown) => unknown;
const query =
  (schema: z.ZodMiniObject): Parse =>
  (value) =>
    requests.parseQuery(schema, value as Record<string, string>);
const PARTS: { name: string; schema: z.ZodMiniObject; parse: Parse }[] = [
  { name: "registration", schema: requests.registration, parse: requests.parseRegistration },
  { name: "batch", schema: requests.batch, parse: requests.parseBatch },
  { name: "change", schema: requests.jobChange, parse: requests.parseJobChange },
  { name: "job's query", schema: requests.jobQuery, parse: query(requests.jobQuery) },
  { name: "redeliver's query", schema: requests.redeliverQuery, parse: query(requests.redeliverQuery) },
  { name: "registration's query", schema: requests.registrationQuery, parse: query(requests.registrationQuery) },
  { name: "list's query", schema: requests.listQuery, parse: query(requests.listQuery) },
];
const FIELDS = PARTS.flatMap(({ name, schema, parse }) => Object.keys(schema.shape).map((field) => ({ name, field, parse })));

function problemOf(parse: Parse, value: unknown): ProblemError["problem"] | undefined {
  try {
    parse(value);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

const detailsOf = (parse: Parse, values: unknown[]) =>
  values.flatMap((value) => problemOf(parse, value)?.errors?.map(({ detail }) => detail) ?? []);

describe("error messages are our own, not the validator's:", () => {
  it.each(FIELDS)("$field of a $name", ({ field, parse }) => {
    const details = detailsOf(
      parse,
      ODD.map((odd) => ({ [field]: odd })),
    );
    expect(details).not.toEqual([]);
    for (const detail of details) {
      expect(detail).toMatch(/^(must|Unknown field) .*[^.]\.$/);
      expect(detail).not.toMatch(/invalid|expected|received|too small|too big|unrecognized/i);
    }
  });

  it("a body that is not an object", () => {
    expect(detailsOf(requests.parseRegistration, [null, [], 5, "a"])).toEqual(Array(4).fill("must be an object."));
  });
});

it.each([
  { body: { jobId: "a", expectedMinutes: 50_000 }, detail: "expectedMinutes must be a whole number from 1 to 43200." },
  { body: { jobId: "a", labels: { k: "" } }, detail: "labels/k must not be empty." },
  {
    body: { jobId: "a", labels: { A: "x" } },
    detail: "labels/A must have a name of at most 32 characters (a-z, 0-9, _ . -) that begins with a lower case letter.",
  },
  { body: { jobId: "a", color: "red" }, detail: 'Unknown field "color". Check its spelling.' },
  { body: [], detail: "The body must be an object." },
])("a single error becomes the detail of the problem: $detail", ({ body, detail }) => {
  expect(problemOf(requests.parseRegistration, body)?.detail).toBe(detail);
});
