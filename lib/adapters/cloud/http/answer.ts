import type { IncomingHttpHeaders } from "node:http";
import type { Observation } from "../../../domain/job/job.ts";
import { causeOf } from "./cause.ts";
import { type ErrorBody, isRecord, parseErrorBody } from "./errors.ts";
import type { MissingCode } from "./missing-codes.ts";
import { parseRedacted, redact, type Secrets } from "./redact.ts";
import { retryAfterMsOf } from "./retry-after.ts";
import { cleanText } from "./text.ts";
import { describe, unreachable } from "./unreachable.ts";

export interface Answer {
  status: number;
  /** By names in lower case. */
  headers: IncomingHttpHeaders;
  /** Undefined where it is no JSON. */
  body: unknown;
}

/** The one place where an answer enters: nothing behind it sees a secret of the request again. */
export function answerOf(status: number, headers: IncomingHttpHeaders, text = "", secrets: readonly Secrets[] = []): Answer {
  return { status, headers: redactHeaders(headers, secrets), body: parseRedacted(text, secrets) };
}

/** Only those that are shown: a token that is issued comes in a header too. */
function redactHeaders(headers: IncomingHttpHeaders, secrets: readonly Secrets[]): IncomingHttpHeaders {
  const { "x-request-id": requestId } = headers;
  return typeof requestId === "string" ? { ...headers, "x-request-id": redact(requestId, secrets) } : headers;
}

/** How one source reads the answers to one question. */
export interface ResponseParser {
  /** Who answers, in the words of messages: "the job API". */
  upstream: string;
  /** The body of a good answer. */
  seen(body: unknown): Observation;
  /** The refusals that mean that there is no such job. */
  missing: readonly MissingCode[];
}

/** What an answer says, or that it says nothing about the job. The status decides first, then the code. */
export function observationOf(answer: Answer, parser: ResponseParser, now: number): Observation {
  const observation = answer.status < 300 ? parser.seen(answer.body) : observationOfError(answer, parser, now);
  return withRequestId(observation, answer);
}

/** With the id by which the cloud's support finds the request. */
export function withRequestId<Result extends object>(
  result: Result,
  { headers, body }: Answer,
): Result & { requestId?: string } {
  const requestId = cleanText(headers["x-request-id"], 64) ?? cleanText(isRecord(body) ? body.request_id : undefined, 64);
  return requestId === undefined ? result : { ...result, requestId };
}

function observationOfError(
  { status, headers, body }: Answer,
  { upstream, missing }: ResponseParser,
  now: number,
): Observation {
  const error = parseErrorBody(body);
  const listed = missing.find((one) => one.status === status && one.code === error.code);
  if (listed !== undefined) {
    const { onlyIf, isGone } = listed;
    return { kind: "missing", reason: describe(status, error, upstream), ...(onlyIf && { onlyIf }), ...(isGone && { isGone }) };
  }
  const cause = causeOf(status, error.code ?? "");
  // The gateway's text about credentials can hold the access key or the signed request.
  if (cause === "credentials") return unreachable(cause, describe(401, inOurWords(error), upstream));
  const refused = unreachable(cause, describe(status, error, upstream));
  return cause === "throttled" ? { ...refused, retryAfterMs: retryAfterMsOf(headers["retry-after"], now) } : refused;
}

const CREDENTIAL_ERRORS: [RegExp, string][] = [
  [/signature expired/i, "the signature's time is more than 15 minutes off the cloud's clock"],
  [/not exist/i, "the cloud does not know the access key"],
  [/reach the limit/i, "the cloud has locked the access key for 5 minutes after too many refusals"],
  [/verify aksk signature fail/i, "the signature is wrong, so the secret key is"],
];

function inOurWords({ code, text = "" }: ErrorBody): ErrorBody {
  const known = CREDENTIAL_ERRORS.find(([pattern]) => pattern.test(text));
  return { ...(code !== undefined && { code }), ...(known && { text: known[1] }) };
}
