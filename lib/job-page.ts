import type { Job } from "./job/job.ts";
import { sourceOfId } from "./job/sources.ts";

/** The address of a job's page below PUBLIC_URL; without one there are no pages. */
export function jobPages(publicUrl: string | undefined): ((job: Job) => string) | undefined {
  if (publicUrl === undefined) return undefined;
  return ({ jobId, projectId, source }) => {
    const query = new URLSearchParams({ projectId, ...(source !== sourceOfId(jobId) && { source }) });
    return `${publicUrl}/jobs/${encodeURIComponent(jobId)}?${query}`;
  };
}
