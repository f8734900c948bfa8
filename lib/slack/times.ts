const MINUTE = 60_000;
const LATEST = 8.64e15;

/** A time that Slack shows in the reader's own zone, and in UTC where it cannot. */
export function date(at: number): string {
  if (!(Math.abs(at) <= LATEST)) return "an unknown time";
  const utc = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${utc} UTC>`;
}

/** "14:02-14:31 UTC (29 min)"; the day too where it is not the same. */
export function period(from: number, until: number): string {
  if (!(Math.abs(from) <= LATEST && Math.abs(until) <= LATEST)) return "for an unknown time";
  const [began, ended] = [from, until].map((at) => new Date(at).toISOString().slice(0, 16).replace("T", " ")) as [
    string,
    string,
  ];
  const sameDay = began.slice(0, 10) === ended.slice(0, 10);
  const times = sameDay ? `${began.slice(11)}-${ended.slice(11)}` : `${began} to ${ended}`;
  return `${times} UTC (${duration(until - from)})`;
}

/** "under a second", "15 s", "41 min", "3 h 5 min", "2 d 4 h". A duration below zero, from clocks that differ, is none. */
export function duration(ms: number): string {
  const minutes = Math.floor(Math.max(ms, 0) / MINUTE);
  if (ms < 1_000) return "under a second";
  if (minutes < 1) return `${Math.floor(ms / 1_000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes} min`;
  return hours < 24 ? parts(hours, "h", minutes % 60, "min") : parts(Math.floor(hours / 24), "d", hours % 24, "h");
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "35-50 min" where both are said in one unit, else "50 min to 1 h 10 min"; one duration where they are said alike. */
export function range(lowMs: number, highMs: number): string {
  const [low, high] = [duration(lowMs), duration(highMs)];
  if (low === high) return high;
  const [, least, unit] = /^(\d+) (\w+)$/.exec(low) ?? [];
  const isAlike = unit !== undefined && /^\d+ (\w+)$/.exec(high)?.[1] === unit;
  return isAlike ? `${least}-${high}` : `${low} to ${high}`;
}
