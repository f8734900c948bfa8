import type { Job, SubJob } from "./job.ts";
import { TIMED_OPTIONS } from "./job-options.ts";
import type { LastPoll } from "./last-poll.ts";

// How the API and events show a job: times in ISO 8601 with `Z`, unknown fields omitted.

export function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

export function cloudFields({ beginTime, endTime, errorCode, failReason }: SubJob | Job): Record<string, unknown> {
  return { beginTime: iso(beginTime), endTime: iso(endTime), errorCode, failReason };
}

export function lastPollFields({ since, outcome, reason, requestId }: LastPoll): Record<string, unknown> {
  return { since: iso(since), outcome, reason, requestId };
}

/** The silence and the pause of a job. */
export function timedFields(job: Job): Record<string, unknown> {
  const fields = TIMED_OPTIONS.map((name) => [name, job[name] && { ...job[name], until: iso(job[name].until) }]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

export function subJobFields(sub: SubJob): Record<string, unknown> {
  return { jobId: sub.jobId, jobType: sub.jobType, state: sub.state, ...cloudFields(sub) };
}
