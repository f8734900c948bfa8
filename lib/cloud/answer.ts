import type { IncomingHttpHeaders } from "node:http";
import type { Observation } from "../job/job.ts";
import { causeOf } from "./cause.ts";
import { type Fault, faultOf, isRecord } from "./errors.ts";
import type { MissingCode } from "./missing-codes.ts";
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

export function answerOf(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  return { status, headers, body: parsed(text) };
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
  const requestId = requestIdOf(answer);
  return requestId === undefined ? observation : { ...observation, requestId };
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

function requestIdOf({ headers, body }: Answer): string | undefined {
  return cleanText(headers["x-request-id"], 64) ?? cleanText(isRecord(body) ? body.request_id : undefined, 64);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
