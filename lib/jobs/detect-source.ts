import type { JobKey } from "../domain/job/job.ts";
import { otherSourcesOf, type SourceName } from "../domain/job/sources.ts";
import type { Ports } from "../ports.ts";
import { createTokenBucket, type TokenBucket } from "../shared/token-bucket.ts";

const TIMEOUT_MS = 2_000;
/** One bucket per team and project, so that teams do not use up each other's. Bounded by the number of their requests too. */
const MAX_BUCKETS = 1_000;

/** Searches the sources that issue such ids for a job that its own source does not know. Returns the sources that know it. */
export type DetectSource = (
  ports: Pick<Ports, "cloud">,
  job: JobKey,
  charge: (requests: number) => Promise<void>,
) => Promise<SourceName[]>;

/**
 * Polls all sources at once: 2 s at most, and a handful of polls. They are charged to the team as requests and have a budget of polls
 * per second. If either is used up, no source is polled, since the result is only a hint.
 */
export function createSourceDetector({ clock }: Pick<Ports, "clock">, pollsPerSecond: number): DetectSource {
  const buckets = new Map<string, TokenBucket>();

  return async ({ cloud }, job, charge) => {
    const others = otherSourcesOf(job.source, job.jobId);
    if (others.length === 0) return [];
    const name = `${job.team}#${job.projectId}`;
    const bucket = buckets.get(name) ?? createTokenBucket(pollsPerSecond, clock);
    if (buckets.size > MAX_BUCKETS) buckets.clear();
    buckets.set(name, bucket);
    const candidates = others.filter(() => bucket.take());
    const mayPoll = await charge(candidates.length).then(
      () => true,
      () => false,
    );
    if (!mayPoll) return [];
    const polls = candidates.map(async (other) => ({
      source: other.source,
      observation: await cloud.poll({ ...other, projectId: job.projectId }, TIMEOUT_MS),
    }));
    const found = (await Promise.all(polls)).filter(({ observation }) => observation.kind === "seen");
    return found.map(({ source }) => source);
  };
}
