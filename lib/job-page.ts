import type { Job } from "./job/job.ts";

/** The address of a job's page below PUBLIC_URL; without one there are no pages. */
export function jobPages(publicUrl: string | undefined): ((job: Job) => string) | undefined {
  if (publicUrl === undefined) return undefined;
  return ({ jobId, projectId }) => `${publicUrl}/jobs/${encodeURIComponent(jobId)}?${new URLSearchParams({ projectId })}`;
}
