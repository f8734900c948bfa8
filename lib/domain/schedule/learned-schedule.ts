import type { Durations } from "./durations.ts";
import { hazardBetween } from "./hazard.ts";
import { fixedRate, fixedSchedule, type PollingSchedule, pollsByAge, scheduleThrough } from "./polling-schedule.ts";

/** Up to the one nothing is made of what was learnt, from the other on all is; between them both count in part. */
const LEARNED_FROM = 10;
const LEARNED_FULLY = 20;
/** A job that takes longer than this times the longest known is unlike them: back to fixed intervals. */
const BEYOND = 2;
/** Looks do not come closer than passes. */
const MOST = 1 / 5_000;
const SHORTEST_MS = 1_000;
/** Of an age, from one knot to the next. */
const STEP = 1.02;
const HALVINGS = 30;

/** Where looks gather for jobs of a type, undefined while too few have finished. The function is asked once a pass. */
export type LearnedSchedule = (minIntervalMs: number) => PollingSchedule;

/**
 * Looks go where the end is likely: as often as the root of the hazard, which is the best that can be done when nothing but
 * the distribution is known (Barlow, Hunter and Proschan 1963). In all as many looks as the fixed intervals would have made
 * of the known jobs. A few hundred knots, made once a type.
 */
export function learnSchedule(durations: Durations): LearnedSchedule | undefined {
  const known = [...durations.values()].map((ms) => Math.max(ms, SHORTEST_MS));
  const share = Math.min((known.length - LEARNED_FROM) / (LEARNED_FULLY - LEARNED_FROM), 1);
  if (!(share > 0)) return undefined;
  const ages = breakpoints(Math.max(...known) * BEYOND);
  const roots = hazardBetween(ages, known).map(Math.sqrt);
  const factor = equalPolls(known, ages, roots);
  const end = ages.at(-1) ?? 0;
  const later = fixedSchedule().ages.filter((age) => age > end);
  return (minIntervalMs) =>
    scheduleThrough([...ages, ...later], minIntervalMs, (ageMs, index) => {
      const root = roots[index];
      return root === undefined ? fixedRate(ageMs) : share * Math.min(root * factor, MOST) + (1 - share) * fixedRate(ageMs);
    });
}

function breakpoints(endMs: number): number[] {
  const ages = [0];
  for (let age = SHORTEST_MS; age < endMs; age *= STEP) ages.push(age);
  return [...ages, endMs];
}

/** What the roots are to be multiplied with, so that known jobs get as many looks as by fixed intervals. */
function equalPolls(known: number[], ages: number[], roots: number[]): number {
  const pollsOf = (schedule: PollingSchedule) => known.reduce((sum, ms) => sum + pollsByAge(schedule, ms), 0);
  const wanted = pollsOf(fixedSchedule());
  let [low, high] = [1e-6, 1e6];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const factor = Math.sqrt(low * high);
    const polls = pollsOf(scheduleThrough(ages, 0, (_, index) => Math.min((roots[index] ?? 0) * factor, MOST)));
    if (polls < wanted) low = factor;
    else high = factor;
  }
  return Math.sqrt(low * high);
}
