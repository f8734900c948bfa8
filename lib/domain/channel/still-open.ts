import { hasEnded, type Job } from "../job/job.ts";

/** An open job as a digest lists it. */
export interface OpenJob extends Pick<Job, "source" | "jobId"> {
  jobType?: string | undefined;
  title?: string | undefined;
  isLate: boolean;
  /** Begin plus the typical median duration, or plus `expectedMinutes` if the typical duration is unknown. */
  expectedEnd?: number | undefined;
}

/** The open jobs of a channel: the first of them, and the number of all. */
export interface OpenJobs {
  jobs: OpenJob[];
  count: number;
}

const SHOWN = 10;

/** Late jobs first, then by expected end; undefined if there are none. */
export function stillOpen(jobs: Job[], channel: string): OpenJobs | undefined {
  const open = jobs.filter((job) => !hasEnded(job) && job.channels.includes(channel)).map(openJob);
  if (open.length === 0) return undefined;
  const rank = ({ isLate, expectedEnd = Number.MAX_VALUE }: OpenJob) => [isLate ? 0 : 1, expectedEnd] as const;
  open.sort((one, other) => rank(one)[0] - rank(other)[0] || rank(one)[1] - rank(other)[1]);
  return { jobs: open.slice(0, SHOWN), count: open.length };
}

function openJob({ source, jobId, jobType, title, late, beginTime, typical, expectedMinutes }: Job): OpenJob {
  const takesMs = typical?.medianMs ?? (expectedMinutes === undefined ? undefined : expectedMinutes * 60_000);
  const expectedEnd = beginTime === undefined || takesMs === undefined ? undefined : beginTime + takesMs;
  return { source, jobId, jobType, title, isLate: late !== undefined, expectedEnd };
}
