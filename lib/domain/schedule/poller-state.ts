import { jobsIn, NO_LOAD, type PollLoad } from "./fair-share.ts";

/** What a poller segment keeps between ticks, apart from its lease. At most about 50 KB, for any number of jobs. */
export interface PollerState {
  /** All polls due until this time were made, except those of the teams in `backlog`. */
  windowEnd: number;
  /** Teams with overdue polls, by service (`<projectId>#<service>`), each with its own earlier window end. */
  backlog: Record<string, Record<string, number>>;
  /** Open jobs at the last complete sweep, by project and team. They share the project's poll budget. */
  open: Record<string, Record<string, PollLoad>>;
  /** Open jobs per team at the last complete sweep. */
  openJobs: Record<string, number>;
  /** Services whose polls are held back. */
  backOff: Record<string, BackOff>;
  /** The jobs that the cloud last returned, by service and hash of the key, with the time. */
  seen: Record<string, Record<string, number>>;
  /** The jobs whose polls fail, by team and hash of the key: since when, and the last time. */
  failing: Record<string, Record<string, [since: number, lastAt: number]>>;
  /** The last complete list of each watched project, by its key: when it was read, and by which process. */
  lists: Record<string, [at: number, by: string]>;
  /** A downtime of the poller was noticed and is not reported yet. */
  downtimeWaits?: boolean;
  /** Where an unfinished sweep continues. */
  after?: string;
  finishedAt?: number;
  /** Made in the last tick. */
  polls?: number;
  oldestPendingAt?: number;
  /** Digests up to this time are planned, also those of channels in which nothing ended. */
  digestsUntil?: number;
}

/** One segment of the poller: its lease and its state between ticks. */
export interface SegmentState extends PollerState {
  segment: number;
  segmentCount: number;
  owner?: string;
  leaseUntil: number;
}

export interface BackOff {
  /** The cloud requested that no poll is made before this time. */
  backOffUntil?: number;
  /** Teams whose polls all fail. One probe at a time checks whether the service answers again. */
  probes?: Record<string, Probes>;
}

/** Failed probes in a row, and the time of the next one. Jobs that were seen before prove more, so each kind has its own waits. */
export interface Probes {
  seen?: [failed: number, nextAt: number];
  unseen?: [failed: number, nextAt: number];
}

/** The maximum number of pairs of service or project and team: about 50 bytes each, in three fields. */
const MAX_PAIRS = 200;
/** About 90 bytes each. Beyond it a project's inventory is read again for each list. */
const MAX_LISTS = 200;
/** Per service. A team beyond it starts with a few more polls. */
const MAX_PROBED = 100;

export function emptyState(): PollerState {
  return { windowEnd: 0, backlog: {}, open: {}, openJobs: {}, backOff: {}, seen: {}, failing: {}, lists: {} };
}

/**
 * Returns the state within its size limits. A dropped window end becomes the window end of all, which costs extra polls and loses none.
 * A team whose jobs are dropped is still polled.
 */
export function bounded(state: PollerState): PollerState {
  const backlog = pairsOf(state.backlog).sort((one, other) => one.value - other.value);
  const [kept, dropped] = [backlog.slice(0, MAX_PAIRS), backlog.slice(MAX_PAIRS)];
  const open = pairsOf(state.open).sort((one, other) => jobsIn(other.value) - jobsIn(one.value));
  const teams = Object.entries(state.openJobs).sort(([, one], [, other]) => other - one);
  return {
    ...state,
    windowEnd: Math.min(state.windowEnd, ...dropped.map(({ value }) => value)),
    backlog: nested(kept),
    open: nested(open.slice(0, MAX_PAIRS)),
    openJobs: Object.fromEntries(teams.slice(0, MAX_PAIRS)),
    lists: Object.fromEntries(Object.entries(state.lists).slice(-MAX_LISTS)),
    backOff: Object.fromEntries(Object.entries(state.backOff).map(([id, backOff]) => [id, fewProbed(backOff)])),
  };
}

function fewProbed({ probes, ...backOff }: BackOff): BackOff {
  return probes ? { ...backOff, probes: Object.fromEntries(Object.entries(probes).slice(0, MAX_PROBED)) } : backOff;
}

/** Hysteresis: keeps the earlier load while it is close to the new one, since every change of the interval shifts all future polls. */
export function steadyLoad(kept: PollLoad = NO_LOAD, load: PollLoad): PollLoad {
  return load.map((jobs, place) => {
    const before = kept[place] ?? 0;
    return jobs <= before && jobs >= 0.8 * before ? before : Math.ceil(jobs + jobs / 10);
  });
}

interface Pair<Value> {
  outer: string;
  team: string;
  value: Value;
}

function pairsOf<Value>(record: Record<string, Record<string, Value>>): Pair<Value>[] {
  return Object.entries(record).flatMap(([outer, teams]) =>
    Object.entries(teams).map(([team, value]) => ({ outer, team, value })),
  );
}

function nested<Value>(pairs: Pair<Value>[]): Record<string, Record<string, Value>> {
  const record: Record<string, Record<string, Value>> = {};
  for (const { outer, team, value } of pairs) {
    const teams = record[outer] ?? {};
    teams[team] = value;
    record[outer] = teams;
  }
  return record;
}
