import type { Unreachable } from "../../../domain/job/job.ts";
import { LONGEST_CLOUD_BACK_OFF_MS, retryAfterMs } from "../../../domain/waits.ts";
import type { ErrorBody } from "./errors.ts";

/** The gateway counts requests per minute, and sends no `Retry-After`. */
const BACK_OFF = { defaultMs: 60_000, longestMs: LONGEST_CLOUD_BACK_OFF_MS };

export function unreachable(cause: Unreachable["cause"], reason: string): Unreachable {
  return { kind: "unreachable", cause, reason };
}

/** The observation of an error response. If it was throttled, the project backs off. */
export function unreachableBy(
  cause: Unreachable["cause"],
  reason: string,
  retryAfter: string | undefined,
  now: number,
): Unreachable {
  const observation = unreachable(cause, reason);
  return cause === "throttled" ? { ...observation, retryAfterMs: retryAfterMs(retryAfter, now, BACK_OFF) } : observation;
}

export function noAnswer(upstream: string, timeoutMs: number): Unreachable {
  return unreachable("unavailable", `no answer from ${upstream} within ${Math.round(timeoutMs / 100) / 10} s`);
}

export function tooLong(upstream: string, maxBytes: number): Unreachable {
  return unreachable("invalid-response", `the response of ${upstream} is longer than ${maxBytes / 1024} KiB`);
}

/** Describes a failed request by its error code only: errors of ky and fetch contain URLs, headers and the token. */
export function requestFailed(error: unknown, upstream: string): Unreachable {
  return unreachable("unavailable", `${upstream} cannot be reached (${codeOf(error)})`);
}

/** Returns "SFS.TURBO.0019 invalid job ID", or "503 from the job API" without a code. A numeric code is treated as a status. */
export function describe(status: number, { code, text }: ErrorBody, upstream: string): string {
  const named = code !== undefined && !/^\d+$/.test(code);
  const who = named ? code : `${code ?? status} from ${upstream}`;
  if (text === undefined) return who;
  return named ? `${who} ${text}` : `${who}: ${text}`;
}

/** Returns the code of the innermost cause: ECONNREFUSED, ENOTFOUND, UND_ERR_SOCKET, DEPTH_ZERO_SELF_SIGNED_CERT. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const inner = error.cause instanceof Error ? codeOf(error.cause) : undefined;
  const code =
    "code" in error && typeof error.code === "string" && /^[A-Z0-9_]{1,64}$/.test(error.code) ? error.code : undefined;
  return inner ?? code ?? error.name;
}
