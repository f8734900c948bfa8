import type { Cycle, Ports } from "../ports.ts";
import { faultOf } from "../shared/error-fields.ts";

export interface OpenJobLimit {
  /** Undefined while the team may open another job. */
  excess(team: string): Promise<TooManyOpenJobs | undefined>;
  /** Counts a job that was opened just now. */
  added(team: string): void;
}

export interface TooManyOpenJobs {
  open: number;
  most: number;
}

/** The state of a segment is at most 50 KB: 6.5 read units for each segment, as a rule 0.5. */
const READ_EVERY_MS = 5_000;

/**
 * A soft limit: the open jobs that the last sweep counted, and those that this instance opened since. What other instances
 * opened since then is not known. Where the poller's state cannot be read there is no limit.
 */
export function createOpenJobLimit(
  { table, clock, log }: Pick<Ports, "table" | "clock" | "log">,
  { most, segments }: { most: number; segments: number },
): OpenJobLimit {
  let known: { readAt: number; cycles: Promise<Cycle[]> } | undefined;
  /** When this instance opened jobs, by team. */
  const opened = new Map<string, number[]>();

  return {
    async excess(team) {
      const cycles = await readCycles();
      if (!cycles) return undefined;
      const sweptAt = cycles.length < segments ? 0 : Math.min(...cycles.map(({ windowEnd }) => windowEnd));
      const since = (opened.get(team) ?? []).filter((at) => at >= sweptAt);
      opened.set(team, since);
      const open = cycles.reduce((sum, { openJobs }) => sum + (openJobs[team] ?? 0), 0) + since.length;
      return open < most ? undefined : { open, most };
    },
    added(team) {
      opened.set(team, [...(opened.get(team) ?? []), clock.now()]);
    },
  };

  async function readCycles(): Promise<Cycle[] | undefined> {
    const now = clock.now();
    if (!known || Math.abs(now - known.readAt) >= READ_EVERY_MS)
      known = { readAt: now, cycles: table.readCycles(segments, false) };
    try {
      return await known.cycles;
    } catch (error) {
      log.warn("the number of open jobs could not be read", faultOf(error));
      return undefined;
    }
  }
}
