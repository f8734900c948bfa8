const FORMAT =
  /^(\d{4})-(\d{2})-(\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)? ?(?:Z|UTC|([+-])([01]\d|2[0-3]):?([0-5]\d))?$/;

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Parses a time of the cloud. SFS Turbo sends `2016-01-02 15:04:05`, which is UTC, though `Date` would read it as local time. Other services
 * and the identity service send ISO 8601. Returns undefined for anything else and for implausible times.
 */
export function parseCloudTime(value: unknown): number | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return parseCommon(value) ?? parseAny(value.trim());
}

/** Fast path for the common form: 19 characters, day 1 to 28. Used several times per poll. */
function parseCommon(text: string): number | undefined {
  if (text.length !== 19 || !(isAt(text, 4, DASH) && isAt(text, 7, DASH) && isAt(text, 10, SPACE))) return undefined;
  if (!(isAt(text, 13, COLON) && isAt(text, 16, COLON))) return undefined;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  const isCommon =
    year >= 2000 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60;
  return isCommon ? ((daysTo(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 : undefined;
}

/** Returns the days since 1970. Counts years from March, so that a leap day is the last of its year. Faster than `Date.UTC`. */
function daysTo(year: number, month: number, day: number): number {
  const march = (month + 9) % 12;
  const y = month <= 2 ? year - 1 : year;
  const ofYear = Math.floor((153 * march + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofYear - 719_468;
}

const DASH = 0x2d;
const SPACE = 0x20;
const COLON = 0x3a;

function isAt(text: string, at: number, unit: number): boolean {
  return text.charCodeAt(at) === unit;
}

/** Returns two digits as a number, or NaN. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function parseAny(text: string): number | undefined {
  const parts = FORMAT.exec(text);
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
