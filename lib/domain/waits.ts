/** Longest waits. A stored time further ahead was written by a wrong clock (stored-times.ts). */
export const LONGEST_CLOUD_BACK_OFF_MS = 15 * 60_000;
export const LONGEST_PROBE_WAIT_MS = 60_000;
export const LONGEST_SEND_WAIT_MS = 30 * 60_000;

const FIRST_WAIT_MS = 5_000;
const MIN_RETRY_AFTER_MS = 1_000;

/** The wait after consecutive failures: 5 s, doubled after each further one. */
export function growingWait(failures: number, longestMs: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** failures, longestMs);
}

/** Returns how long a `Retry-After` of seconds or a date asks to wait: at least a second. `defaultMs`: without a readable one. */
export function retryAfterMs(
  retryAfter: string | undefined,
  now: number,
  { defaultMs, longestMs }: { defaultMs: number; longestMs: number },
): number {
  const requestedMs = parseRetryAfter(retryAfter?.trim() ?? "", now) ?? defaultMs;
  return Math.min(Math.max(requestedMs, MIN_RETRY_AFTER_MS), longestMs);
}

function parseRetryAfter(value: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  // `Date.parse` would read "-5" as a month.
  const date = /^[A-Z][a-z]+,? .*\d:\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
