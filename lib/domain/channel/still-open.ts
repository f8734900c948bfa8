import { byUrgency, expectedEnd } from "../job/expected-end.ts";
import { hasEnded, type Job } from "../job/job.ts";
import type { Resource } from "../job/resource.ts";

/** An open job as a digest lists it. */
export interface OpenJob extends Pick<Job, "source" | "jobId"> {
  jobType?: string | undefined;
  title?: string | undefined;
  resource?: Resource | undefined;
  isLate: boolean;
  expectedEnd?: number | undefined;
}

/** The open jobs of a channel: the first of them, and the number of all. */
export interface OpenJobs {
  jobs: OpenJob[];
  count: number;
}

const SHOWN = 10;

/** The most urgent jobs first; undefined if there are none. */
export function stillOpen(jobs: Job[], channel: string): OpenJobs | undefined {
  const open = jobs.filter((job) => !hasEnded(job) && job.channels.includes(channel));
  if (open.length === 0) return undefined;
  return { jobs: open.sort(byUrgency).slice(0, SHOWN).map(openJob), count: open.length };
}

function openJob(job: Job): OpenJob {
  const { source, jobId, jobType, title, resource, late } = job;
  return { source, jobId, jobType, title, resource, isLate: late !== undefined, expectedEnd: expectedEnd(job)?.at };
}
