import { hash } from "../job/hash.ts";
import type { Observation, Unreachable } from "../job/job.ts";
import type { Cycle } from "../ports.ts";

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
  kept(): Pick<Cycle, "seen" | "failing">;
}

/** A brown-out that fails some polls of every job must not cost a write for each. */
const OWN_AFTER_MS = 60_000;
/** Never a single job's. */
const SHARED_CAUSES: ReadonlySet<Unreachable["cause"]> = new Set(["throttled", "credentials"]);
/** Jobs whose failing polls are remembered: 45 bytes each in the poller's state. */
const MOST_FAILING = 300;

/** Jobs go by a hash of their key. Of each service the two jobs that were seen last are enough to answer for "another job". */
export function createJobHealth({ seen, failing }: Pick<Cycle, "seen" | "failing">): JobHealth {
  const seenAt = new Map(Object.entries(seen).map(([service, jobs]) => [service, new Map(Object.entries(jobs))]));
  const failingSince = new Map(Object.entries(failing));

  const othersSeen = (service: string, pk: string, since: number) => {
    const id = hash(pk);
    return [...(seenAt.get(service) ?? [])].some(([other, at]) => other !== id && at > since);
  };

  /** Counts a failed poll. Returns since when they fail, and when the last one before it was; the first one has none before it. */
  const countFailure = (id: string, at: number) => {
    const [since, lastAt] = failingSince.get(id) ?? [at];
    failingSince.delete(id);
    failingSince.set(id, [since, at]);
    if (failingSince.size > MOST_FAILING) failingSince.delete(failingSince.keys().next().value ?? "");
    return { since, lastAt };
  };

  return {
    othersSeen,
    note(service, pk, observation, at) {
      const id = hash(pk);
      if (observation.kind !== "unreachable") {
        failingSince.delete(id);
        if (observation.kind === "seen") latest(seenAt, service, id, at);
        return observation;
      }
      if (SHARED_CAUSES.has(observation.cause)) return observation;
      const { since, lastAt } = countFailure(id, at);
      const isOwn = lastAt !== undefined && at >= since + OWN_AFTER_MS && othersSeen(service, pk, lastAt);
      return isOwn ? { ...observation, since, isOwn } : observation;
    },
    kept: () => ({
      seen: Object.fromEntries([...seenAt].map(([service, jobs]) => [service, Object.fromEntries(jobs)])),
      failing: Object.fromEntries(failingSince),
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
