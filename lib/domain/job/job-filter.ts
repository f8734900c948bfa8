import { type ExpiredFilter, hasEnded, hasExpired, type Job } from "./job.ts";
import type { JobState } from "./states.ts";

/** Which jobs a list shows: those that match every given field. */
export interface JobFilter {
  states?: readonly JobState[] | undefined;
  isLate?: boolean | undefined;
  /** The cloud's own name of a job type. */
  type?: string | undefined;
  source?: string | undefined;
  /** The name of a label, or `name=value`. */
  label?: string | undefined;
  /** A part of the title, the resource's name, the id or a label, in upper or lower case. */
  text?: string | undefined;
  /** Jobs with an expired notification that the filter accepts. */
  expired?: ExpiredFilter | undefined;
}

export function fulfils(job: Job, { states, isLate, type, source, label, text, expired }: JobFilter): boolean {
  return (
    (states === undefined || states.includes(job.state)) &&
    (!isLate || (job.late !== undefined && !hasEnded(job))) &&
    (type === undefined || job.jobType === type) &&
    (source === undefined || job.source === source) &&
    (label === undefined || hasLabel(job, label)) &&
    (text === undefined || hasText(job, text)) &&
    (expired === undefined || job.notifications.some((one) => hasExpired(one, expired)))
  );
}

function hasLabel({ labels = {} }: Job, label: string): boolean {
  const [name = "", ...value] = label.split("=");
  return Object.hasOwn(labels, name) && (value.length === 0 || labels[name] === value.join("="));
}

function hasText({ title, resource, jobId, labels = {} }: Job, text: string): boolean {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const wanted = text.toLowerCase();
  return [title, resource?.name, jobId, ...pairs].some((one) => one?.toLowerCase().includes(wanted));
}
