import type { ContentfulStatusCode } from "hono/utils/http-status";
import { CORRELATION_HEADER } from "./correlation.ts";

/** One wrong place in a body, by JSON Pointer (RFC 6901). */
export interface FieldError {
  pointer: string;
  /** Either goes on from the name of the place (`must be a list.`), or is a sentence of its own, which a capital begins. */
  detail: string;
}

export interface Problem {
  type: ProblemType;
  status: ContentfulStatusCode;
  detail: string;
  errors?: FieldError[];
  /** Of an unknown job: what the cloud said, and the sources that know it. */
  reason?: string;
  /** The cloud's X-request-id of the refusal. */
  requestId?: string;
  foundAs?: string[];
}

const TITLES = {
  "unreadable-body": "The body cannot be read",
  unauthorized: "A valid API key is needed",
  forbidden: "This key has not the right",
  "not-found": "There is nothing here",
  "unknown-job": "The job is not known",
  "method-not-allowed": "The method is not allowed here",
  "body-too-large": "The body is too large",
  "unsupported-media-type": "The content type is not supported",
  "invalid-request": "The request has mistakes",
  "too-many-open-jobs": "Your team has too many open jobs",
  "precondition-failed": "The job has changed meanwhile",
  "request-in-progress": "The same request is being carried out",
  "idempotency-key-reused": "The Idempotency-Key belongs to another request",
  "too-many-requests": "Too many requests for the moment",
  unavailable: "The service is not available for a moment",
} as const;

export type ProblemType = keyof typeof TITLES;
export const PROBLEM_TYPES = Object.keys(TITLES) as ProblemType[];

/** A JSON Pointer (RFC 6901); of a long name its beginning. */
export function pointerTo(path: PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).slice(0, 64).toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Ends a request with an answer of RFC 9457. Thrown anywhere below the app's one error boundary. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}

/** A body whose parts, or a query whose values, are wrong: always 422. */
export function invalid(errors: FieldError[]): ProblemError {
  const [only, ...more] = errors;
  const detail = only && more.length === 0 ? sentenceOf(only) : `${errors.length} parts of the request are wrong.`;
  return new ProblemError({ type: "invalid-request", status: 422, detail, errors });
}

function sentenceOf({ pointer, detail }: FieldError): string {
  if (!/^[a-z]/.test(detail)) return detail;
  return `${pointer === "" ? "The body" : pointer.slice(1)} ${detail}`;
}

/** The members of RFC 9457, which stand alone or in the result of one item. */
export function problemBody({ type, ...rest }: Problem) {
  return { type, title: TITLES[type], ...rest };
}

export function noSuchPath(): ProblemError {
  return new ProblemError({ type: "not-found", status: 404, detail: "No route has this path; GET /docs lists them all." });
}

/** What went wrong on our side: nobody learns more of it than that. */
export function unavailable(): ProblemError {
  const detail = "Nothing is known to be lost; try again in a moment. A repeated registration doubles nothing.";
  return new ProblemError({ type: "unavailable", status: 503, detail }, { "Retry-After": "5" });
}

/** Headers of every answer. Browsers heed the last one over https alone. */
export const EVERY_ANSWER = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Strict-Transport-Security": "max-age=31536000",
};

export function problemResponse(problem: Problem, correlationId: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ ...problemBody(problem), correlationId });
  const all = { ...headers, [CORRELATION_HEADER]: correlationId, "Content-Type": "application/problem+json" };
  return new Response(body, { status: problem.status, headers: all });
}
