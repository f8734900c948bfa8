import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const PROBLEM_TYPES = new Set([
  "unreadable-body",
  "unauthorized",
  "forbidden",
  "not-found",
  "unknown-job",
  "method-not-allowed",
  "body-too-large",
  "unsupported-media-type",
  "invalid-request",
]);
const LONGEST_PROBLEM = 10_000;

/** What is wrong with an answer of the api, undefined where it is a 2xx or a problem in the one form of all problems. */
export function breachOf(method: string, { statusCode = 0, headers = {}, body = "" }: APIGatewayProxyStructuredResultV2) {
  if (statusCode < 200 || statusCode >= 500) return `an answer of ${statusCode}`;
  if (method === "HEAD") return undefined;
  const answer = parsed(body);
  if (answer === undefined) return "an answer that is no JSON";
  return statusCode < 400 ? undefined : breachOfProblem(statusCode, headers["content-type"], answer, body.length);
}

function breachOfProblem(status: number, type: unknown, answer: Record<string, unknown>, length: number): string | undefined {
  if (type !== "application/problem+json") return `a problem of content type ${type}`;
  if (!PROBLEM_TYPES.has(String(answer.type)) || answer.status !== status) return `a problem of type ${answer.type}`;
  if (typeof answer.title !== "string" || typeof answer.detail !== "string") return "a problem without title or detail";
  return length < LONGEST_PROBLEM ? undefined : `a problem of ${length} characters`;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
