import { hintFor } from "../../domain/job/failure-hints.ts";
import type { Job, Transition } from "../../domain/job/job.ts";
import type { Field } from "./blocks.ts";
import { failedSubJobs } from "./sub-jobs.ts";
import { link, mrkdwn } from "./text.ts";
import { date } from "./times.ts";

const FIELD = 100;
/** What may stand as a link's words: nothing else of a ticket's address is shown. */
const TICKET_NUMBER = /\/([A-Z][A-Z0-9]{1,9}-\d{1,9}|\d{1,9})\/?$/;

/** When it happened and whose job it is. */
export function fieldsOf(job: Job, transition: Transition, labelsLimit: number): Field[] {
  const ended = endedAs(transition);
  const rows: [string, string | undefined][] = [
    ["Began", job.beginTime === undefined ? undefined : date(job.beginTime)],
    ended && job.endTime !== undefined ? ["Ended", date(job.endTime)] : ["Noticed", date(transition.at)],
    ["Registered by", mrkdwn(job.team, FIELD)],
    ["Labels", labelsOf(job, labelsLimit)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
}

/** What this means, and what to do: of a failure by the code of its first failed step, else by its own. */
export function adviceOf(job: Job, transition: Transition): string | undefined {
  if (endedAs(transition) === "failed") return hintFor(failedSubJobs(job)[0]?.errorCode, job.errorCode);
  switch (transition.kind) {
    case "lost":
      return "Look at the share itself: it may be as it should be. Registering the job again watches it anew.";
    case "unreachable":
      return "Check the operation in the cloud's console: the cloud answers for other jobs, but not for this one. You are notified when it does again.";
    case "stopped":
      return "Registering the job again watches it anew.";
    case "unknown-status":
      return "The job stays open and is watched on. The job's team was not told.";
    default:
      return undefined;
  }
}

/** Ticket and run book of a job, then our own links by their words; what is no link that a browser opens is shown as it is. */
export function linksOf(job: Job, own: Record<string, string | undefined>, limit: number): string[] {
  const { runbookUrl, labels = {} } = job;
  return [
    ...(labels.ticket ? [`*Ticket:* ${ticketOf(labels.ticket, limit)}`] : []),
    ...(runbookUrl ? [link(runbookUrl, "Run book", limit) ?? `Run book: ${mrkdwn(runbookUrl, FIELD)}`] : []),
    ...Object.entries(own).flatMap(([words, url]) => link(url ?? "", words, limit) ?? []),
  ];
}

export function endedAs({ kind, state }: Transition): "success" | "failed" | undefined {
  return kind === "status" && (state === "success" || state === "failed") ? state : undefined;
}

function ticketOf(ticket: string, limit: number): string {
  const number = TICKET_NUMBER.exec(ticket)?.[1];
  return link(ticket, number ?? "open", limit) ?? mrkdwn(ticket, FIELD);
}

function labelsOf({ labels = {} }: Job, limit: number): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) => (name === "ticket" ? [] : [`${name}=${value}`]));
  return mrkdwn(pairs.join(" · "), limit);
}
