import type { Unreachable } from "../job/job.ts";
import { REMINDER_GAPS_MS } from "../job/rules.ts";
import { reachabilityPk, type ServiceKey } from "../table-keys.ts";
import { type Noticed, notifyOperators, type OperatorTransition } from "./operator-notice.ts";

/** Whether a service of a project can be polled at all. Failing polls have one cause, so operators are notified once, here. */
export interface Reachability extends Noticed, ServiceKey {
  unreachable?: Unreachability;
  version: number;
}

interface Unreachability {
  since: number;
  cause: Unreachable["cause"];
  reason: string;
  requestId?: string;
  /** When a poll last failed, to within `REFRESH_MS`. */
  polledAt: number;
  /** How often operators were notified of it, and when last. */
  reported?: { count: number; at: number };
  /** The first good poll after it: reported a little later, when every job was polled. */
  backAt?: number;
  /** What ended meanwhile: how many jobs, and the names of the first. */
  ended?: { count: number; names: string[] };
}

/** What one sweep found out about one service of a project. */
export interface ServicePolls {
  good: number;
  /** The last poll of this sweep that failed. */
  bad?: Unreachable;
  /** How many failed since the last good one, over the sweeps of a tick; and since when polls fail, whether counted or not. */
  failedPolls: number;
  badSince?: number;
  /** All jobs of the service that this poller has open: a single failed poll is enough where there is but one. */
  open: number;
  /** Names of the jobs whose end this sweep noticed. */
  ended: string[];
}

const REPORT_AFTER_MS = 5 * 60_000;
/** By then every job of the service was polled, so that all that ended meanwhile is known. */
const BACK_BEFORE_REPORT_MS = 60_000;
/** So old may the recorded cause become while polls go on failing. */
const REFRESH_MS = 5 * 60_000;
/** Without a failed poll for so long it is not known whether a service can be reached: shown to nobody as a reason. */
const SHOWN_MS = 15 * 60_000;
/** A service that nobody has polled for so long counts as reachable again, without a notice. Longer than a clock is wrong by as a rule. */
const ABANDONED_AFTER_MS = 6 * 3_600_000;
const NAMES_SHOWN = 10;

export function newReachability({ projectId, service }: ServiceKey): Reachability {
  return { projectId, service, transitions: [], notifications: [], version: 0 };
}

/** What keeps a service from being polled now; undefined where nothing is known to. */
export function unreachableNow(record: Pick<Reachability, "unreachable"> | undefined, now: number): Unreachability | undefined {
  const { unreachable } = record ?? {};
  if (unreachable === undefined || unreachable.backAt !== undefined) return undefined;
  return now - unreachable.polledAt <= SHOWN_MS ? unreachable : undefined;
}

/** Applies a sweep to a service's reachability; returns the very object where nothing changed. */
export function observeService(record: Reachability, polls: ServicePolls, now: number, opsChannel: string): Reachability {
  const { unreachable } = record;
  if (unreachable !== undefined && isAbandoned(unreachable, now)) {
    return observeService(reachable(record), polls, now, opsChannel);
  }
  if (polls.good > 0) return unreachable ? afterGood(record, unreachable, polls, now, opsChannel) : record;
  if (polls.bad === undefined) return unreachable ? reportRecovery(record, unreachable, polls, now, opsChannel) : record;
  return afterBad(record, polls, polls.bad, now, opsChannel);
}

/** The record stays among the open ones until the recovery is reported. */
export function waitsToReport({ unreachable }: Reachability): boolean {
  return unreachable?.backAt !== undefined;
}

function isAbandoned({ polledAt, backAt }: Unreachability, now: number): boolean {
  return backAt === undefined && now - polledAt > ABANDONED_AFTER_MS;
}

function afterBad(
  record: Reachability,
  polls: ServicePolls,
  { cause, reason, requestId }: Unreachable,
  now: number,
  opsChannel: string,
): Reachability {
  const { unreachable } = record;
  const begins = polls.failedPolls >= 2 || polls.open === 1;
  const latest = { cause, reason, ...(requestId !== undefined && { requestId }), polledAt: now };
  if (unreachable === undefined)
    return begins ? { ...record, unreachable: { since: polls.badSince ?? now, ...latest } } : record;
  const { requestId: _, backAt, ...known } = unreachable;
  if (backAt !== undefined) return begins ? { ...record, unreachable: { ...known, ...latest } } : record;
  if (now < nextReportAt(unreachable)) {
    return now < unreachable.polledAt + REFRESH_MS ? record : { ...record, unreachable: { ...known, ...latest } };
  }
  const count = unreachable.reported?.count ?? 0;
  const reported = { count: count + 1, at: now };
  const kind = count === 0 ? "unreachable" : "still-unreachable";
  const notice = { at: now, kind, since: unreachable.since, reason: `${cause}: ${reason}`, ...requestIdOf(latest) } as const;
  return report({ ...record, unreachable: { ...known, ...latest, reported } }, notice, opsChannel);
}

/** After 5 minutes, and while it goes on at growing gaps. */
function nextReportAt({ since, reported }: Unreachability): number {
  if (reported === undefined) return since + REPORT_AFTER_MS;
  return reported.at + (REMINDER_GAPS_MS[Math.min(reported.count, REMINDER_GAPS_MS.length) - 1] ?? 0);
}

function afterGood(
  record: Reachability,
  unreachable: Unreachability,
  polls: ServicePolls,
  now: number,
  opsChannel: string,
): Reachability {
  if (unreachable.reported === undefined) return reachable(record);
  const { backAt = now, ended = { count: 0, names: [] } } = unreachable;
  const back = {
    ...unreachable,
    backAt,
    ended: {
      count: ended.count + polls.ended.length,
      names: [...ended.names, ...polls.ended].slice(0, NAMES_SHOWN),
    },
  };
  const isNews = unreachable.backAt === undefined || polls.ended.length > 0;
  return reportRecovery(isNews ? { ...record, unreachable: back } : record, back, polls, now, opsChannel);
}

/** The service answers again for good, or none of its jobs is left to be polled. */
function reportRecovery(
  record: Reachability,
  { since, backAt, ended }: Unreachability,
  polls: ServicePolls,
  now: number,
  opsChannel: string,
): Reachability {
  if (backAt === undefined) return record;
  const allPolled = polls.open <= polls.ended.length;
  if (!allPolled && now < backAt + BACK_BEFORE_REPORT_MS) return record;
  return report(reachable(record), { at: backAt, kind: "recovered", since, reason: namesOf(ended) }, opsChannel);
}

function report(record: Reachability, notice: Omit<OperatorTransition, "n">, opsChannel: string): Reachability {
  return notifyOperators(record, reachabilityPk(record), notice, opsChannel);
}

function namesOf({ count, names } = { count: 0, names: [] as string[] }): string {
  const more = count > names.length ? ` and ${count - names.length} more` : "";
  return count === 0 ? "no job ended meanwhile" : `ended meanwhile: ${names.join(", ")}${more}`;
}

function requestIdOf({ requestId }: { requestId?: string }): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}

function reachable({ unreachable: _, ...record }: Reachability): Reachability {
  return record;
}
