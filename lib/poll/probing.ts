import { wasSeen } from "../domain/job/job.ts";
import type { Probes } from "../domain/schedule/poller-state.ts";
import type { DueJob } from "./poll-job.ts";

/** How the polls of one team fare in one service of a project. */
export interface PollHistory {
  open: number;
  /** Open jobs that were seen before and whose own polls do not fail. */
  openSeen: number;
  /** Polls in a row that failed. */
  failed: number;
  probes: Probes;
  /** A probe is under way. */
  isProbed: boolean;
}

/** What a poll says of its service: `own` where the job alone cannot be polled. */
export type PollResult = "good" | "failed" | "own";

/** After so many failed polls in a row a team's jobs of a service are only probed, one at a time, until a poll is good. */
const FAILED_BEFORE_PROBING = 5;
/** Few jobs cost the cloud no more than probing would. */
const FEW_JOBS = 10;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = { seen: 15_000, unseen: 60_000 };

export function newPollHistory(probes?: Probes): PollHistory {
  // How many are open is known when the first sweep is through: until then they are probed on.
  const before = probes ? { open: FEW_JOBS + 1, failed: FAILED_BEFORE_PROBING, probes } : { open: 0, failed: 0, probes: {} };
  return { ...before, openSeen: 0, isProbed: false };
}

export function isProbing({ failed, open }: PollHistory): boolean {
  return failed >= FAILED_BEFORE_PROBING && open > FEW_JOBS;
}

/** The kind of jobs of which the next probe is. Jobs never seen tell little: they are probes only where no other job is open. */
export function probeKind({ openSeen }: PollHistory): keyof Probes {
  return openSeen > 0 ? "seen" : "unseen";
}

export function kindOf({ tracking }: Pick<DueJob, "tracking">): keyof Probes {
  return wasSeen(tracking) && tracking.failing === undefined ? "seen" : "unseen";
}

/** When the next probe may be begun; infinite where another one's end decides that. */
export function probeAt(history: PollHistory): number {
  return history.isProbed ? Number.POSITIVE_INFINITY : (history.probes[probeKind(history)]?.[1] ?? 0);
}

/** A probe that is not good makes the next one of its kind wait longer. */
export function note(history: PollHistory, result: PollResult, probed: keyof Probes | undefined, now: number): void {
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
    [probed]: [failed, now + Math.min(FIRST_WAIT_MS * 2 ** failed, LONGEST_WAIT_MS[probed])],
  };
}
