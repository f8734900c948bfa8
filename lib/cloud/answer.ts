import type { IncomingHttpHeaders } from "node:http";
import type { Observation, Unreachable } from "../job/job.ts";
import { type Fault, faultOf, isRecord } from "./errors.ts";
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
  /**
   * Whether a refusal is the service's own word that there is no such job: the 404 of a gateway or a proxy must never make a
   * job lost. `gone`: that is what the job was for.
   */
  refusal(status: number, code: string): "missing" | "gone" | undefined;
}

/** What an answer says, or that it says nothing about the job. The status decides first, then the code. */
export function observationOf(answer: Answer, reading: Reading, now: number): Observation {
  const observation = answer.status < 300 ? reading.seen(answer.body) : observationOfFault(answer, reading, now);
  const requestId = requestIdOf(answer);
  return requestId === undefined ? observation : { ...observation, requestId };
}

function observationOfFault({ status, headers, body }: Answer, { peer, refusal }: Reading, now: number): Observation {
  const fault = faultOf(body);
  const code = fault.code ?? "";
  const meaning = refusal(status, code);
  if (meaning !== undefined) {
    return { kind: "missing", reason: said(status, fault, peer), ...(meaning === "gone" && { isGone: true }) };
  }
  const cause = causeOf(status, code);
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

function causeOf(status: number, code: string): Unreachable["cause"] {
  // Some deployments of the gateway write APIG for APIGW.
  const gateway = /^APIGW?\.(\d{4})$/.exec(code)?.[1];
  if (status === 401 || gateway === "0307") return "credentials";
  if (status === 429 || gateway === "0308") return "throttled";
  if (status >= 500 || status === 408) return "unavailable";
  // What is left does not mend itself, least of all a redirect or the page of a proxy.
  return status === 400 && code === "SFS.TURBO.0005" ? "unavailable" : "configuration";
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
