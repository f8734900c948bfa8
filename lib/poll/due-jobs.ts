import { hashFraction } from "../domain/hash.ts";
import type { Probes } from "../domain/schedule/poller-state.ts";
import type { DueJob } from "./poll-job.ts";
import { isProbing, kindOf, newPollHistory, type PollHistory, probeAt, probeKind } from "./probing.ts";
import type { Service } from "./service-polls.ts";

/** Jobs of one team and service that are due, and what is remembered of those that were polled. */
export interface Queue {
  team: string;
  service: Service;
  history: PollHistory;
  /** The one that has been due for longest stands last, once sorted. */
  jobs: DueJob[];
  isSorted: boolean;
  /** Keys of the jobs in the queue. */
  queued: Set<string>;
  /** When jobs were polled in this tick, so that none is polled twice for one due time. */
  polledAt: Map<string, number>;
  underWay: number;
  /** Until when all due polls were made, but for those that the queue had no room for: in this sweep, and before it. */
  droppedSince: number;
  droppedBefore: number;
}

/** What an earlier tick left of a queue. */
export interface Left {
  backlogSince?: number | undefined;
  probes?: Probes | undefined;
}

export function newQueue(team: string, service: Service, { backlogSince = Number.POSITIVE_INFINITY, probes }: Left): Queue {
  return {
    ...{
      team,
      service,
      history: newPollHistory(probes),
      jobs: [],
      isSorted: true,
      queued: new Set(),
      polledAt: new Map(),
      underWay: 0,
    },
    ...{ droppedSince: Number.POSITIVE_INFINITY, droppedBefore: backlogSince },
  };
}

/** False where the job is in the queue already. */
export function addTo(queue: Queue, job: DueJob): boolean {
  if (queue.queued.has(job.pk)) return false;
  queue.queued.add(job.pk);
  queue.jobs.push(job);
  queue.isSorted = false;
  return true;
}

/** The job that may be polled now, taken out of the queue; undefined where it has to wait. */
export function takeFrom(queue: Queue, now: number): DueJob | undefined {
  const { service, history } = queue;
  if (service.backOffUntil > now) return undefined;
  sort(queue);
  const next = queue.jobs.at(-1);
  if (next === undefined || !isProbing(history) || next.isLast) return removed(queue, next);
  if (probeAt(history) > now) return undefined;
  // Where some jobs fail for ever, another one is probed each time.
  const probes = queue.jobs.filter((job) => kindOf(job) === probeKind(history));
  return removed(queue, probes[Math.floor(hashFraction(String(now)) * probes.length)]);
}

/** When a job of the queue may be polled at the earliest; infinite where another poll's end decides that, or a job that is to be due. */
export function readyAt({ service, history }: Queue, now: number): number {
  if (service.backOffUntil > now) return service.backOffUntil;
  return isProbing(history) && probeAt(history) > now ? probeAt(history) : Number.POSITIVE_INFINITY;
}

function removed(queue: Queue, job: DueJob | undefined): DueJob | undefined {
  if (job === undefined) return undefined;
  queue.jobs.splice(queue.jobs.lastIndexOf(job), 1);
  queue.queued.delete(job.pk);
  return job;
}

/** Keeps the half that has been due for longest. Returns how many jobs it left out. */
export function halve(queue: Queue): number {
  sort(queue);
  const dropped = queue.jobs.splice(0, Math.ceil(queue.jobs.length / 2));
  for (const { pk, dueAt } of dropped) {
    queue.queued.delete(pk);
    queue.droppedSince = Math.min(queue.droppedSince, dueAt - 1);
  }
  return dropped.length;
}

/** Until when all due polls of the queue were made; infinite where it has none left. */
export function backlogSince({ jobs, droppedSince, droppedBefore }: Queue): number {
  return jobs.reduce((from, { dueAt }) => Math.min(from, dueAt - 1), Math.min(droppedSince, droppedBefore));
}

/** A whole sweep has met every job again: what was left out before it is due in this one. */
export function forget(queue: Queue, sweptAt: number): void {
  queue.droppedBefore = Number.POSITIVE_INFINITY;
  if (queue.droppedSince < Number.POSITIVE_INFINITY) return;
  for (const [pk, at] of queue.polledAt) if (at < sweptAt) queue.polledAt.delete(pk);
}

export function sizeOf(queues: ReadonlyMap<string, Queue>): number {
  return [...queues.values()].reduce((sum, { jobs }) => sum + jobs.length, 0);
}

/** Who was served goes to the end. */
export function toEnd<Value>(turns: Map<string, Value> | undefined, name: string): void {
  const value = turns?.get(name);
  if (!turns || value === undefined) return;
  turns.delete(name);
  turns.set(name, value);
}

function sort(queue: Queue): void {
  if (!queue.isSorted) queue.jobs.sort((one, other) => orderOf(other) - orderOf(one));
  queue.isSorted = true;
}

function orderOf({ isLast, dueAt }: DueJob): number {
  return isLast ? 0 : dueAt;
}
