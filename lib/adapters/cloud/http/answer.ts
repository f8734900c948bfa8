import type { Observation, Unreachable } from "../../../domain/job/job.ts";
import { isObject } from "../../../domain/json.ts";
import { causeOf } from "./cause.ts";
import { type ErrorBody, parseErrorBody } from "./errors.ts";
import type { MissingCode } from "./missing-codes.ts";
import { parseRedacted, redact, type Secrets } from "./redact.ts";
import { cleanText } from "./text.ts";
import { describe, unreachable, unreachableBy } from "./unreachable.ts";

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Undefined if the body is not JSON. */
  body: unknown;
}

/** Masks the secrets of the request in the body and the request id. Every answer passes here first. */
export function answerOf(response: Pick<Response, "status" | "headers">, text = "", secrets: readonly Secrets[] = []): Answer {
  const headers = Object.fromEntries(response.headers);
  const requestId = headers["x-request-id"];
  if (requestId !== undefined) headers["x-request-id"] = redact(requestId, secrets);
  return { status: response.status, headers, body: parseRedacted(text, secrets) };
}

/** How one source reads the answers to one request. */
export interface ResponseParser {
  /** Name of the API in messages: "the job API". */
  upstream: string;
  /** Reads the body of a 2xx answer. */
  seen(body: unknown): Observation;
  /** The errors that mean that the job does not exist. */
  missing: readonly MissingCode[];
}

/** Turns an answer into an observation. The status decides first, then the code. */
export function observationOf(answer: Answer, parser: ResponseParser, now: number): Observation {
  const observation = answer.status < 300 ? parser.seen(answer.body) : observationOfError(answer, parser, now);
  return withRequestId(observation, answer);
}

/** Adds the request id, which the support of the cloud needs. */
export function withRequestId<Result extends object>(result: Result, answer: Answer): Result & { requestId?: string } {
  return { ...result, ...requestIdOf(answer) };
}

export function requestIdOf({ headers, body }: Answer): { requestId?: string } {
  const requestId = cleanText(headers["x-request-id"], 64) ?? cleanText(isObject(body) ? body.request_id : undefined, 64);
  return requestId === undefined ? {} : { requestId };
}

function observationOfError(answer: Answer, { upstream, missing }: ResponseParser, now: number): Observation {
  const { status, body } = answer;
  const error = parseErrorBody(body);
  const listed = missing.find((one) => one.status === status && one.code === error.code);
  if (listed === undefined) return unreachableOf(answer, upstream, now);
  const { onlyIf, isGone } = listed;
  return { kind: "missing", reason: describe(status, error, upstream), ...(onlyIf && { onlyIf }), ...(isGone && { isGone }) };
}

/** The meaning of an error response that is not known to be about a missing job. */
export function unreachableOf({ status, headers, body }: Answer, upstream: string, now: number): Unreachable {
  const error = parseErrorBody(body);
  const cause = causeOf(status, error.code ?? "");
  // The gateway's text about credentials can contain the access key or the signed request.
  if (cause === "credentials") return unreachable(cause, describe(401, withSafeText(error), upstream));
  return unreachableBy(cause, describe(status, error, upstream), headers["retry-after"], now);
}

const CREDENTIAL_ERRORS: [RegExp, string][] = [
  [/signature expired/i, "the time of the signature is more than 15 minutes off the cloud's clock"],
  [/not exist/i, "the cloud does not know the access key"],
  [/reach the limit/i, "the cloud has locked the access key for 5 minutes after too many failed attempts"],
  [/verify aksk signature fail/i, "the signature is wrong: check the secret key"],
];

function withSafeText({ code, text = "" }: ErrorBody): ErrorBody {
  const known = CREDENTIAL_ERRORS.find(([pattern]) => pattern.test(text));
  return { ...(code !== undefined && { code }), ...(known && { text: known[1] }) };
}
