import type { Noticed } from "../health/operator-notice.ts";
import type { Unreachable } from "../job/job.ts";
import type { WatchableSource } from "../job/sources.ts";
import type { NotifyOn } from "../job/transitions.ts";

/** What a team asks for: every matching operation in a project becomes a job of the team. */
export interface WatchOptions {
  source: WatchableSource;
  projectId: string;
  /** Absent: all operations of the source. */
  operations?: string[];
  /** Patterns for the name of the resource, with `*` and `?`. One must match. Absent: all names. */
  names?: string[];
  /** The resource must have all of these tags. */
  tags?: Record<string, string>;
  channels: string[];
  notifyOn?: NotifyOn[];
}

export interface Watch extends WatchOptions {
  watchId: string;
  createdAt: number;
  /** The label of the key that added it. */
  by?: string;
  /** The first complete list. Operations that ended earlier are not reported. */
  startedAt?: number;
  /** Set while its project cannot be listed. */
  failing?: FailingLists;
  /** The number of discovered operations that wait because the team has too many open jobs. */
  waiting?: number;
}

/** Consecutive lists that failed, or that lack many resources at once. */
export interface FailingLists {
  since: number;
  /** `incomplete`: the list succeeded, but many resources vanished from it at once. */
  cause: Unreachable["cause"] | "incomplete";
  reason: string;
  requestId?: string;
  /** When a complete list was last read before. */
  listedAt?: number;
  /** The team was notified. */
  reported?: true;
}

/** The watches of one team, with the notices about them. */
export interface TeamWatches extends Noticed {
  team: string;
  watches: Watch[];
  version: number;
}

/** A project that at least one team watches. There is one list per project, source and minute. */
export interface WatchedProject extends Noticed {
  source: WatchableSource;
  projectId: string;
  /** The teams with a watch, and when each began to watch. */
  teams: Record<string, number>;
  /** When the current inventory was begun. Its parts have this time in their keys. */
  inventory: number;
  /** The first complete list of the inventory. */
  stockedAt?: number;
  version: number;
}

/** A project keeps a team for this long before the team's watch is stored. Longer than any request. */
export const TEAM_BEFORE_WATCH_MS = 10 * 60_000;

export const MAX_WATCHES = 20;
export const MAX_WATCH_NAMES = 10;
export const MAX_WATCH_TAGS = 5;

export function newTeamWatches(team: string): TeamWatches {
  return { team, watches: [], transitions: [], notifications: [], version: 0 };
}

export function newWatchedProject({ source, projectId }: Pick<WatchedProject, "source" | "projectId">): WatchedProject {
  return { source, projectId, teams: {}, inventory: 0, transitions: [], notifications: [], version: 0 };
}

/** Returns whether two orders ask for the same operations. */
export function isSameOrder(one: Omit<WatchOptions, "channels">, other: Omit<WatchOptions, "channels">): boolean {
  return orderOf(one) === orderOf(other);
}

function orderOf({ source, projectId, operations = [], names = [], tags = {} }: Omit<WatchOptions, "channels">): string {
  return JSON.stringify([source, projectId, operations.toSorted(), names.toSorted(), Object.entries(tags).sort()]);
}

/** Returns whether a watch asks for an operation on a resource. */
export function matches(
  { operations, names, tags = {} }: WatchOptions,
  { operation, name = "", tags: own = {} }: { operation: string; name?: string; tags?: Readonly<Record<string, string>> },
): boolean {
  return (
    (operations === undefined || operations.includes(operation)) &&
    (names === undefined || names.some((pattern) => matchesPattern(pattern, name))) &&
    Object.entries(tags).every(([key, value]) => Object.hasOwn(own, key) && own[key] === value)
  );
}

/** `*` stands for any text, `?` for one character. Takes time in proportion to the product of both lengths at most. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, inText, star, starText] = [0, 0, -1, 0];
  while (inText < text.length) {
    if (pattern[at] === "*") {
      [star, starText] = [at, inText];
      at++;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[inText])) {
      at++;
      inText++;
    } else if (star >= 0) {
      starText++;
      [at, inText] = [star + 1, starText];
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
