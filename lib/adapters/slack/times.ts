import { duration } from "../../domain/time-words.ts";

const LATEST = 8.64e15;

/** A time that Slack shows in the reader's time zone, with UTC as the fallback. */
export function date(at: number): string {
  if (!(Math.abs(at) <= LATEST)) return "an unknown time";
  const utc = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${utc} UTC>`;
}

/** "14:02-14:31 UTC (29 min)"; with dates if the days differ. */
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
