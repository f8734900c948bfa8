import type { IncomingHttpHeaders } from "node:http";
import type { Observation } from "../../../domain/job/job.ts";
import { causeOf } from "./cause.ts";
import { type Fault, faultOf, isRecord } from "./errors.ts";
import type { MissingCode } from "./missing-codes.ts";
import { parseRedacted, redact, type Secrets } from "./redact.ts";
import { restMsOf } from "./retry-after.ts";
import { cleanText } from "./text.ts";
import { said, unreachable } from "./unreachable.ts";

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
export interface Reading {
  /** Who answers, in the words of messages: "the job API". */
  peer: string;
  /** The body of a good answer. */
  seen(body: unknown): Observation;
  /** The refusals that mean that there is no such job. */
  missing: readonly MissingCode[];
}

/** What an answer says, or that it says nothing about the job. The status decides first, then the code. */
export function observationOf(answer: Answer, reading: Reading, now: number): Observation {
  const observation = answer.status < 300 ? reading.seen(answer.body) : observationOfFault(answer, reading, now);
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

function observationOfFault({ status, headers, body }: Answer, { peer, missing }: Reading, now: number): Observation {
  const fault = faultOf(body);
  const listed = missing.find((one) => one.status === status && one.code === fault.code);
  if (listed !== undefined) {
    const { onlyIf, isGone } = listed;
    return { kind: "missing", reason: said(status, fault, peer), ...(onlyIf && { onlyIf }), ...(isGone && { isGone }) };
  }
  const cause = causeOf(status, fault.code ?? "");
  // The gateway's text about credentials can hold the access key or the signed request.
  if (cause === "credentials") return unreachable(cause, said(401, inOurWords(fault), peer));
  const refused = unreachable(cause, said(status, fault, peer));
  return cause === "throttled" ? { ...refused, restMs: restMsOf(headers["retry-after"], now) } : refused;
}

const CREDENTIAL_FAULTS: [RegExp, string][] = [
  [/signature expired/i, "the signature's time is more than 15 minutes off the cloud's clock"],
  [/not exist/i, "the cloud does not know the access key"],
  [/reach the limit/i, "the cloud has locked the access key for 5 minutes after too many refusals"],
  [/verify aksk signature fail/i, "the signature is wrong, so the secret key is"],
];

function inOurWords({ code, text = "" }: Fault): Fault {
  const known = CREDENTIAL_FAULTS.find(([pattern]) => pattern.test(text));
  return { ...(code !== undefined && { code }), ...(known && { text: known[1] }) };
}
