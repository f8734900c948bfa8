import type { Job, SubJob } from "../../domain/job/job.ts";
import { shareOperationOf } from "../../domain/job/resource.ts";
import { failedSubJobs } from "../../domain/job/sub-jobs.ts";
import { reasonWords, type TextLimits, typeWords } from "./job-words.ts";
import { mrkdwn } from "./text.ts";

/**
 * Where and why a job failed: " at Create volume: no space left (EVS.2024)". Prefers the failed step's reason to the job's. The reason of an
 * operation on a share is a sentence about the share: ". The share itself is still available."
 */
export function whyFailed(job: Job, limits: TextLimits): string {
  if (shareOperationOf(job)) return job.failReason ? `. ${mrkdwn(job.failReason, limits.reason)}` : "";
  const [first] = failedSubJobs(job);
  const at = first && limits.step > 0 ? ` at ${stepWords(first, limits)}` : "";
  const reason = (first && reasonWords(first, limits)) ?? reasonWords(job, limits);
  return `${at}: ${reason ?? "the cloud gave no reason"}`;
}

/** The job's own reason, if the failed step gave a different one. */
export function jobReason(job: Job, limits: TextLimits): string | undefined {
  const [first] = failedSubJobs(job);
  const ofJob = reasonWords(job, limits);
  const ofStep = first && reasonWords(first, limits);
  return ofStep === undefined || ofJob === ofStep ? undefined : ofJob;
}

/** The failed sub jobs after the first: up to `most` with code and reason, then their number. */
export function otherFailedSubJobs(job: Job, limits: TextLimits, most = 2): string[] {
  const others = failedSubJobs(job).slice(1);
  const shown = others.slice(0, most).map((subJob) => {
    const reason = reasonWords(subJob, limits);
    return `${stepWords(subJob, limits)} failed${reason === undefined ? "" : `: ${reason}`}`;
  });
  return others.length > shown.length ? [...shown, `+${others.length - shown.length} more`] : shown;
}

function stepWords({ jobType, jobId }: SubJob, limits: TextLimits): string {
  const words = jobType === undefined ? mrkdwn(jobId ?? "", limits.step) : typeWords(jobType, limits.step);
  return words || "a sub job";
}
