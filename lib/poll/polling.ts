import type { PollerState } from "../domain/schedule/poller-state.ts";
import { type ServiceKey, serviceIdOf, serviceOfId } from "../domain/table-keys.ts";
import type { Clock } from "../ports.ts";
import { backlogSince, clearDropped, type Queue } from "./due-jobs.ts";
import { Idlers } from "./idlers.ts";
import type { DueJob } from "./poll-job.ts";
import { isProbing, kindOf, noteResult, type PollHistory, type PollResult } from "./probing.ts";
import { ProjectQueues, type Turn } from "./project-queues.ts";
import { newPolledService, type PolledService, takeReport } from "./service-polls.ts";

export type OpenJobs = Pick<PollHistory, "open" | "openSeen">;

interface Settings {
  /** Concurrent polls. */
  concurrency: number;
  /** Per project. */
  pollsPerSecond: number;
  lastPollAt: number;
  /** Never throws. */
  poll(job: DueJob, service: PolledService): Promise<PollResult>;
}

/**
 * The polls of one tick. Due jobs wait here for their turn, and polls are shared fairly: the teams of a project take turns, then the
 * services of a team, and the job that has been due for longest comes first. Concurrent polls are shared in the same way, so that a team
 * whose polls all hang keeps only its share.
 */
export class Polling {
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #queues: ProjectQueues;
  readonly #services = new Map<string, PolledService>();
  readonly #running = new Set<Promise<void>>();
  readonly #idlers: Idlers;
  #started = 0;
  #isSweeping = false;
  #isStopped = false;

  constructor(clock: Clock, settings: Settings, state: Pick<PollerState, "backlog" | "backOff">) {
    this.#clock = clock;
    this.#settings = settings;
    this.#queues = new ProjectQueues(clock, settings, state);
    this.#idlers = new Idlers(clock, () => {
      if (!this.#isStopped) this.start();
    });
    for (const [id, { backOffUntil }] of Object.entries(state.backOff)) {
      this.#services.set(id, newPolledService(serviceOfId(id), backOffUntil));
    }
  }

  service(key: ServiceKey): PolledService {
    const service = this.#services.get(serviceIdOf(key)) ?? newPolledService(key);
    this.#services.set(serviceIdOf(key), service);
    return service;
  }

  queue(team: string, service: PolledService): Queue {
    return this.#queues.queueOf(team, service);
  }

  /** Counts a request of a list in the poll budget of the project. */
  countRequest(projectId: string): void {
    this.#queues.countRequest(projectId);
  }

  add(queue: Queue, job: DueJob): void {
    this.#queues.add(queue, job);
  }

  /** Must be called when a sweep begins. Until it ends, no probe is sent: the sweep must count all jobs of a queue first. */
  sweepBegins(): void {
    this.#isSweeping = true;
    for (const queue of this.#queues.all()) {
      queue.droppedBefore = Math.min(queue.droppedBefore, queue.droppedSince);
      queue.droppedSince = Number.POSITIVE_INFINITY;
    }
  }

  /** `counts`: open jobs of each queue. Absent if the sweep was incomplete. */
  sweepEnds(startedAt: number, counts?: ReadonlyMap<Queue, OpenJobs>): void {
    this.#isSweeping = false;
    if (!counts) return;
    for (const service of this.#services.values()) service.open = 0;
    for (const queue of this.#queues.all()) {
      const { open, openSeen } = counts.get(queue) ?? { open: 0, openSeen: 0 };
      Object.assign(queue.history, { open, openSeen });
      queue.service.open += open;
      clearDropped(queue, startedAt);
    }
  }

  /** Starts all polls that are allowed now, and further ones as polls end and time passes. */
  start(): void {
    const { lastPollAt } = this.#settings;
    const now = this.#clock.now();
    const mayStart = !this.#isStopped && now <= lastPollAt;
    const next = mayStart ? this.#startPolls(now) : Number.POSITIVE_INFINITY;
    this.#idlers.resolve(now, (until) => this.#running.size === 0 && next > Math.min(until, lastPollAt));
    if (!this.#isStopped) this.#idlers.wakeAt(next, now, lastPollAt);
  }

  /** Resolves with true when no poll is running and none can start before `until`, or with false at `until`. */
  idle(until: number): Promise<boolean> {
    const idle = this.#idlers.add(until);
    this.start();
    return idle;
  }

  /** Starts no more polls, and waits for the running ones. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  /** Returns the results of each service since the last call, by `serviceIdOf`. */
  report(): Map<string, PolledService> {
    return new Map([...this.#services].map(([id, service]) => [id, takeReport(service)]));
  }

  /** Returns the number of polls that were started. */
  started(): number {
    return this.#started;
  }

  /** Returns the state for the next tick. `windowEnd`: start of the last complete sweep. */
  unfinished(windowEnd: number): Pick<PollerState, "backlog" | "backOff"> {
    const now = this.#clock.now();
    const backlog: PollerState["backlog"] = {};
    const backOff: PollerState["backOff"] = {};
    for (const [id, { backOffUntil }] of this.#services) if (backOffUntil > now) backOff[id] = { backOffUntil };
    for (const queue of this.#queues.all()) {
      const { team, service, history } = queue;
      const id = serviceIdOf(service.key);
      const from = backlogSince(queue);
      if (from < windowEnd) backlog[id] = { ...backlog[id], [team]: from };
      if (isProbing(history)) backOff[id] = { ...backOff[id], probes: { ...backOff[id]?.probes, [team]: history.probes } };
    }
    return { backlog, backOff };
  }

  /** Returns when the next poll can start. Infinite if it depends on the end of another poll. */
  #startPolls(now: number): number {
    const mayPoll = ({ history }: Queue) => !(this.#isSweeping && isProbing(history));
    const permits = this.#queues.permits();
    while (this.#running.size < this.#settings.concurrency) {
      const turn = this.#queues.next(now, permits, mayPoll);
      if (!turn) return this.#queues.readyAgainAt(now);
      this.#startPoll(turn);
    }
    return Number.POSITIVE_INFINITY;
  }

  #startPoll(turn: Turn): void {
    const { queue, job } = turn;
    const { history, service } = queue;
    const probed = isProbing(history) && !job.isLast ? kindOf(job.tracking) : undefined;
    this.#queues.begin(turn);
    this.#started++;
    if (probed) history.isProbeRunning = true;
    const poll = this.#settings.poll(job, service).then((result) => {
      if (probed) history.isProbeRunning = false;
      noteResult(history, result, probed, this.#clock.now());
      this.#queues.end(queue);
      this.#running.delete(poll);
      this.start();
    });
    this.#running.add(poll);
  }
}
