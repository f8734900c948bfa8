import type { Durations } from "./durations.ts";
import { hazardBetween } from "./hazard.ts";
import { fixedRate, fixedSchedule, type PollingSchedule, pollsByAge, scheduleThrough } from "./polling-schedule.ts";

/** Below this number of durations the schedule is fixed, from `LEARNED_FULLY` on it is learned; in between both are blended linearly. */
const LEARNED_FROM = 10;
const LEARNED_FULLY = 20;
/** A job that takes longer than this multiple of the longest known duration returns to fixed intervals. */
const MAX_LENGTH_FACTOR = 2;
/** Polls are no closer together than sweeps. */
const MAX_RATE = 1 / 5_000;
const SHORTEST_MS = 1_000;
/** The ratio between two breakpoints. */
const STEP = 1.02;
const HALVINGS = 30;

/** The learned schedule of a job type, for a minimum interval. Undefined while too few jobs have finished. Called once per sweep. */
export type LearnedSchedule = (minIntervalMs: number) => PollingSchedule;

/**
 * The poll rate is proportional to the square root of the hazard, which is optimal if only the distribution is known (Barlow, Hunter and
 * Proschan 1963). The known jobs would get as many polls in total as with fixed intervals. A few hundred breakpoints, computed once per type.
 */
export function learnSchedule(durations: Durations): LearnedSchedule | undefined {
  const known = [...durations.values()].map((ms) => Math.max(ms, SHORTEST_MS));
  const share = Math.min((known.length - LEARNED_FROM) / (LEARNED_FULLY - LEARNED_FROM), 1);
  if (!(share > 0)) return undefined;
  const ages = breakpoints(Math.max(...known) * MAX_LENGTH_FACTOR);
  const roots = hazardBetween(ages, known).map(Math.sqrt);
  const factor = equalPolls(known, ages, roots);
  const end = ages.at(-1) ?? 0;
  const later = fixedSchedule().ages.filter((age) => age > end);
  return (minIntervalMs) =>
    scheduleThrough([...ages, ...later], minIntervalMs, (ageMs, index) => {
      const root = roots[index];
      return root === undefined ? fixedRate(ageMs) : share * Math.min(root * factor, MAX_RATE) + (1 - share) * fixedRate(ageMs);
    });
}

function breakpoints(endMs: number): number[] {
  const ages = [0];
  for (let age = SHORTEST_MS; age < endMs; age *= STEP) ages.push(age);
  return [...ages, endMs];
}

/** Returns the factor for the roots with which the known jobs get as many polls as with fixed intervals. */
function equalPolls(known: number[], ages: number[], roots: number[]): number {
  const pollsOf = (schedule: PollingSchedule) => known.reduce((sum, ms) => sum + pollsByAge(schedule, ms), 0);
  const wanted = pollsOf(fixedSchedule());
  let [low, high] = [1e-6, 1e6];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const factor = Math.sqrt(low * high);
    const polls = pollsOf(scheduleThrough(ages, 0, (_, index) => Math.min((roots[index] ?? 0) * factor, MAX_RATE)));
    if (polls < wanted) low = factor;
    else high = factor;
  }
  return Math.sqrt(low * high);
}
