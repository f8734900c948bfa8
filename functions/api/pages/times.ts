import { html } from "hono/html";
import { duration } from "../../../lib/domain/time-words.ts";
import type { Html } from "./layout.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LATEST = 8.64e15;

/** Renders "14:02", with the day if it is not today. The tooltip has the full time. */
export function time(at: number, now: number): Html {
  return timeElement(at, clock(at, now));
}

/** Renders "14:02:10", with the day if it is not today. */
export function exactTime(at: number, now: number): Html {
  return timeElement(at, exactClock(at, now));
}

export function clock(at: number, now: number): string {
  return onItsDay(at, now, (iso) => iso.slice(11, 16));
}

function exactClock(at: number, now: number): string {
  return onItsDay(at, now, (iso) => iso.slice(11, 19));
}

/** "18 s", "41 min 5 s", "3 h 5 min 10 s"; from a day on without seconds. */
export function exactDuration(ms: number): string {
  const seconds = Math.floor((Math.max(ms, 0) % 60_000) / SECOND_MS);
  const hasSeconds = ms >= 60_000 && ms < DAY_MS && seconds > 0;
  return hasSeconds ? `${duration(ms)} ${seconds} s` : duration(ms);
}

function timeElement(at: number, words: string): Html {
  if (!(Math.abs(at) <= LATEST)) return html`an unknown time`;
  const iso = new Date(at).toISOString().slice(0, 19);
  return html`<time datetime="${iso}Z" title="${iso.replace("T", " ")} UTC">${words}</time>`;
}

function onItsDay(at: number, now: number, timeOf: (iso: string) => string): string {
  if (!(Math.abs(at) <= LATEST)) return "an unknown time";
  const iso = new Date(at).toISOString();
  if (iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return timeOf(iso);
  const day = new Date(at).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
  return Math.abs(now - at) < 180 * DAY_MS ? `${day}, ${timeOf(iso)}` : `${day} ${iso.slice(0, 4)}`;
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
