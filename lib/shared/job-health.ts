import { hash } from "../domain/hash.ts";
import type { Observation, Unreachable } from "../domain/job/job.ts";
import { jobOfPk } from "../domain/table-keys.ts";
import type { SegmentState } from "../ports.ts";

/** Tells a job that cannot be polled from a service that cannot. */
export interface JobHealth {
  /** Whether the cloud has shown another job of the service since then. */
  othersSeen(service: string, pk: string, since: number): boolean;
  /**
   * Notes a poll. Returns the observation, marked `isOwn` where the job's polls have failed for a minute and another job of the
   * service was seen since the last of them: in an outage of the service no job is.
   */
  note(service: string, pk: string, observation: Observation, at: number): Observation;
  /** What the next tick goes on from. */
  kept(): Pick<SegmentState, "seen" | "failing">;
}

/** A brown-out that fails some polls of every job must not cost a write for each. */
const OWN_AFTER_MS = 60_000;
/** Never a single job's. */
export const SHARED_CAUSES: ReadonlySet<Unreachable["cause"]> = new Set(["throttled", "credentials"]);
/** Jobs whose failing polls are remembered: 45 bytes each in the poller's state. Of more, the team with the most forgets one. */
const MOST_FAILING = 300;

/** Jobs go by a hash of their key. Of each service the two jobs that were seen last are enough to answer for "another job". */
export function createJobHealth({ seen, failing }: Pick<SegmentState, "seen" | "failing">): JobHealth {
  const seenAt = new Map(Object.entries(seen).map(([service, jobs]) => [service, new Map(Object.entries(jobs))]));
  const failingOf = new Map(Object.entries(failing).map(([team, jobs]) => [team, new Map(Object.entries(jobs))]));

  const othersSeen = (service: string, pk: string, since: number) => {
    const id = hash(pk);
    return [...(seenAt.get(service) ?? [])].some(([other, at]) => other !== id && at > since);
  };

  /** Counts a failed poll. Returns since when they fail, and when the last one before it was; the first one has none before it. */
  const countFailure = (team: string, id: string, at: number) => {
    const jobs = failingOf.get(team) ?? new Map<string, [since: number, lastAt: number]>();
    failingOf.set(team, jobs);
    const [since, lastAt] = jobs.get(id) ?? [at];
    jobs.delete(id);
    jobs.set(id, [since, at]);
    forgetBeyond(failingOf, MOST_FAILING);
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

/** Keeps the two that were seen last. */
function latest(seenAt: Map<string, Map<string, number>>, service: string, id: string, at: number): void {
  const jobs = seenAt.get(service) ?? new Map<string, number>();
  seenAt.set(service, jobs);
  jobs.delete(id);
  jobs.set(id, at);
  for (const [oldest] of jobs) if (jobs.size > 2) jobs.delete(oldest);
}

/** Forgets the job of the team with the most whose last poll is the longest ago. */
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
