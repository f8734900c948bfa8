import type { ContentfulStatusCode } from "hono/utils/http-status";
import { CORRELATION_HEADER } from "./correlation.ts";

/** An invalid place in a request, by JSON Pointer (RFC 6901). */
export interface FieldError {
  pointer: string;
  /** Either continues the name of the place (`must be a list.`), or is a whole sentence with a capital letter. */
  detail: string;
}

export interface Problem {
  type: ProblemType;
  status: ContentfulStatusCode;
  detail: string;
  errors?: FieldError[];
  /** For an unknown job: the cloud's error. */
  reason?: string;
  /** For an unknown job: the X-request-id of the cloud's response. */
  requestId?: string;
  /** For an unknown job: the sources that have it. */
  foundAs?: string[];
}

const TITLES = {
  "unreadable-body": "The request cannot be read",
  unauthorized: "A valid API key is required",
  forbidden: "This key lacks permission",
  "not-found": "Not found",
  "unknown-job": "Unknown job",
  "unreadable-record": "The record of this job cannot be read",
  "method-not-allowed": "Method not allowed",
  "body-too-large": "The body is too large",
  "unsupported-media-type": "Unsupported content type",
  "invalid-request": "The request is invalid",
  "too-many-open-jobs": "Your team has too many open jobs",
  "too-many-watches": "Your team has too many watches",
  "too-many-silences": "Your team has too many silences",
  "precondition-failed": "The job has changed",
  "request-in-progress": "The request is still in progress",
  "idempotency-key-reused": "The Idempotency-Key was used for another request",
  "too-many-requests": "Too many requests",
  unavailable: "Temporarily unavailable",
} as const;

export type ProblemType = keyof typeof TITLES;
export const PROBLEM_TYPES = Object.keys(TITLES) as ProblemType[];

/** Returns a JSON Pointer (RFC 6901). Long names are truncated to 64 characters. */
export function pointerTo(path: PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).slice(0, 64).toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Ends the request with a problem response (RFC 9457). The app's error boundary catches it. */
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

/** A request with an invalid body, query or header: always 422. */
export function invalid(errors: FieldError[]): ProblemError {
  const [only, ...more] = errors;
  const detail = only && more.length === 0 ? sentenceOf(only) : `The request has ${errors.length} errors; see \`errors\`.`;
  return new ProblemError({ type: "invalid-request", status: 422, detail, errors });
}

function sentenceOf({ pointer, detail }: FieldError): string {
  if (!/^[a-z]/.test(detail)) return detail;
  return `${pointer === "" ? "The body" : pointer.slice(1)} ${detail}`;
}

/** Returns the RFC 9457 members of a whole response, or of one result of a batch. */
export function problemBody({ type, ...rest }: Problem) {
  return { type, title: TITLES[type], ...rest };
}

export function noSuchPath(): ProblemError {
  return new ProblemError({ type: "not-found", status: 404, detail: "No route has this path. GET /docs lists all routes." });
}

/** An error on our side. The response does not reveal its cause. */
export function unavailable(): ProblemError {
  const detail = "A part of the service does not respond. Try again in a moment. It is safe to repeat the request.";
  return new ProblemError({ type: "unavailable", status: 503, detail }, { "Retry-After": "5" });
}

/** Headers of every response. Browsers apply `Strict-Transport-Security` over https only. */
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
