import { type Tracking, wasSeen } from "../domain/job/job.ts";
import type { Probes } from "../domain/schedule/poller-state.ts";
import { growingWait, LONGEST_PROBE_WAIT_MS } from "../domain/waits.ts";

/** Results of the polls of one team in one service of a project. */
export interface PollHistory {
  open: number;
  /** Open jobs that were seen before and do not fail on their own. */
  openSeen: number;
  /** Failed polls in a row. */
  failed: number;
  probes: Probes;
  /** A probe is running. */
  isProbeRunning: boolean;
}

/** Result of a poll for its service. `own`: only this job cannot be polled. */
export type PollResult = "good" | "failed" | "own";

/** After this many failed polls in a row, only one job of the team and service is polled at a time, until a poll succeeds. */
const FAILED_BEFORE_PROBING = 5;
/** Up to this number, normal polls are no more expensive than probes. */
const FEW_JOBS = 10;
const LONGEST_WAIT_MS = { seen: 15_000, unseen: LONGEST_PROBE_WAIT_MS };

export function newPollHistory(probes?: Probes): PollHistory {
  // The number of open jobs is known after the first sweep. Until then, probing continues.
  const before = probes ? { open: FEW_JOBS + 1, failed: FAILED_BEFORE_PROBING, probes } : { open: 0, failed: 0, probes: {} };
  return { ...before, openSeen: 0, isProbeRunning: false };
}

export function isProbing({ failed, open }: PollHistory): boolean {
  return failed >= FAILED_BEFORE_PROBING && open > FEW_JOBS;
}

/** Returns which kind of job is probed next. Jobs that were never seen prove little, so they are probed only if no other job is open. */
export function probeKind({ openSeen }: PollHistory): keyof Probes {
  return openSeen > 0 ? "seen" : "unseen";
}

export function kindOf(tracking: Tracking): keyof Probes {
  return wasSeen(tracking) && tracking.failing === undefined ? "seen" : "unseen";
}

/** Returns when the next probe may start. Infinite while a probe is running. */
export function probeAt(history: PollHistory): number {
  return history.isProbeRunning ? Number.POSITIVE_INFINITY : (history.probes[probeKind(history)]?.[1] ?? 0);
}

/** Records a result. After a failed probe, the next one of its kind waits longer. */
export function noteResult(history: PollHistory, result: PollResult, probed: keyof Probes | undefined, now: number): void {
  if (result === "good") {
    history.failed = 0;
    history.probes = {};
    return;
  }
  if (result === "failed") history.failed++;
  if (probed === undefined || !isProbing(history)) return;
  const failed = (history.probes[probed]?.[0] ?? 0) + 1;
  history.probes = {
    ...history.probes,
    [probed]: [failed, now + growingWait(failed, LONGEST_WAIT_MS[probed])],
  };
}
