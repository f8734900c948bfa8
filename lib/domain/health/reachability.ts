import { type FirstNames, nameWords, withNames } from "../first-names.ts";
import type { Unreachable } from "../job/job.ts";
import { REMINDER_GAPS_MS } from "../job/rules.ts";
import { reachabilityPk, type ServiceKey } from "../table-keys.ts";
import { type Noticed, notifyOperators, type OperatorTransition } from "./operator-notice.ts";

/** Whether a service of a project can be polled. Its jobs fail together, so operators are notified once per service. */
export interface Reachability extends Noticed, ServiceKey {
  unreachable?: Unreachability;
  version: number;
}

export interface Unreachability {
  since: number;
  cause: Unreachable["cause"];
  reason: string;
  requestId?: string;
  /** When a poll last failed, accurate to `REFRESH_MS`. */
  polledAt: number;
  /** How often operators were notified of it, and when last. */
  reported?: { count: number; at: number };
  /** The first successful poll. The recovery is reported a little later, when every job has been polled. */
  backAt?: number;
  /** The jobs that ended while the service was unreachable. */
  ended?: FirstNames;
}

/** The result of one sweep for one service of a project. */
export interface ServicePolls {
  good: number;
  /** The last failed poll of this sweep. */
  bad?: Unreachable;
  /** Failed polls since the last successful one, over the sweeps of a tick, and when polls began to fail. */
  failedPolls: number;
  badSince?: number;
  /** The open jobs of the service in this segment. If there is only one, a single failed poll is enough. */
  open: number;
  /** Names of the jobs whose end this sweep noticed. */
  ended: string[];
}

const REPORT_AFTER_MS = 5 * 60_000;
/** By then every job of the service was polled, so that all ends are known. */
const BACK_BEFORE_REPORT_MS = 60_000;
/** The maximum age of the stored cause while polls keep failing. */
const REFRESH_MS = 5 * 60_000;
/** After this time without a failed poll, the reachability is unknown and no longer shown as a reason. */
const SHOWN_MS = 15 * 60_000;
/** A service without polls for this time counts as reachable again, without a notice. Longer than a clock is usually wrong. */
const ABANDONED_AFTER_MS = 6 * 3_600_000;

export function newReachability({ projectId, service }: ServiceKey): Reachability {
  return { projectId, service, transitions: [], notifications: [], version: 0 };
}

/** Returns why a service cannot be polled now; undefined if no reason is known. */
export function unreachableNow(record: Pick<Reachability, "unreachable"> | undefined, now: number): Unreachability | undefined {
  const { unreachable } = record ?? {};
  if (unreachable === undefined || unreachable.backAt !== undefined) return undefined;
  return now - unreachable.polledAt <= SHOWN_MS ? unreachable : undefined;
}

/** Applies a sweep to a service's reachability. Returns the same object if nothing changed. */
export function observeService(record: Reachability, polls: ServicePolls, now: number, opsChannel: string): Reachability {
  const { unreachable } = record;
  if (unreachable !== undefined && isAbandoned(unreachable, now)) {
    return observeService(reachable(record), polls, now, opsChannel);
  }
  if (polls.good > 0) return unreachable ? afterGood(record, unreachable, polls, now, opsChannel) : record;
  if (polls.bad === undefined) return unreachable ? reportRecovery(record, unreachable, polls, now, opsChannel) : record;
  return afterBad(record, polls, polls.bad, now, opsChannel);
}

/** The record stays open until the recovery is reported. */
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

/** After 5 minutes, then at growing gaps while the service stays unreachable. */
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
  const { backAt = now, ended } = unreachable;
  const back = { ...unreachable, backAt, ended: withNames(ended, polls.ended) };
  const isNews = unreachable.backAt === undefined || polls.ended.length > 0;
  return reportRecovery(isNews ? { ...record, unreachable: back } : record, back, polls, now, opsChannel);
}

/** Reports the recovery after a minute, or as soon as the service has no job left to poll. */
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
  return report(reachable(record), { at: backAt, kind: "recovered", since, reason: endedWords(ended) }, opsChannel);
}

function report(record: Reachability, notice: Omit<OperatorTransition, "n">, opsChannel: string): Reachability {
  return notifyOperators(record, reachabilityPk(record), notice, opsChannel);
}

function endedWords(ended: FirstNames | undefined): string {
  return ended?.count ? `jobs that ended: ${nameWords(ended)}` : "no job ended in that time";
}

function requestIdOf({ requestId }: { requestId?: string }): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}

function reachable({ unreachable: _, ...record }: Reachability): Reachability {
  return record;
}
