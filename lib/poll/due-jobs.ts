import { hashFraction } from "../domain/hash.ts";
import type { Probes } from "../domain/schedule/poller-state.ts";
import type { DueJob } from "./poll-job.ts";
import { isProbing, kindOf, newPollHistory, type PollHistory, probeAt, probeKind } from "./probing.ts";
import type { PolledService } from "./service-polls.ts";

/** The due jobs of one team and service, and the history of its polls in this tick. */
export interface Queue {
  team: string;
  service: PolledService;
  history: PollHistory;
  /** Once sorted, the job that has been due for longest is last. */
  jobs: DueJob[];
  isSorted: boolean;
  /** Keys of the jobs in the queue. */
  queued: Set<string>;
  /** When each job was polled in this tick, so that none is polled twice for one due time. */
  polledAt: Map<string, number>;
  underWay: number;
  /** A full queue drops jobs. All polls due before these times were made: for drops in this sweep, and for earlier drops. */
  droppedSince: number;
  droppedBefore: number;
}

/** State of a queue from an earlier tick. */
export interface SavedQueue {
  backlogSince?: number | undefined;
  probes?: Probes | undefined;
}

export function newQueue(
  team: string,
  service: PolledService,
  { backlogSince = Number.POSITIVE_INFINITY, probes }: SavedQueue,
): Queue {
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

/** Returns false if the job is already in the queue. */
export function addTo(queue: Queue, job: DueJob): boolean {
  if (queue.queued.has(job.pk)) return false;
  queue.queued.add(job.pk);
  queue.jobs.push(job);
  queue.isSorted = false;
  return true;
}

/** Removes and returns the job that may be polled now, or undefined if the queue has to wait. */
export function takeFrom(queue: Queue, now: number): DueJob | undefined {
  const { service, history } = queue;
  if (service.backOffUntil > now) return undefined;
  sort(queue);
  const next = queue.jobs.at(-1);
  if (next === undefined || !isProbing(history) || next.isLast) return removed(queue, next);
  if (probeAt(history) > now) return undefined;
  // Each probe picks another job, since some may always fail.
  const probes = queue.jobs.filter(({ tracking }) => kindOf(tracking) === probeKind(history));
  return removed(queue, probes[Math.floor(hashFraction(String(now)) * probes.length)]);
}

/** Returns the earliest time of the next poll. Infinite if it depends on the end of another poll, or on the next due job. */
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

/** Keeps the half that has been due for longest. Returns how many jobs were dropped. */
export function halve(queue: Queue): number {
  sort(queue);
  const dropped = queue.jobs.splice(0, Math.ceil(queue.jobs.length / 2));
  for (const { pk, dueAt } of dropped) {
    queue.queued.delete(pk);
    queue.droppedSince = Math.min(queue.droppedSince, dueAt - 1);
  }
  return dropped.length;
}

/** Returns the time before which all due polls of the queue were made. Infinite if no job is left. */
export function backlogSince({ jobs, droppedSince, droppedBefore }: Queue): number {
  return jobs.reduce((from, { dueAt }) => Math.min(from, dueAt - 1), Math.min(droppedSince, droppedBefore));
}

/** A complete sweep has visited every job again, so jobs dropped before it are no longer missing. */
export function clearDropped(queue: Queue, sweptAt: number): void {
  queue.droppedBefore = Number.POSITIVE_INFINITY;
  if (queue.droppedSince < Number.POSITIVE_INFINITY) return;
  for (const [pk, at] of queue.polledAt) if (at < sweptAt) queue.polledAt.delete(pk);
}

export function sizeOf(queues: ReadonlyMap<string, Queue>): number {
  return [...queues.values()].reduce((sum, { jobs }) => sum + jobs.length, 0);
}

/** Moves an entry to the end of the map, after its turn. */
export function moveToEnd<Value>(turns: Map<string, Value> | undefined, name: string): void {
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
