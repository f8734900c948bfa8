import type { JobKey } from "../domain/job/job.ts";
import { otherSourcesOf, type SourceName } from "../domain/job/sources.ts";
import type { Ports } from "../ports.ts";
import { createTokenBucket, type TokenBucket } from "../shared/token-bucket.ts";

const TIMEOUT_MS = 2_000;
/** A team and project each, so that no team uses up another's. Its number of requests bounds it too. */
const MOST_BUCKETS = 1_000;

/** Asks the sources that hand out such ids for a job that its own source does not know. Gives back those that have it. */
export type DetectSource = (
  ports: Pick<Ports, "cloud">,
  job: JobKey,
  charge: (requests: number) => Promise<void>,
) => Promise<SourceName[]>;

/**
 * All at once, so that it costs 2 s at most, and a handful of looks: charged to the team as requests, and within its
 * own budget of looks a second. Where either is used up nobody is asked: it is only a help.
 */
export function createSourceDetector({ clock }: Pick<Ports, "clock">, pollsPerSecond: number): DetectSource {
  const buckets = new Map<string, TokenBucket>();

  return async ({ cloud }, job, charge) => {
    const others = otherSourcesOf(job.source, job.jobId);
    if (others.length === 0) return [];
    const name = `${job.team}#${job.projectId}`;
    const bucket = buckets.get(name) ?? createTokenBucket(pollsPerSecond, clock);
    if (buckets.size > MOST_BUCKETS) buckets.clear();
    buckets.set(name, bucket);
    const asked = others.filter(() => bucket.take());
    const mayAsk = await charge(asked.length).then(
      () => true,
      () => false,
    );
    if (!mayAsk) return [];
    const polls = asked.map(async (other) => ({
      source: other.source,
      observation: await cloud.poll({ ...other, projectId: job.projectId }, TIMEOUT_MS),
    }));
    const found = (await Promise.all(polls)).filter(({ observation }) => observation.kind === "seen");
    return found.map(({ source }) => source);
  };
}
