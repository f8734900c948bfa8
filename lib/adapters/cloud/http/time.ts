const FORMAT =
  /^(\d{4})-(\d{2})-(\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)? ?(?:Z|UTC|([+-])([01]\d|2[0-3]):?([0-5]\d))?$/;

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Parses a time of the cloud. SFS Turbo sends `2016-01-02 15:04:05`, which is UTC, though `Date` would read it as local time. Other services
 * and the identity service send ISO 8601. Returns undefined for anything else and for implausible times.
 */
export function parseCloudTime(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const parts = FORMAT.exec(value.trim());
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  if (!isDay(year, month, day)) return undefined;
  const ms = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
  const at = Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMs(parts[8], parts[9], parts[10]);
  return at >= EARLIEST && at <= LATEST ? at : undefined;
}

/** Rejects days such as 30 February, which `Date` reads as 1 March. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function offsetMs(sign = "+", hours = "0", minutes = "0"): number {
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
