import type { Unreachable } from "../../../domain/job/job.ts";
import { isObject } from "../../../domain/json.ts";
import type { Answer } from "../http/answer.ts";
import { parseErrorBody } from "../http/errors.ts";
import { type Secrets, secretsOf } from "../http/redact.ts";
import { parseCloudTime } from "../http/time.ts";
import { describe, unreachable, unreachableBy } from "../http/unreachable.ts";

export interface Token {
  kind: "token";
  value: string;
  /** The token, masked if the cloud repeats it. */
  secrets: Secrets;
  issuedAt: number;
  /** When to request a new one. This one still works. */
  renewAt: number;
  expiresAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A token is read from a header and sent in one, so only visible ASCII is allowed. */
export const TOKEN = /^[\x21-\x7e]+$/;

export function tokenOf({ status, headers, body }: Answer, now: number): Token | Unreachable {
  if (status >= 300) return errorObservation({ status, headers, body }, now);
  const value = headers["x-subject-token"];
  if (typeof value !== "string" || !TOKEN.test(value))
    return unreachable("invalid-response", "the identity service returned no token header");
  if (!isObject(body) || !isObject(body.token))
    return unreachable("invalid-response", "the identity service returned no token body");
  const expiresAt = expiryOf(parseCloudTime(body.token.expires_at), now);
  return {
    kind: "token",
    value,
    secrets: secretsOf(value),
    issuedAt: now,
    renewAt: renewalTime(now, expiresAt),
    expiresAt,
  };
}

/** Half an hour before the end; a token that lives for an hour or less is renewed after 80 % of its life. */
function renewalTime(issuedAt: number, expiresAt: number): number {
  const life = expiresAt - issuedAt;
  return life > HOUR ? expiresAt - HOUR / 2 : issuedAt + 0.8 * life;
}

/** If the expiry is missing or in the past (clocks differ), the token is used for a while anyway: a 401 shows when it is invalid. */
function expiryOf(expiresAt: number | undefined, now: number): number {
  if (expiresAt === undefined) return now + HOUR;
  return expiresAt > now ? expiresAt : now + MINUTE;
}

function errorObservation({ status, headers, body }: Answer, now: number): Unreachable {
  const error = parseErrorBody(body);
  const cause = causeOf(status, error.code ?? "");
  return unreachableBy(cause, describe(status, error, "the identity service"), headers["retry-after"], now);
}

function causeOf(status: number, code: string): Unreachable["cause"] {
  if (status === 429 || /^APIGW?\.0308$/.test(code)) return "throttled";
  if (status === 401 || status === 403) return "credentials";
  return status >= 500 || status === 408 ? "unavailable" : "configuration";
}
