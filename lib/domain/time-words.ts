const MINUTE = 60_000;

/** "under a second", "15 s", "41 min", "3 h 5 min", "2 d 4 h". A negative duration, from differing clocks, counts as 0. */
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

/** "35 to 50 min" if both have the same unit, else "50 min to 1 h 10 min"; one duration if both read the same. */
export function range(lowMs: number, highMs: number): string {
  const [low, high] = [duration(lowMs), duration(highMs)];
  if (low === high) return high;
  const [, least, unit] = /^(\d+) (\w+)$/.exec(low) ?? [];
  const isAlike = unit !== undefined && /^\d+ (\w+)$/.exec(high)?.[1] === unit;
  return `${isAlike ? least : low} to ${high}`;
}
