const MIN_MS = 1_000;
const MAX_MS = 15 * 60_000;
const DEFAULT_MS = 60_000;

/**
 * Returns how long to back off after a 429. The header has seconds or a date, limited to 15 minutes.
 * Default: one minute, since the gateway counts per minute and sends no header.
 */
export function retryAfterMsOf(retryAfter: string | null | undefined, now: number): number {
  const requestedMs = parseMs(retryAfter?.trim() ?? "", now);
  return requestedMs === undefined ? DEFAULT_MS : Math.min(Math.max(requestedMs, MIN_MS), MAX_MS);
}

function parseMs(value: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  // `Date.parse` would read "-5" as a month.
  const date = /^[A-Z][a-z]+,? .*\d:\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
