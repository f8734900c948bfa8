import { jobsIn, NO_LOAD, type PollLoad } from "./fair-share.ts";

/** What one segment of the poller keeps from tick to tick, beside its lease. At most some 50 KB, whatever the number of jobs. */
export interface PollerState {
  /** All polls due until here were made, but for the teams in `behind`. */
  windowEnd: number;
  /** Teams with polls left to be made, by service (`<projectId>#<service>`), with their own older window end. */
  backlog: Record<string, Record<string, number>>;
  /** Open jobs at the last whole sweep, by project and team: a project's poll budget is shared by them. */
  open: Record<string, Record<string, PollLoad>>;
  /** Open jobs of each team at the last whole sweep. */
  openJobs: Record<string, number>;
  /** Services that are not polled as usual. */
  backOff: Record<string, BackOff>;
  /** Of each service the jobs that the cloud showed last, by a hash of their keys, and when. */
  seen: Record<string, Record<string, number>>;
  /** Of each team the jobs whose polls fail, by a hash of their keys: since when, and when last. */
  failing: Record<string, Record<string, [since: number, lastAt: number]>>;
  /** An outage of our own was noticed, and is not reported yet. */
  downtimeWaits?: boolean;
  /** Where a sweep that did not finish goes on. */
  after?: string;
  finishedAt?: number;
  /** Made in the last tick. */
  polls?: number;
  oldestPendingAt?: number;
}

export interface BackOff {
  /** The cloud asked for no poll before. */
  backOffUntil?: number;
  /** Teams whose every poll fails: one at a time finds out whether the service answers again. */
  probes?: Record<string, Probes>;
}

/** Probes in a row that failed, and when the next one is. Jobs that were seen before tell more than others, so each kind has its own waits. */
export interface Probes {
  seen?: [failed: number, nextAt: number];
  unseen?: [failed: number, nextAt: number];
}

/** Pairs of a service or project and a team that are kept: each some 50 bytes, three times. */
const MOST_PAIRS = 200;
/** Of a service. Who is not kept begins with a few polls more. */
const MOST_PROBED = 100;

export function emptyState(): PollerState {
  return { windowEnd: 0, backlog: {}, open: {}, openJobs: {}, backOff: {}, seen: {}, failing: {} };
}

/**
 * The state within its bounds. A window end that is not kept becomes that of all, which costs others polls and loses none; a team whose
 * few jobs are not kept still has its turn.
 */
export function bounded(state: PollerState): PollerState {
  const backlog = pairsOf(state.backlog).sort((one, other) => one.value - other.value);
  const [kept, dropped] = [backlog.slice(0, MOST_PAIRS), backlog.slice(MOST_PAIRS)];
  const open = pairsOf(state.open).sort((one, other) => jobsIn(other.value) - jobsIn(one.value));
  const teams = Object.entries(state.openJobs).sort(([, one], [, other]) => other - one);
  return {
    ...state,
    windowEnd: Math.min(state.windowEnd, ...dropped.map(({ value }) => value)),
    backlog: nested(kept),
    open: nested(open.slice(0, MOST_PAIRS)),
    openJobs: Object.fromEntries(teams.slice(0, MOST_PAIRS)),
    backOff: Object.fromEntries(Object.entries(state.backOff).map(([id, backOff]) => [id, fewProbed(backOff)])),
  };
}

function fewProbed({ probes, ...backOff }: BackOff): BackOff {
  return probes ? { ...backOff, probes: Object.fromEntries(Object.entries(probes).slice(0, MOST_PROBED)) } : backOff;
}

/** The load that was kept while it is near the new one: a least interval that moved with each job would shift all polls to come. */
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
