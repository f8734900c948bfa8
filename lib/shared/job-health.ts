import { hash } from "../domain/hash.ts";
import type { Observation, Unreachable } from "../domain/job/job.ts";
import type { SegmentState } from "../domain/schedule/poller-state.ts";
import { jobOfPk } from "../domain/table-keys.ts";

/** Distinguishes a job that cannot be polled from a service that cannot. */
export interface JobHealth {
  /** Returns true if the cloud has returned another job of the service since then. */
  othersSeen(service: string, pk: string, since: number): boolean;
  /**
   * Records a poll. Returns the observation, with `isOwn` if the job's polls have failed for a minute and another job of the service was
   * seen since the last of them. In an outage of the service no job gets `isOwn`.
   */
  note(service: string, pk: string, observation: Observation, at: number): Observation;
  /** The state for the next tick. */
  kept(): Pick<SegmentState, "seen" | "failing">;
}

/** A partial outage that fails some polls of every job must not cost a write per job. */
const OWN_AFTER_MS = 60_000;
/** Causes that never concern only one job. */
export const SHARED_CAUSES: ReadonlySet<Unreachable["cause"]> = new Set(["throttled", "credentials"]);
/** The maximum number of jobs with failing polls: 45 bytes each in the poller's state. Beyond it the team with the most drops one. */
const MAX_FAILING = 300;

/** Jobs are identified by a hash of their key. The last two seen jobs per service are kept: one of them differs from any given job. */
export function createJobHealth({ seen, failing }: Pick<SegmentState, "seen" | "failing">): JobHealth {
  const seenAt = new Map(Object.entries(seen).map(([service, jobs]) => [service, new Map(Object.entries(jobs))]));
  const failingOf = new Map(Object.entries(failing).map(([team, jobs]) => [team, new Map(Object.entries(jobs))]));

  const othersSeen = (service: string, pk: string, since: number) => {
    const id = hash(pk);
    return [...(seenAt.get(service) ?? [])].some(([other, at]) => other !== id && at > since);
  };

  /** Counts a failed poll. Returns when polls began to fail, and the time of the previous failed poll; undefined for the first one. */
  const countFailure = (team: string, id: string, at: number) => {
    const jobs = failingOf.get(team) ?? new Map<string, [since: number, lastAt: number]>();
    failingOf.set(team, jobs);
    const [since, lastAt] = jobs.get(id) ?? [at];
    jobs.delete(id);
    jobs.set(id, [since, at]);
    forgetBeyond(failingOf, MAX_FAILING);
    return { since, lastAt };
  };

  return {
    othersSeen,
    note(service, pk, observation, at) {
      const id = hash(pk);
      const team = jobOfPk(pk)?.team ?? "";
      if (observation.kind !== "unreachable") {
        failingOf.get(team)?.delete(id);
        if (observation.kind === "seen") latest(seenAt, service, id, at);
        return observation;
      }
      if (SHARED_CAUSES.has(observation.cause)) return observation;
      const { since, lastAt } = countFailure(team, id, at);
      const isOwn = lastAt !== undefined && at >= since + OWN_AFTER_MS && othersSeen(service, pk, lastAt);
      return isOwn ? { ...observation, since, isOwn } : observation;
    },
    kept: () => ({
      seen: asRecord(seenAt),
      failing: asRecord(failingOf),
    }),
  };
}

/** Keeps only the last two. */
function latest(seenAt: Map<string, Map<string, number>>, service: string, id: string, at: number): void {
  const jobs = seenAt.get(service) ?? new Map<string, number>();
  seenAt.set(service, jobs);
  jobs.delete(id);
  jobs.set(id, at);
  for (const [oldest] of jobs) if (jobs.size > 2) jobs.delete(oldest);
}

/** Drops the least recently polled job of the team with the most. */
function forgetBeyond<Times>(teams: Map<string, Map<string, Times>>, most: number): void {
  const all = [...teams.values()];
  if (all.reduce((sum, { size }) => sum + size, 0) <= most) return;
  const [largest] = all.sort((one, other) => other.size - one.size);
  largest?.delete(largest.keys().next().value ?? "");
}

function asRecord<Value>(maps: Map<string, Map<string, Value>>): Record<string, Record<string, Value>> {
  const filled = [...maps].filter(([, { size }]) => size > 0);
  return Object.fromEntries(filled.map(([name, values]) => [name, Object.fromEntries(values)]));
}
