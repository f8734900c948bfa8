import type { PollerState } from "../domain/schedule/poller-state.ts";
import { type ServiceKey, serviceIdOf, serviceOfId } from "../domain/table-keys.ts";
import type { Clock } from "../ports.ts";
import { createTokenBucket, type TokenBucket } from "../shared/token-bucket.ts";
import {
  addTo,
  backlogSince,
  clearDropped,
  halve,
  moveToEnd,
  newQueue,
  type Queue,
  readyAt,
  sizeOf,
  takeFrom,
} from "./due-jobs.ts";
import type { DueJob } from "./poll-job.ts";
import { isProbing, kindOf, noteResult, type PollHistory, type PollResult } from "./probing.ts";
import { newService, type Service, takeReport } from "./service-polls.ts";

/** The polls of one tick. Due jobs wait here for their turn. */
export interface Polling {
  service(key: ServiceKey): Service;
  queue(team: string, service: Service): Queue;
  add(queue: Queue, job: DueJob): void;
  /** Must be called when a sweep begins. Until it ends, no probe is sent: the sweep must count all jobs of a queue first. */
  sweepBegins(): void;
  /** `counts`: open jobs of each queue. Absent if the sweep was incomplete. */
  sweepEnds(startedAt: number, counts?: ReadonlyMap<Queue, OpenJobs>): void;
  /** Starts all polls that are allowed now, and further ones as polls end and time passes. */
  start(): void;
  /** Resolves with true when no poll is running and none can start before `until`, or with false at `until`. */
  idle(until: number): Promise<boolean>;
  /** Starts no more polls, and waits for the running ones. */
  stop(): Promise<void>;
  /** Returns the results of each service since the last call, by `serviceIdOf`. */
  report(): Map<string, Service>;
  /** Returns the number of polls that were started. */
  started(): number;
  /** Returns the state for the next tick. `windowEnd`: start of the last complete sweep. */
  unfinished(windowEnd: number): Pick<PollerState, "backlog" | "backOff">;
}

export type OpenJobs = Pick<PollHistory, "open" | "openSeen">;

interface Settings {
  /** Concurrent polls. */
  concurrency: number;
  /** Per project. */
  pollsPerSecond: number;
  lastPollAt: number;
  /** Never throws. */
  poll(job: DueJob, service: Service): Promise<PollResult>;
}

interface Project {
  bucket: TokenBucket;
  /** In the order of their turns. A team moves to the end when it is polled. */
  teams: Map<string, Team>;
  queued: number;
}

/** A team's jobs of one project, by service, in the order of their turns. */
type Team = Map<string, Queue>;

interface Turn {
  project: Project;
  queue: Queue;
  job: DueJob;
}

/**
 * Shares the polls fairly. The teams of a project take turns, then the services of a team, and the job that has been due for longest
 * comes first. Concurrent polls are shared in the same way, so that a team whose polls all hang keeps only its share.
 */
export function createPolling(clock: Clock, settings: Settings, state: Pick<PollerState, "backlog" | "backOff">): Polling {
  const { concurrency, pollsPerSecond, lastPollAt } = settings;
  const services = new Map<string, Service>();
  const projects = new Map<string, Project>();
  const polls = new Set<Promise<void>>();
  const underWay = new Map<string, number>();
  const idlers = new Set<{ until: number; resolve: (isIdle: boolean) => void }>();
  let started = 0;
  let isSweeping = false;
  let isStopped = false;
  let wakesAt = Number.POSITIVE_INFINITY;

  for (const [id, { backOffUntil }] of Object.entries(state.backOff)) {
    services.set(id, newService(serviceOfId(id), backOffUntil));
  }

  return {
    service(key) {
      const service = services.get(serviceIdOf(key)) ?? newService(key);
      services.set(serviceIdOf(key), service);
      return service;
    },
    queue: queueOf,
    add(queue, job) {
      const project = projectOf(queue.service.key.projectId);
      if (addTo(queue, job)) project.queued++;
      trim(project);
    },
    sweepBegins() {
      isSweeping = true;
      for (const queue of queues()) {
        queue.droppedBefore = Math.min(queue.droppedBefore, queue.droppedSince);
        queue.droppedSince = Number.POSITIVE_INFINITY;
      }
    },
    sweepEnds(startedAt, counts) {
      isSweeping = false;
      if (!counts) return;
      for (const service of services.values()) service.open = 0;
      for (const queue of queues()) {
        const { open, openSeen } = counts.get(queue) ?? { open: 0, openSeen: 0 };
        Object.assign(queue.history, { open, openSeen });
        queue.service.open += open;
        clearDropped(queue, startedAt);
      }
    },
    start: pump,
    idle(until) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      idlers.add({ until, resolve });
      pump();
      return promise;
    },
    async stop() {
      isStopped = true;
      await Promise.all(polls);
    },
    report: () => new Map([...services].map(([id, service]) => [id, takeReport(service)])),
    started: () => started,
    unfinished: (windowEnd) => unfinishedState([...queues()], services, windowEnd, clock.now()),
  };

  function projectOf(projectId: string): Project {
    const project = projects.get(projectId) ?? {
      bucket: createTokenBucket(pollsPerSecond, clock),
      teams: new Map(),
      queued: 0,
    };
    projects.set(projectId, project);
    return project;
  }

  function queueOf(team: string, service: Service): Queue {
    const { teams } = projectOf(service.key.projectId);
    const ofTeam = teams.get(team) ?? new Map<string, Queue>();
    teams.set(team, ofTeam);
    const id = serviceIdOf(service.key);
    const queue =
      ofTeam.get(id) ??
      newQueue(team, service, {
        backlogSince: state.backlog[id]?.[team],
        probes: state.backOff[id]?.probes?.[team],
      });
    ofTeam.set(id, queue);
    return queue;
  }

  function* queues(): Generator<Queue> {
    for (const project of projects.values()) yield* queuesOf(project);
  }

  /** If more jobs are queued than can be polled in this tick, the team with the most drops half of its longest queue. */
  function trim(project: Project): void {
    const secondsLeft = Math.max(lastPollAt - clock.now(), 0) / 1_000 + 1;
    if (project.queued <= 2 * Math.ceil(secondsLeft * pollsPerSecond)) return;
    const [most] = [...project.teams.values()].sort((one, other) => sizeOf(other) - sizeOf(one));
    const [longest] = [...(most?.values() ?? [])].sort((one, other) => other.jobs.length - one.jobs.length);
    if (longest) project.queued -= halve(longest);
  }

  function pump(): void {
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    if (!isStopped && now <= lastPollAt) next = startPolls(now);
    resolveIdlers(now, next);
  }

  /** Returns when the next poll can start. Infinite if it depends on the end of another poll. */
  function startPolls(now: number): number {
    const permits = permitsOf([...queues()], concurrency);
    while (polls.size < concurrency) {
      const turn = nextTurn(now, permits);
      if (!turn) return readyAgainAt(now);
      startPoll(turn);
    }
    return Number.POSITIVE_INFINITY;
  }

  function nextTurn(now: number, permits: Permits): Turn | undefined {
    for (const { project, queue } of turns(permits)) {
      if (isSweeping && isProbing(queue.history)) continue;
      const job = takeFrom(queue, now);
      if (job) return { project, queue, job };
    }
    return undefined;
  }

  /** Yields the queues that may start a poll, in the order of their turns. */
  function* turns(permits: Permits): Generator<Omit<Turn, "job">> {
    const ready = [...projects.values()].filter(({ queued, bucket }) => queued > 0 && bucket.readyAt() <= clock.now());
    for (const project of ready) for (const queue of queuesOf(project)) if (hasPermit(queue, permits)) yield { project, queue };
  }

  function hasPermit({ team, jobs, underWay: polls }: Queue, permits: Permits): boolean {
    const { ofTeam = 0, ofQueue = 0 } = permits.get(team) ?? {};
    return jobs.length > 0 && polls < ofQueue && (underWay.get(team) ?? 0) < ofTeam;
  }

  function readyAgainAt(now: number): number {
    const times = [...projects.values()].flatMap((project) => {
      if (project.queued === 0) return [];
      const at = project.bucket.readyAt();
      if (at > now) return at;
      return [...queuesOf(project)].flatMap((queue) => (queue.jobs.length > 0 ? readyAt(queue, now) : []));
    });
    return times.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  }

  function startPoll({ project, queue, job }: Turn): void {
    const { service, team, history } = queue;
    const probed = isProbing(history) && !job.isLast ? kindOf(job.tracking) : undefined;
    moveToEnd(project.teams.get(team), serviceIdOf(service.key));
    moveToEnd(project.teams, team);
    moveToEnd(projects, service.key.projectId);
    project.queued--;
    project.bucket.take();
    started++;
    queue.polledAt.set(job.pk, clock.now());
    count(queue, 1);
    if (probed) history.isProbeRunning = true;
    const poll = settings.poll(job, service).then((result) => {
      if (probed) history.isProbeRunning = false;
      noteResult(history, result, probed, clock.now());
      count(queue, -1);
      polls.delete(poll);
      pump();
    });
    polls.add(poll);
  }

  function count(queue: Queue, change: 1 | -1): void {
    queue.underWay += change;
    underWay.set(queue.team, (underWay.get(queue.team) ?? 0) + change);
  }

  function* queuesOf({ teams }: Project): Generator<Queue> {
    for (const team of teams.values()) yield* team.values();
  }

  function resolveIdlers(now: number, next: number): void {
    for (const idler of idlers) {
      const isIdle = polls.size === 0 && next > Math.min(idler.until, lastPollAt);
      if (!isIdle && now < idler.until) continue;
      idlers.delete(idler);
      idler.resolve(isIdle);
    }
    wakeAt(Math.min(next, ...[...idlers].map(({ until }) => until)), now);
  }

  /** Keeps one timer, for the earliest time. */
  function wakeAt(at: number, now: number): void {
    if (isStopped || at > lastPollAt || at >= wakesAt) return;
    wakesAt = at;
    void clock.sleep(Math.max(at - now, 0)).then(() => {
      if (wakesAt === at) wakesAt = Number.POSITIVE_INFINITY;
      if (!isStopped) pump();
    });
  }
}

function unfinishedState(
  queues: Queue[],
  services: ReadonlyMap<string, Service>,
  windowEnd: number,
  now: number,
): Pick<PollerState, "backlog" | "backOff"> {
  const backlog: PollerState["backlog"] = {};
  const backOff: PollerState["backOff"] = {};
  for (const [id, { backOffUntil }] of services) if (backOffUntil > now) backOff[id] = { backOffUntil };
  for (const queue of queues) {
    const { team, service, history } = queue;
    const id = serviceIdOf(service.key);
    const from = backlogSince(queue);
    if (from < windowEnd) backlog[id] = { ...backlog[id], [team]: from };
    if (isProbing(history)) backOff[id] = { ...backOff[id], probes: { ...backOff[id]?.probes, [team]: history.probes } };
  }
  return { backlog, backOff };
}

/** Limits of concurrent polls by team: for the whole team, and for each of its queues. */
type Permits = Map<string, { ofTeam: number; ofQueue: number }>;

/** Divides the concurrency evenly among teams with due or running polls, then among their queues in all projects. */
function permitsOf(queues: Queue[], concurrency: number): Permits {
  const busy = queues.filter(({ jobs, underWay }) => jobs.length + underWay > 0);
  const teams = Map.groupBy(busy, ({ team }) => team);
  const ofTeam = Math.ceil(concurrency / teams.size);
  return new Map([...teams].map(([team, { length }]) => [team, { ofTeam, ofQueue: Math.ceil(ofTeam / length) }]));
}
