const DAY_MS = 86_400_000;
const PIECE = /\{(\w+)\}/gu;

/** Renders `!date^<unix>^<format>^<link>` as Slack does for a reader in UTC. Returns the fallback if Slack would show it. */
export function dateText(token: string, fallback: string, now: number): string {
  const [, unix = "", format = ""] = token.split("^");
  const at = new Date(Number(unix) * 1000);
  const isKnown = /^\d+$/u.test(unix) && !Number.isNaN(at.getTime()) && format !== "";
  const pieces = Array.from(format.matchAll(PIECE), ([, name = ""]) => name);
  if (!isKnown || pieces.some((name) => piece(name, at, now) === undefined)) return fallback;
  const text = format.replaceAll(PIECE, (_, name: string) => piece(name, at, now) ?? "");
  return pieces.some((name) => name.startsWith("time")) ? `${text} UTC` : text;
}

function piece(name: string, at: Date, now: number): string | undefined {
  if (name.endsWith("_pretty")) return near(at, now) ?? piece(name.slice(0, -"_pretty".length), at, now);
  switch (name) {
    case "date_num":
      return at.toISOString().slice(0, 10);
    case "date_short":
      return day(at, { month: "short" });
    case "date":
      return day(at, { month: "long" });
    case "date_long":
      return day(at, { month: "long", weekday: "long" });
    case "time":
      return at.toISOString().slice(11, 16);
    case "time_secs":
      return at.toISOString().slice(11, 19);
    default:
      return undefined;
  }
}

function near(at: Date, now: number): string | undefined {
  const days = Math.floor(at.getTime() / DAY_MS) - Math.floor(now / DAY_MS);
  return { [-1]: "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function day(at: Date, shape: Intl.DateTimeFormatOptions): string {
  return at.toLocaleDateString("en-US", { ...shape, day: "numeric", year: "numeric", timeZone: "UTC" });
}
