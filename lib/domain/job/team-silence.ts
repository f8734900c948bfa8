import type { Job, Silence, Transition } from "./job.ts";
import { failedSubJobs } from "./sub-jobs.ts";
import { transitionRow } from "./transitions.ts";

/** A team's silence of all jobs that match. It has labels, an error code, or both. */
export interface TeamSilence extends Silence {
  silenceId: string;
  /** A job must have all of these. */
  labels?: Record<string, string>;
  /** The job, or a sub job that failed, must have failed with it. */
  errorCode?: string;
}

export const MAX_SILENCES = 20;

/**
 * Returns whether a silence suppresses the notifications of a transition. With an error code it suppresses the failures with that code,
 * which the team knows. Otherwise it lets through what a silence of a single job lets through.
 */
export function suppresses(silence: TeamSilence, job: Job, transition: Transition): boolean {
  const { until, labels = {}, errorCode } = silence;
  if (transition.at >= until || !hasLabels(job, labels)) return false;
  if (errorCode === undefined) return !transitionRow(transition).passesSilence;
  return transition.state === "failed" && transition.kind === "status" && errorCodesOf(job).includes(errorCode);
}

function hasLabels({ labels: own = {} }: Job, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([name, value]) => Object.hasOwn(own, name) && own[name] === value);
}

function errorCodesOf(job: Job): (string | undefined)[] {
  return [job.errorCode, ...failedSubJobs(job).map((sub) => sub.errorCode)];
}
