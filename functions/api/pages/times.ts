import { html } from "hono/html";
import { duration } from "../../../lib/domain/time-words.ts";
import type { Html } from "./layout.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LATEST = 8.64e15;

/** Renders "14:02", with the day if it is not today. The tooltip has the full time. */
export function time(at: number, now: number): Html {
  if (!(Math.abs(at) <= LATEST)) return html`an unknown time`;
  const iso = new Date(at).toISOString().slice(0, 19);
  return html`<time datetime="${iso}Z" title="${iso.replace("T", " ")} UTC">${clock(at, now)}</time>`;
}

export function clock(at: number, now: number): string {
  if (!(Math.abs(at) <= LATEST)) return "an unknown time";
  const iso = new Date(at).toISOString();
  const minute = iso.slice(11, 16);
  if (iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return minute;
  const day = new Date(at).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
  return Math.abs(now - at) < 180 * DAY_MS ? `${day}, ${minute}` : `${day} ${iso.slice(0, 4)}`;
}

/** Renders "3 min ago"; the day if it is long ago. The tooltip has what happened, and the full time. */
export function ago(at: number, now: number, what: string): Html {
  if (!(Math.abs(at) <= LATEST)) return html`an unknown time`;
  const iso = new Date(at).toISOString().slice(0, 19);
  return html`<time datetime="${iso}Z" title="${what} ${iso.replace("T", " ")} UTC">${agoWords(at, now)}</time>`;
}

function agoWords(at: number, now: number): string {
  const ms = now - at;
  if (ms < -MINUTE_MS || ms > 30 * DAY_MS) return clock(at, now);
  if (ms < MINUTE_MS) return "just now";
  const unit = ms < HOUR_MS ? MINUTE_MS : ms < DAY_MS ? HOUR_MS : DAY_MS;
  return `${duration(Math.floor(ms / unit) * unit)} ago`;
}
