import type { Unreachable } from "./job.ts";
import { projectPk } from "./names.ts";
import { type Noticed, tellOperators } from "./operator-notice.ts";

/** Whether a project's jobs can be seen at all. Unreachable looks have one cause, so they are told once, here. */
export interface Sight extends Noticed {
  projectId: string;
  blind?: Blindness;
  version: number;
}

interface Blindness {
  since: number;
  cause: Unreachable["cause"];
  reason: string;
  told: boolean;
  /** The first good look after it: told a little later, when every job was looked at. */
  backAt?: number;
  /** What ended meanwhile: how many jobs, and the names of the first. */
  ended?: { count: number; names: string[] };
}

/** What one pass saw of one project. */
export interface ProjectLooks {
  good: number;
  /** The last look of this pass that was not good. */
  bad?: Unreachable;
  /** How many were not good since the last good one, over the passes of a tick. */
  badLooks: number;
  /** All jobs of the project that this poller has open: a single bad look is enough where there is but one. */
  open: number;
  /** Names of the jobs whose end this pass noticed. */
  ended: string[];
}

const BLIND_BEFORE_TOLD_MS = 5 * 60_000;
/** By then every job of the project was looked at, so that all that ended meanwhile is known. */
const BACK_BEFORE_TOLD_MS = 60_000;
const NAMES_SHOWN = 10;

export function newSight(projectId: string): Sight {
  return { projectId, transitions: [], alerts: [], version: 0 };
}

/** Folds a pass into a project's sight; gives back the very object where nothing changed. */
export function observeProject(sight: Sight, looks: ProjectLooks, now: number, opsChannel: string): Sight {
  const { blind } = sight;
  if (looks.good > 0) return blind ? sees(sight, blind, looks, now, opsChannel) : sight;
  if (looks.bad === undefined) return blind ? tellBack(sight, blind, looks, now, opsChannel) : sight;
  return seesNothing(sight, looks, looks.bad, now, opsChannel);
}

/** A project item stays among the open ones until sight is restored and told. */
export function waitsToTell({ blind }: Sight): boolean {
  return blind?.backAt !== undefined;
}

function seesNothing(sight: Sight, looks: ProjectLooks, bad: Unreachable, now: number, opsChannel: string): Sight {
  const { blind } = sight;
  const begins = looks.badLooks >= 2 || looks.open === 1;
  if (blind === undefined) {
    return begins ? { ...sight, blind: { since: now, cause: bad.cause, reason: bad.reason, told: false } } : sight;
  }
  if (blind.backAt !== undefined) return begins ? { ...sight, blind: stillBlind(blind) } : sight;
  if (blind.told || now < blind.since + BLIND_BEFORE_TOLD_MS) return sight;
  const told = { ...blind, cause: bad.cause, reason: bad.reason, told: true };
  const notice = { at: now, kind: "blind", since: blind.since, reason: `${bad.cause}: ${bad.reason}` } as const;
  return tellOperators({ ...sight, blind: told }, projectPk(sight.projectId), notice, opsChannel);
}

function stillBlind({ backAt: _, ...blind }: Blindness): Blindness {
  return blind;
}

function sees(sight: Sight, blind: Blindness, looks: ProjectLooks, now: number, opsChannel: string): Sight {
  if (!blind.told) return withoutBlindness(sight);
  const { backAt = now, ended = { count: 0, names: [] } } = blind;
  const back = {
    ...blind,
    backAt,
    ended: {
      count: ended.count + looks.ended.length,
      names: [...ended.names, ...looks.ended].slice(0, NAMES_SHOWN),
    },
  };
  const isNews = blind.backAt === undefined || looks.ended.length > 0;
  return tellBack(isNews ? { ...sight, blind: back } : sight, back, looks, now, opsChannel);
}

/** Sight is back for good, or nothing of the project is left to be looked at. */
function tellBack(
  sight: Sight,
  { since, backAt, ended }: Blindness,
  looks: ProjectLooks,
  now: number,
  opsChannel: string,
): Sight {
  if (backAt === undefined) return sight;
  const allSeen = looks.open <= looks.ended.length;
  if (!allSeen && now < backAt + BACK_BEFORE_TOLD_MS) return sight;
  const notice = { at: backAt, kind: "sighted", since, reason: namesOf(ended) } as const;
  return tellOperators(withoutBlindness(sight), projectPk(sight.projectId), notice, opsChannel);
}

function namesOf({ count, names } = { count: 0, names: [] as string[] }): string {
  const more = count > names.length ? ` and ${count - names.length} more` : "";
  return count === 0 ? "no job ended meanwhile" : `ended meanwhile: ${names.join(", ")}${more}`;
}

function withoutBlindness({ blind: _, ...seeing }: Sight): Sight {
  return seeing;
}
