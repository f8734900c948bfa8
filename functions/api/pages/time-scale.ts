import { hasEnded, type Job, lastNews } from "../../../lib/domain/job/job.ts";

/** The period that a timeline shows. */
export interface Scale {
  from: number;
  to: number;
  now: number;
}

/** A start further before the registration, or any time further in the future, comes from a wrong clock. */
const BELIEVABLE_MS = 60 * 86_400_000;
const TICKS_MS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800],
  ...[3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800],
].map((seconds) => seconds * 1_000);
/** More labels would overlap on a phone. */
const MAX_INTERVALS = 4.5;

export function scaleOf(job: Job, now: number): Scale {
  const { registeredAt, typical } = job;
  const beginTime = believable(job.beginTime, registeredAt, now);
  const ended = believable(job.endTime, registeredAt, now) ?? believable(lastNews(job)?.at, registeredAt, now) ?? now;
  const end = hasEnded(job) ? ended : Math.max(now, typical && beginTime !== undefined ? beginTime + typical.highMs : now);
  const from = Math.min(beginTime ?? registeredAt, end, registeredAt);
  const to = Math.max(end, from + 10_000);
  return { from, to: to + (to - from) * 0.03, now };
}

/** Returns the time unless it comes from a wrong clock. */
export function believable(at: number | undefined, registeredAt: number, now: number): number | undefined {
  return at !== undefined && at > registeredAt - BELIEVABLE_MS && at < now + BELIEVABLE_MS ? at : undefined;
}

/** Returns round times within the period. */
export function ticksOf({ from, to }: Scale): number[] {
  const step = TICKS_MS.find((ms) => (to - from) / ms <= MAX_INTERVALS) ?? Math.ceil((to - from) / 4);
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(Math.floor((to - first) / step) + 1, 0) }, (_, index) => first + index * step);
}

export function tickWords(at: number, { from, to }: Scale): string {
  const iso = new Date(at).toISOString();
  if (to - from < 300_000) return iso.slice(11, 19);
  return to - from > 2 * 86_400_000 ? iso.slice(5, 10) : iso.slice(11, 16);
}

/** Percent of the width. */
export function place({ from, to }: Scale, at: number): number {
  return Math.round(Math.min(Math.max((at - from) / (to - from), 0), 1) * 10_000) / 100;
}

/** Percent. Has a minimum, so that short periods are visible. */
export function width(scale: Scale, begin: number, end: number): number {
  return Math.max(Math.round((place(scale, end) - place(scale, begin)) * 100) / 100, 0.6);
}

export function isWithin({ from, to }: Scale, at: number | undefined): at is number {
  return at !== undefined && at >= from && at <= to;
}
