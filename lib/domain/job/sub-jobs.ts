import type { Job, SubJob } from "./job.ts";

/** Whether a sub job has failed: by its state, or by a code or reason where the state is a word that is not known. */
export function hasFailed({ state, errorCode, failReason }: SubJob): boolean {
  return state === "failed" || (state !== "success" && (Boolean(errorCode) || Boolean(failReason)));
}

/** "12 more sub jobs are not listed", where the cloud named more than are kept. */
export function moreSubJobsWords({ moreSubJobs = 0 }: Pick<Job, "moreSubJobs">): string | undefined {
  if (moreSubJobs === 0) return undefined;
  return moreSubJobs === 1 ? "1 more sub job is not listed" : `${moreSubJobs} more sub jobs are not listed`;
}
