const SHORTEST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;
const DEFAULT_MS = 60_000;

/**
 * How long a 429 asks us to rest. The gateway counts by the minute and says nothing, so a minute is the default; a header
 * can say seconds or a date, and cannot silence a project for longer than 15 minutes.
 */
export function retryAfterMsOf(retryAfter: string | null | undefined, now: number): number {
  const wantedMs = parseMs(retryAfter?.trim() ?? "", now);
  return wantedMs === undefined ? DEFAULT_MS : Math.min(Math.max(wantedMs, SHORTEST_MS), LONGEST_MS);
}

function parseMs(value: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  // `Date.parse` alone takes "-5" for a month.
  const date = /^[A-Z][a-z]+,? .*\d:\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
