import { expectedEnd } from "../../../lib/domain/job/expected-end.ts";
import { authorOf, hasEnded, type Job, type Notification, type Transition } from "../../../lib/domain/job/job.ts";
import { cloudFields, iso, lastPollFields, subJobFields, timedFields } from "../../../lib/domain/job/job-fields.ts";
import { pickOptions } from "../../../lib/domain/job/job-options.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";
import { isForDigest } from "../../../lib/domain/job/notifications.ts";

/** Returns a job as the API shows it. Times are ISO 8601 in UTC. Unknown values are omitted. */
export function jobView(job: Job, lastPoll: LastPoll | undefined): Record<string, unknown> {
  return {
    ...fieldsOf(job, lastPoll),
    subJobs: job.subJobs.map(subJobFields),
    moreSubJobs: job.moreSubJobs,
    transitions: job.transitions.map(transitionView),
    notifications: job.notifications.map(notificationView),
  };
}

/** Returns a job for a list or a batch: at most 40 KB, so that 100 jobs stay under 4 MB. */
export function jobSummary(job: Job, lastPoll: LastPoll | undefined): Record<string, unknown> {
  return { ...fieldsOf(job, lastPoll), subJobCount: job.subJobs.length + (job.moreSubJobs ?? 0) };
}

function fieldsOf(job: Job, lastPoll: LastPoll | undefined): Record<string, unknown> {
  const { jobId, source, projectId, state, jobType } = job;
  const end = expectedEnd(job);
  return {
    jobId,
    source,
    projectId,
    state,
    jobType,
    ...pickOptions(job),
    origin: job.origin?.watchId,
    ...timedFields(job),
    registeredAt: iso(job.registeredAt),
    registeredBy: authorOf(job, "registered"),
    ...(state === "stopped" && { stoppedBy: authorOf(job, "stopped") }),
    correlationId: job.correlationId,
    ...cloudFields(job),
    resource: job.resource,
    requestId: job.requestId,
    ...(lastPoll && { lastPoll: lastPollFields(lastPoll) }),
    ...(!hasEnded(job) && { missingSince: iso(job.missing?.since) }),
    expectedEnd: end && { at: iso(end.at), from: iso(end.from), to: iso(end.to) },
  };
}

export function transitionView({ n, at, kind, state, reason, by }: Transition): Record<string, unknown> {
  return { n, at: iso(at), kind, state, reason, by };
}

function notificationView({ id, n, channel, state, at, receipt }: Notification): Record<string, unknown> {
  return { id, n, channel, state, at: iso(at), ...(isForDigest(id) && { digest: true }), ...receipt };
}
