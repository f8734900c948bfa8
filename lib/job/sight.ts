import type { Unreachable } from "./job.ts";
import { projectPk } from "./names.ts";
import { type Noticed, tellOperators } from "./operator-notice.ts";

/** Whether a project's jobs can be seen at all. Unreachable looks have one cause, so they are told once, here. */
export interface Sight extends Noticed {
  projectId: string;
  blind?: { since: number; cause: Unreachable["cause"]; reason: string; told: boolean };
  version: number;
}

/** What one pass saw of one project. */
export interface ProjectLooks {
  good: number;
  /** The last look that was not good. */
  bad?: Unreachable;
  badLooks: number;
  /** All jobs of the project that this poller has open: a single bad look is enough where there is but one. */
  open: number;
  /** Names of the jobs whose end this pass noticed. */
  ended: string[];
}

const BLIND_BEFORE_TOLD_MS = 5 * 60_000;

export function newSight(projectId: string): Sight {
  return { projectId, transitions: [], alerts: [], version: 0 };
}

/** Folds a pass into a project's sight; gives back the very object where nothing changed. */
export function observeProject(sight: Sight, looks: ProjectLooks, now: number, opsChannel: string): Sight {
  if (looks.good > 0) return sight.blind ? restored(sight, sight.blind, looks, now, opsChannel) : sight;
  if (looks.bad === undefined) return sight;
  if (sight.blind === undefined) return beginsBlindness(looks) ? { ...sight, blind: blindness(looks.bad, now) } : sight;
  if (sight.blind.told || now < sight.blind.since + BLIND_BEFORE_TOLD_MS) return sight;
  const blind = { ...sight.blind, cause: looks.bad.cause, reason: looks.bad.reason, told: true };
  const notice = { at: now, kind: "blind", since: blind.since, reason: `${blind.cause}: ${blind.reason}` } as const;
  return tellOperators({ ...sight, blind }, projectPk(sight.projectId), notice, opsChannel);
}

function beginsBlindness(looks: ProjectLooks): boolean {
  return looks.badLooks >= 2 || looks.open === 1;
}

function blindness(bad: Unreachable, now: number): NonNullable<Sight["blind"]> {
  return { since: now, cause: bad.cause, reason: bad.reason, told: false };
}

function restored(sight: Sight, was: NonNullable<Sight["blind"]>, looks: ProjectLooks, now: number, opsChannel: string): Sight {
  const { blind: _, ...seeing } = sight;
  if (!was.told) return seeing;
  const reason = looks.ended.length === 0 ? "no job ended meanwhile" : `ended meanwhile: ${named(looks.ended)}`;
  return tellOperators(seeing, projectPk(sight.projectId), { at: now, kind: "sighted", since: was.since, reason }, opsChannel);
}

function named(jobs: string[]): string {
  const shown = jobs.slice(0, 10).join(", ");
  return jobs.length > 10 ? `${shown} and ${jobs.length - 10} more` : shown;
}
