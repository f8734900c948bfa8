import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { PROBLEM_TYPES } from "../../functions/api/http/problem.ts";

const KNOWN_TYPES = new Set<string>(PROBLEM_TYPES);
const LONGEST_PROBLEM = 10_000;

/** Returns what is wrong with an answer of the api, or undefined if it is a 2xx or a valid problem. */
export function breachOf(method: string, { statusCode = 0, headers = {}, body = "" }: APIGatewayProxyStructuredResultV2) {
  if (statusCode < 200 || statusCode >= 500) return `an answer of ${statusCode}`;
  if (method === "HEAD") return undefined;
  if (statusCode === 304) return body === "" ? undefined : "an answer of 304 with a body";
  if (String(headers["content-type"]).startsWith("text/html")) return undefined;
  const answer = parsed(body);
  if (answer === undefined) return "an answer that is not JSON";
  return statusCode < 400 ? undefined : breachOfProblem(statusCode, headers["content-type"], answer, body.length);
}

function breachOfProblem(status: number, type: unknown, answer: Record<string, unknown>, length: number): string | undefined {
  if (type !== "application/problem+json") return `a problem of content type ${type}`;
  if (!KNOWN_TYPES.has(String(answer.type)) || answer.status !== status) return `a problem of type ${answer.type}`;
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
