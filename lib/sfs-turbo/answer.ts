import type { IncomingHttpHeaders } from "node:http";
import type { Observation, Unreachable } from "../job/job.ts";
import { type Fault, faultOf, isRecord } from "./errors.ts";
import { observationOfJob } from "./job-details.ts";
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

/** What an answer of the job API says, or that it says nothing about the job. The status decides first, then the code. */
export function observationOf(answer: Answer, askedId: string, now: number): Observation {
  const observation = answer.status < 300 ? observationOfJob(answer.body, askedId) : observationOfFault(answer, now);
  const requestId = requestIdOf(answer);
  return requestId === undefined ? observation : { ...observation, requestId };
}

function observationOfFault({ status, headers, body }: Answer, now: number): Observation {
  const fault = faultOf(body);
  const code = fault.code ?? "";
  if (isMissing(status, code)) return { kind: "missing", reason: said(status, fault, "the job API") };
  const cause = causeOf(status, code);
  // The gateway's text about credentials can hold the access key or the signed request.
  if (cause === "credentials") return unreachable(cause, said(401, inOurWords(fault), "the job API"));
  const refusal = unreachable(cause, said(status, fault, "the job API"));
  return cause === "throttled" ? { ...refusal, restMs: restMsOf(headers["retry-after"], now) } : refusal;
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

/** Only the service itself can say that a job is missing: the 404 of a gateway or a proxy must never make a job lost. */
function isMissing(status: number, code: string): boolean {
  if (!code.startsWith("SFS.TURBO.")) return false;
  if (status === 400) return code !== "SFS.TURBO.0005";
  return status === 404 || (status === 403 && code === "SFS.TURBO.9000");
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
