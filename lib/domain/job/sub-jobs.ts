import type { Job } from "./job.ts";

export interface Status {
  state?: string | undefined;
  errorCode?: string | undefined;
  failReason?: string | undefined;
}

/** Returns true if a sub job has failed: by its state, or by an error code or reason if the state is unknown. */
export function hasFailed({ state, errorCode, failReason }: Status): boolean {
  return state === "failed" || (state !== "success" && (Boolean(errorCode) || Boolean(failReason)));
}

/** The first one is the step at which the job failed. */
export function failedSubJobs<Step extends Status>({ subJobs }: { subJobs: Step[] }): Step[] {
  return subJobs.filter(hasFailed);
}

/** "12 more sub jobs are not listed" if the cloud listed more than are kept; undefined otherwise. */
export function moreSubJobsWords({ moreSubJobs = 0 }: Pick<Job, "moreSubJobs">): string | undefined {
  if (moreSubJobs === 0) return undefined;
  return moreSubJobs === 1 ? "1 more sub job is not listed" : `${moreSubJobs} more sub jobs are not listed`;
}
