import { hintFor } from "../../domain/job/failure-hints.ts";
import type { Job, Transition } from "../../domain/job/job.ts";
import { JOB_OPTIONS, type JobOptions, optionsIn } from "../../domain/job/job-options.ts";
import { shareOperationOf, sizeWords } from "../../domain/job/resource.ts";
import { transitionRow } from "../../domain/job/transitions.ts";
import type { Field } from "./blocks.ts";
import { link, mrkdwn } from "./text.ts";
import { date } from "./times.ts";

const FIELD = 100;
/** The part of a ticket's URL that is used as the link text. */
const TICKET_NUMBER = /\/([A-Z][A-Z0-9]{1,9}-\d{1,9}|\d{1,9})\/?$/;

/** Times, the share, owner and labels. */
export function fieldsOf(job: Job, transition: Transition, labelsLimit: number): Field[] {
  const ended = endedAs(transition);
  const rows: [string, string | undefined][] = [
    startField(job),
    ended && job.endTime !== undefined ? ["Ended", date(job.endTime)] : ["Detected", date(transition.at)],
    ...shareFields(job),
    [job.origin ? "Discovered for" : "Registered by", mrkdwn(job.team, FIELD)],
    ...optionTexts(job, labelsLimit),
  ];
  return rows.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
}

/** The cloud gives no begin for most operations on a share. */
function startField(job: Job): [string, string | undefined] {
  const running = job.transitions.find(({ kind, state }) => kind === "status" && state === "running");
  if (job.beginTime !== undefined || running === undefined || shareOperationOf(job) === undefined)
    return ["Started", job.beginTime === undefined ? undefined : date(job.beginTime)];
  return ["Seen running", date(running.at)];
}

/** A message about a share is a sentence without codes, so they follow here. The name only if the team chose a title of its own. */
function shareFields(job: Job): [string, string | undefined][] {
  const { resource = {}, errorCode, title } = job;
  if (shareOperationOf(job) === undefined) return [];
  return [
    ["Share", title === undefined || title === resource.name ? undefined : mrkdwn(resource.name ?? "", FIELD)],
    ["Size", sizeWords(resource)],
    ["Error code", errorCode && mrkdwn(errorCode, FIELD)],
  ];
}

/** What to do next. */
export function adviceOf(job: Job, transition: Transition): string | undefined {
  const { advice } = transitionRow(transition);
  return endedAs(transition) === "failed" ? hintFor(job) : advice;
}

/** The options that a message shows, each as one text. */
export function optionTexts(job: Job, limit: number): [label: string, text: string][] {
  return optionsIn("message fields").map((name) => [JOB_OPTIONS[name].label, optionText(job[name], limit)]);
}

/** The job's ticket and runbook, then our own links by label. A value that is not an http(s) URL is shown as text. */
export function linksOf(job: Job, own: Record<string, string | undefined>, limit: number): string[] {
  return [
    ...ticketLink(job, limit),
    ...optionsIn("message links").flatMap((name) => optionLink(name, job, limit) ?? []),
    ...Object.entries(own).flatMap(([words, url]) => link(url ?? "", words, limit) ?? []),
  ];
}

export function ticketLink({ labels: { ticket } = {} }: Job, limit: number): string[] {
  return ticket ? [`*Ticket:* ${ticketOf(ticket, limit)}`] : [];
}

export function endedAs({ kind, state }: Transition): "success" | "failed" | undefined {
  return kind === "status" && (state === "success" || state === "failed") ? state : undefined;
}

function ticketOf(ticket: string, limit: number): string {
  const number = TICKET_NUMBER.exec(ticket)?.[1];
  return link(ticket, number ?? "open", limit) ?? mrkdwn(ticket, FIELD);
}

function optionLink(name: keyof JobOptions, job: Job, limit: number): string | undefined {
  const { label } = JOB_OPTIONS[name];
  const url = job[name];
  return typeof url === "string" ? (link(url, label, limit) ?? `${label}: ${mrkdwn(url, FIELD)}`) : undefined;
}

/** The label `ticket` is a link instead. */
function optionText(value: JobOptions[keyof JobOptions], limit: number): string {
  if (typeof value !== "object") return mrkdwn(String(value ?? ""), FIELD);
  const pairs = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([name, text]) => (name === "ticket" ? [] : [`${name}=${text}`]));
  return mrkdwn(pairs.join(" · "), limit);
}
