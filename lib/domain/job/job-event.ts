import type { OutgoingNotification } from "../notification.ts";
import { authorOf, type Job } from "./job.ts";
import { cloudFields, iso, lastPollFields, subJobFields, timedFields } from "./job-fields.ts";
import { optionsIn, pickOptions } from "./job-options.ts";
import { lastPollOf } from "./last-poll.ts";

/** Increased when a field is removed or changes its meaning, not when one is added. */
export const EVENT_VERSION = 1;

/** The event that webhooks and the event bus receive. docs/events.md and docs/events.schema.json describe it. */
export interface JobwatchEvent {
  type: "job.state-changed" | "operators.notice" | "watch.notice" | "test";
  version: typeof EVENT_VERSION;
  /** The id of the notification: the same for each attempt. */
  id: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** Returns the URL of a job's page; undefined if there are no pages. */
export type PageOf = (job: Job) => string | undefined;

/** At most about 150 KB (lib/domain/job/rules.ts). `plain` omits the fields that only describe the job. */
export function eventOf(notification: OutgoingNotification, plain = false, pageOf?: PageOf): JobwatchEvent {
  const { notificationId: id, transition } = notification;
  const event = { version: EVENT_VERSION, id, timestamp: iso(transition.at) ?? "" } as const;
  const fields = { ...transition, at: iso(transition.at) };
  if (notification.kind === "job") {
    const { job } = notification;
    const page = pageOf?.(job);
    const links = page === undefined ? {} : { links: { page } };
    const data = { team: job.team, job: plain ? plainJob(job) : wholeJob(job), transition: fields, ...links };
    return { type: "job.state-changed", ...event, data };
  }
  const { since } = notification.transition;
  const notice = { ...fields, ...(since !== undefined && { since: iso(since) }) };
  const type = notification.kind === "watches" ? "watch.notice" : "operators.notice";
  return { type, ...event, data: { ...aboutOf(notification), transition: notice } };
}

/** Only identities and states: no text from a team or the cloud. */
export function minimalEventOf(notification: OutgoingNotification): JobwatchEvent {
  const { data, ...event } = eventOf(notification, true);
  if (notification.kind !== "job")
    return { ...event, data: { ...data, transition: { ...notification.transition, at: event.timestamp, reason: "" } } };
  const { team, source, projectId, jobId, state, registeredAt } = notification.job;
  const { n, kind } = notification.transition;
  const transition = { n, at: event.timestamp, kind, state: notification.transition.state };
  return { ...event, data: { team, job: { jobId, source, projectId, state, registeredAt: iso(registeredAt) }, transition } };
}

function aboutOf(notification: OutgoingNotification): Record<string, unknown> {
  if (notification.kind === "reachability") return { projectId: notification.projectId, service: notification.service };
  if (notification.kind === "watches") return { team: notification.team };
  return notification.kind === "channel" ? { channel: notification.channel } : {};
}

export function testEvent(id: string, now: number): JobwatchEvent {
  return { type: "test", version: EVENT_VERSION, id, timestamp: iso(now) ?? "", data: {} };
}

/** The fields that the API returns, with their values at the time of sending, without transitions and notifications. */
function wholeJob(job: Job): Record<string, unknown> {
  const options = pickOptions(job, optionsIn("events"));
  return {
    ...plainJob(job),
    ...options,
    ...timedFields(job),
    registeredBy: authorOf(job, "registered"),
    correlationId: job.correlationId,
    resource: job.resource,
    origin: job.origin?.watchId,
    subJobs: job.subJobs.map(subJobFields),
    moreSubJobs: job.moreSubJobs,
  };
}

function plainJob(job: Job): Record<string, unknown> {
  const { jobId, source, projectId, state, jobType, registeredAt, requestId } = job;
  const lastPoll = lastPollOf(job, undefined, registeredAt);
  return {
    ...{ jobId, source, projectId, state, jobType },
    ...{ registeredAt: iso(registeredAt), ...cloudFields(job), requestId },
    ...(lastPoll && { lastPoll: lastPollFields(lastPoll) }),
  };
}
