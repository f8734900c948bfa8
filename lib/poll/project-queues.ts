import type { PollerState } from "../domain/schedule/poller-state.ts";
import { serviceIdOf } from "../domain/table-keys.ts";
import type { Clock } from "../ports.ts";
import { createTokenBucket, type TokenBucket } from "../shared/token-bucket.ts";
import { addTo, halve, moveToEnd, newQueue, type Queue, readyAt, sizeOf, takeFrom } from "./due-jobs.ts";
import type { DueJob } from "./poll-job.ts";
import type { PolledService } from "./service-polls.ts";

interface Project {
  bucket: TokenBucket;
  /** In the order of their turns. A team moves to the end when it is polled. */
  teams: Map<string, Team>;
  queued: number;
}

/** A team's jobs of one project, by service, in the order of their turns. */
type Team = Map<string, Queue>;

/** A poll that may start now. */
export interface Turn {
  project: Project;
  queue: Queue;
  job: DueJob;
}

interface Limits {
  concurrency: number;
  /** Per project. */
  pollsPerSecond: number;
  lastPollAt: number;
}

/** The due jobs of all projects. The teams of a project take turns, then the services of a team. */
export class ProjectQueues {
  readonly #projects = new Map<string, Project>();
  /** Running polls by team. */
  readonly #underWay = new Map<string, number>();
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #state: Pick<PollerState, "backlog" | "backOff">;

  constructor(clock: Clock, limits: Limits, state: Pick<PollerState, "backlog" | "backOff">) {
    this.#clock = clock;
    this.#limits = limits;
    this.#state = state;
  }

  queueOf(team: string, service: PolledService): Queue {
    const { teams } = this.#projectOf(service.key.projectId);
    const ofTeam = teams.get(team) ?? new Map<string, Queue>();
    teams.set(team, ofTeam);
    const id = serviceIdOf(service.key);
    const { backlog, backOff } = this.#state;
    const saved = { backlogSince: backlog[id]?.[team], probes: backOff[id]?.probes?.[team] };
    const queue = ofTeam.get(id) ?? newQueue(team, service, saved);
    ofTeam.set(id, queue);
    return queue;
  }

  add(queue: Queue, job: DueJob): void {
    const project = this.#projectOf(queue.service.key.projectId);
    if (addTo(queue, job)) project.queued++;
    this.#trim(project);
  }

  *all(): Generator<Queue> {
    for (const project of this.#projects.values()) yield* queuesOf(project);
  }

  /** Starting polls does not change the permits; adding jobs and ending polls does. */
  permits(): Permits {
    return permitsOf([...this.all()], this.#limits.concurrency);
  }

  /** Takes the next job that may be polled now. `mayPoll` can exclude queues. */
  next(now: number, permits: Permits, mayPoll: (queue: Queue) => boolean): Turn | undefined {
    const ready = [...this.#projects.values()].filter(({ queued, bucket }) => queued > 0 && bucket.readyAt() <= now);
    for (const project of ready)
      for (const queue of queuesOf(project)) {
        const job = this.#hasPermit(queue, permits) && mayPoll(queue) ? takeFrom(queue, now) : undefined;
        if (job) return { project, queue, job };
      }
    return undefined;
  }

  /** Counts a poll that starts, and moves its service, team and project to the end. */
  begin({ project, queue, job }: Turn): void {
    const { team, service } = queue;
    moveToEnd(project.teams.get(team), serviceIdOf(service.key));
    moveToEnd(project.teams, team);
    moveToEnd(this.#projects, service.key.projectId);
    project.queued--;
    project.bucket.take();
    queue.polledAt.set(job.pk, this.#clock.now());
    this.#count(queue, 1);
  }

  /** Counts a request that is no poll of a job. */
  countRequest(projectId: string): void {
    this.#projectOf(projectId).bucket.borrow();
  }

  end(queue: Queue): void {
    this.#count(queue, -1);
  }

  /** Returns when the next poll can start. Infinite if it depends on the end of another poll. */
  readyAgainAt(now: number): number {
    const times = [...this.#projects.values()].flatMap((project) => {
      if (project.queued === 0) return [];
      const at = project.bucket.readyAt();
      if (at > now) return at;
      return [...queuesOf(project)].flatMap((queue) => (queue.jobs.length > 0 ? readyAt(queue, now) : []));
    });
    return times.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  }

  #projectOf(projectId: string): Project {
    const bucket = () => createTokenBucket(this.#limits.pollsPerSecond, this.#clock);
    const project = this.#projects.get(projectId) ?? { bucket: bucket(), teams: new Map(), queued: 0 };
    this.#projects.set(projectId, project);
    return project;
  }

  /** If more jobs are queued than can be polled in this tick, the team with the most drops half of its longest queue. */
  #trim(project: Project): void {
    const { lastPollAt, pollsPerSecond } = this.#limits;
    const secondsLeft = Math.max(lastPollAt - this.#clock.now(), 0) / 1_000 + 1;
    if (project.queued <= 2 * Math.ceil(secondsLeft * pollsPerSecond)) return;
    const [most] = [...project.teams.values()].sort((one, other) => sizeOf(other) - sizeOf(one));
    const [longest] = [...(most?.values() ?? [])].sort((one, other) => other.jobs.length - one.jobs.length);
    if (longest) project.queued -= halve(longest);
  }

  #hasPermit({ team, jobs, underWay }: Queue, permits: Permits): boolean {
    const { ofTeam = 0, ofQueue = 0 } = permits.get(team) ?? {};
    return jobs.length > 0 && underWay < ofQueue && (this.#underWay.get(team) ?? 0) < ofTeam;
  }

  #count(queue: Queue, change: 1 | -1): void {
    queue.underWay += change;
    this.#underWay.set(queue.team, (this.#underWay.get(queue.team) ?? 0) + change);
  }
}

function* queuesOf({ teams }: Project): Generator<Queue> {
  for (const team of teams.values()) yield* team.values();
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
