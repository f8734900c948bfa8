import type { SegmentState } from "../domain/schedule/poller-state.ts";
import type { Ports } from "../ports.ts";
import type { SegmentStore } from "../table-ports.ts";
import { errorFields } from "./error-fields.ts";

export interface OpenJobLimit {
  /** Returns undefined while the team may open another job. */
  excess(team: string): Promise<TooManyOpenJobs | undefined>;
  /** Counts a newly opened job. */
  added(team: string): void;
}

export interface TooManyOpenJobs {
  open: number;
  most: number;
}

/** A segment's state has at most 50 KB: 6.5 read units per segment, usually 0.5. */
const READ_EVERY_MS = 5_000;

/**
 * A soft limit: counts the open jobs of the last sweep and those that this instance opened since. Jobs that other instances opened
 * since then are not counted. If the poller's state cannot be read, there is no limit.
 */
export function createOpenJobLimit(
  { table, clock, log }: Pick<Ports, "clock" | "log"> & { table: SegmentStore },
  { most, segments }: { most: number; segments: number },
): OpenJobLimit {
  let known: { readAt: number; states: Promise<SegmentState[]> } | undefined;
  /** When this instance opened jobs, by team. */
  const opened = new Map<string, number[]>();

  return {
    async excess(team) {
      const states = await readSegments();
      if (!states) return undefined;
      const sweptAt = states.length < segments ? 0 : Math.min(...states.map(({ windowEnd }) => windowEnd));
      const since = (opened.get(team) ?? []).filter((at) => at >= sweptAt);
      opened.set(team, since);
      const open = states.reduce((sum, { openJobs }) => sum + (openJobs[team] ?? 0), 0) + since.length;
      return open < most ? undefined : { open, most };
    },
    added(team) {
      opened.set(team, [...(opened.get(team) ?? []), clock.now()]);
    },
  };

  async function readSegments(): Promise<SegmentState[] | undefined> {
    const now = clock.now();
    if (!known || Math.abs(now - known.readAt) >= READ_EVERY_MS)
      known = { readAt: now, states: table.readSegments(segments, false) };
    try {
      return await known.states;
    } catch (error) {
      log.warn("the number of open jobs could not be read", errorFields(error));
      return undefined;
    }
  }
}
