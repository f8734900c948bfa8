import { JOB_TYPE_NAMES } from "../../../lib/domain/job/job-types.ts";
import { DEFAULT_SOURCE } from "../../../lib/domain/job/sources.ts";
import type { DurationStore } from "../../../lib/table-ports.ts";
import type { LearnedType } from "./histogram.ts";

const KEPT_MS = 60_000;

/** Returns the job types with learned durations of a team. Cached for a minute, since the page refreshes every few seconds. */
export function createLearnedTypes(table: DurationStore, now: () => number): (team: string) => Promise<LearnedType[]> {
  let kept: { team: string; until: number; types: Promise<LearnedType[]> } | undefined;
  const read = async (team: string) => {
    const types = await Promise.all(
      JOB_TYPE_NAMES.map(async (jobType) => ({
        source: DEFAULT_SOURCE,
        jobType,
        ...(await table.readDurations({ team, source: DEFAULT_SOURCE, jobType })),
      })),
    );
    return types.filter(({ durations }) => durations.size > 0);
  };
  return (team) => {
    if (kept?.team !== team || kept.until <= now() || kept.until > now() + KEPT_MS) {
      kept = { team, until: now() + KEPT_MS, types: read(team) };
      // Errors are not cached: people open this page when the table has problems.
      kept.types.catch(() => {
        kept = undefined;
      });
    }
    return kept.types;
  };
}
