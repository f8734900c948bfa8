import * as z from "zod";
import { withReferences } from "./job-references.ts";
import { type Header, OPERATIONS, type Operation, SCHEMAS, type SchemaName, STATUS_OF_PROBLEM } from "./operations.ts";

/** A request that was run, and its response. */
export interface Example {
  operation: string;
  /** A short summary. */
  name: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  status: number;
  answer?: unknown;
}

const ANSWER_HEADERS: Record<string, { description: string; schema: object }> = {
  Location: { description: "Path of the job or the watch", schema: { type: "string" } },
  ETag: { description: "Changes with each update of the job", schema: { type: "string" } },
  "Preference-Applied": { description: "The wait that was honoured", schema: { type: "string" } },
  "Retry-After": { description: "Seconds to wait before you retry", schema: { type: "integer" } },
  "Idempotent-Replayed": {
    description: "`true` if this is the stored response to an earlier request with this Idempotency-Key",
    schema: { type: "string" },
  },
  "WWW-Authenticate": { description: "How to authenticate", schema: { type: "string" } },
};

/** Returns the API as OpenAPI 3.1, built from the validating schemas and the examples. */
export function openApiDocument(examples: Example[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) {
    const own = examples.filter((example) => example.operation === operation.id);
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: operationOf(operation, own) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "sfs-jobwatch",
      version,
      summary: "Notifies Slack when an SFS Turbo job finishes or fails",
      description:
        "Requests and responses are JSON. Times are ISO 8601 in UTC; unknown values are absent. Errors are `application/problem+json` (RFC 9457); `docs/api.md` explains each type and what to do. An unknown path returns 404 `not-found`; an unsupported method returns 405 `method-not-allowed` with `Allow`. Every response has an `X-Correlation-Id`: yours if you send one of 1 to 64 letters, digits, `-` and `_`, otherwise a new one. Logs and the job contain it too.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      headers: ANSWER_HEADERS,
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key of your team. Ask the operators for a key." },
      },
    },
  };
}

const PATH_EXAMPLES: Record<string, string> = {
  jobId: "extend-share-01",
  watchId: "6b1f2f0e-6d0f-4b0e-9a53-0a4b8e1f7c21",
  silenceId: "0d4c2a53-1f8e-4a5b-8f6e-2f0a4b8e1f7c",
  name: "general",
};

const TAGS = [
  ["jobs", "Jobs that your team tracks"],
  ["watches", "Projects that your team watches"],
  ["silences", "What your team does not want to hear"],
  ["redeliver", "What expired is delivered again"],
  ["channels", "Where notifications are delivered"],
  ["service", "The service itself; no key required"],
] as const;

function tagOf({ path, isOpen }: Operation): string {
  if (isOpen) return "service";
  return TAGS.find(([name]) => path.startsWith(`/${name}`))?.[0] ?? "channels";
}

function operationOf(operation: Operation, examples: Example[]): object {
  const { id, summary, description, isOpen, body } = operation;
  return {
    operationId: id,
    tags: [tagOf(operation)],
    summary,
    ...(description !== undefined && { description }),
    ...(isOpen && { security: [] }),
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: ref(body), ...requestExamples(examples) } },
      },
    }),
    responses: { ...answersOf(operation, examples), ...problemsOf(operation, examples) },
  };
}

function parametersOf({ path, query, headers = [] }: Operation): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    example: PATH_EXAMPLES[name ?? ""],
  }));
  const { properties = {} } = query ? jsonSchema(query) : {};
  const inQuery = Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
  return [...inPath, ...inQuery, ...headers.map(headerParameter)];
}

function headerParameter({ name, description, example }: Header): object {
  return { name, in: "header", required: false, description, schema: { type: "string" }, example };
}

function answersOf({ answers, problems }: Operation, examples: Example[]): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, contentType, headers = [] }]) => {
      const media = schema ? { schema: ref(schema), ...answerExamples(examples, Number(status)) } : { schema: {} };
      const type = contentType?.split(";")[0] ?? (schema ? "application/json" : undefined);
      const alsoProblem = problems.some((problem) => STATUS_OF_PROBLEM[problem] === Number(status));
      const content = {
        ...(type && { [type]: media }),
        ...(alsoProblem && { "application/problem+json": { schema: ref("Problem") } }),
      };
      return [status, { description, ...headersOf(headers), ...(type && { content }) }];
    }),
  );
}

/** One response per status. Its description lists the possible problem types. */
function problemsOf({ answers, problems }: Operation, examples: Example[]): Record<string, object> {
  const byStatus = Map.groupBy(problems, (type) => STATUS_OF_PROBLEM[type]);
  const undocumented = [...byStatus].filter(([status]) => !(status in answers));
  return Object.fromEntries(
    undocumented.map(([status, types]) => {
      const headers = status === 401 ? ["WWW-Authenticate"] : [409, 429, 503].includes(status) ? ["Retry-After"] : [];
      const content = { "application/problem+json": { schema: ref("Problem"), ...answerExamples(examples, status) } };
      return [status, { description: types.map((type) => `\`${type}\``).join(", "), ...headersOf(headers), content }];
    }),
  );
}

function headersOf(names: string[]): object {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
}

function requestExamples(examples: Example[]): object {
  const good = examples.filter(({ body, status }) => body !== undefined && status < 300);
  return named(good.map(({ name, body }) => [name, body]));
}

function answerExamples(examples: Example[], status: number): object {
  const own = examples.filter((example) => example.status === status && example.answer !== undefined);
  return named(own.map(({ name, answer }) => [name, answer]));
}

function named(values: [name: string, value: unknown][]): object {
  if (values.length === 0) return {};
  const keyOf = (name: string) => name.replace(/[^A-Za-z0-9]+/g, "-");
  return { examples: Object.fromEntries(values.map(([name, value]) => [keyOf(name), { summary: name, value }])) };
}

function ref(name: SchemaName): object {
  return { $ref: `#/components/schemas/${name}` };
}

function componentSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "input", override: plain, uri: (id) => `#/components/schemas/${id}` });
  const named = Object.entries(schemas).map(([id, schema]) => [id, withoutNames(schema)] as const);
  return Object.fromEntries(named.map(([id, schema]) => [id, id === "Registration" ? withReferences(schema) : schema]));
}

function jsonSchema(schema: z.core.$ZodType): { properties?: Record<string, object> } {
  return withoutNames(z.toJSONSchema(schema, { io: "input", override: plain }));
}

/** Removes patterns that a format implies, and the bounds of JavaScript's safe integers. */
function plain({
  jsonSchema: schema,
}: {
  jsonSchema: { format?: string; pattern?: string; minimum?: number; maximum?: number };
}) {
  if (schema.format === "date-time") delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function withoutNames({ $schema: _, $id: _id, ...schema }: object & { $schema?: unknown; $id?: unknown }): object {
  return schema;
}
