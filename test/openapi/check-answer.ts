import type { ProblemType } from "../../functions/api/http/problem.ts";
import { OPERATIONS, type Operation, SCHEMAS, STATUS_OF_PROBLEM } from "../../functions/api/openapi/operations.ts";

export interface GivenAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Problems of paths and methods without a route. */
const UNROUTED: ProblemType[] = ["not-found", "method-not-allowed", "unauthorized", "too-many-requests", "unreadable-body"];

/** Returns how a response differs from docs/openapi.json; undefined if it conforms. */
export function breachOfContract(method: string, path: string, answer: GivenAnswer): string | undefined {
  if (method === "HEAD") return undefined;
  const operation = operationOf(method, new URL(`https://host${path}`).pathname);
  // Pages are not part of the document.
  if (!operation && answer.headers["content-type"]?.startsWith("text/html")) return undefined;
  const isProblem = answer.headers["content-type"] === "application/problem+json";
  const breach = isProblem ? breachOfProblem(operation, answer) : breachOfAnswer(operation, answer);
  return breach && `${method} ${path} ${answer.status}: ${breach}`;
}

function operationOf(method: string, path: string): Operation | undefined {
  const parts = path.split("/");
  return OPERATIONS.find((operation) => {
    const own = operation.path.split("/");
    const isMatch = own.every((part, index) => part === parts[index] || (part.startsWith("{") && parts[index] !== ""));
    return operation.method === method && own.length === parts.length && isMatch;
  });
}

function breachOfProblem(operation: Operation | undefined, { status, body }: GivenAnswer): string | undefined {
  const { success, data, error } = SCHEMAS.Problem.safeParse(body);
  if (!success) return `not a problem: ${error.message}`;
  if (STATUS_OF_PROBLEM[data.type] !== status || data.status !== status) return `a problem of type ${data.type}`;
  const output = operation?.problems ?? UNROUTED;
  return [...output, "body-too-large"].includes(data.type) ? undefined : `the type ${data.type} is not documented`;
}

function breachOfAnswer(operation: Operation | undefined, { status, headers, body }: GivenAnswer): string | undefined {
  const output = operation?.answers[status];
  if (!output) return "the status is not documented";
  const missing = ["ETag", "WWW-Authenticate"].filter((name) => output.headers?.includes(name) && !headers[name.toLowerCase()]);
  if (missing.length > 0) return `no ${missing.join(", ")}`;
  if (output.schema === null) return undefined;
  const { success, error } = SCHEMAS[output.schema].safeParse(body);
  return success ? undefined : `not a ${output.schema}: ${error.message}`;
}
