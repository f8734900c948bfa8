import { counted } from "../counted.ts";
import { type FirstNames, nameWords, withNames } from "../first-names.ts";
import type { PollerState } from "../schedule/poller-state.ts";
import { downtimePk } from "../table-keys.ts";
import { type Noticed, notifyOperators } from "./operator-notice.ts";

/** The poller itself. A downtime is reported once, however many segments notice it. */
export interface DowntimeRecord extends Noticed {
  /** How many segments the poller has. */
  segmentCount: number;
  /** Gaps that began earlier were reported already, or belong to a different number of segments. */
  since: number;
  downtime?: Downtime;
  version: number;
}

interface Downtime {
  from: number;
  until: number;
  /** The segments that have reported their gap. */
  segments: number[];
  /** The jobs that ended during the downtime. */
  ended: FirstNames;
}

/** What the first tick of a segment knows about the time before it. */
export interface Gap {
  segment: number;
  segmentCount: number;
  /** The end of the segment's previous tick; absent if there was none. */
  from?: number;
  /** When this tick began. */
  until: number;
  /** Names of the jobs whose end this tick noticed. */
  ended: string[];
}

/** A longer gap is a downtime. Ticks run every minute. */
const LONGEST_GAP_MS = 3 * 60_000;
/** By then every running segment has reported its gap, also one that restarts with the next tick. */
const WAIT_FOR_SEGMENTS_MS = 90_000;

export function newDowntimeRecord(): DowntimeRecord {
  return { segmentCount: 0, since: 0, transitions: [], notifications: [], version: 0 };
}

/** When the segment that is furthest behind finished its last tick; undefined until each has finished one. */
export function lastTickAt(states: Pick<PollerState, "finishedAt">[], segmentCount: number): number | undefined {
  const finished = states.flatMap(({ finishedAt }) => finishedAt ?? []);
  return finished.length < segmentCount ? undefined : Math.min(...finished);
}

/** Returns true if the last tick is so long ago that the poller was down. */
export function isDown(lastTick: number | undefined, now: number): boolean {
  return lastTick === undefined || now - lastTick > LONGEST_GAP_MS;
}

/** Applies one segment's gap to the record. Returns the same object if it is no news. */
export function noticeGap(record: DowntimeRecord, gap: Gap, opsChannel: string): DowntimeRecord {
  const { segment, segmentCount, from, until, ended } = gap;
  if (record.segmentCount !== segmentCount) return { ...record, segmentCount, since: until };
  const { downtime } = record;
  if (from === undefined || from < record.since || downtime?.segments.includes(segment)) return record;
  const merged: Downtime = {
    from: Math.min(from, downtime?.from ?? from),
    until: Math.max(until, downtime?.until ?? until),
    segments: [...(downtime?.segments ?? []), segment],
    ended: withNames(downtime?.ended, ended),
  };
  return merged.segments.length < segmentCount
    ? { ...record, downtime: merged }
    : reportDowntimeNow(record, merged, opsChannel);
}

/** Reports the downtime without the segments that have not reported in time. */
export function reportDowntime(record: DowntimeRecord, now: number, opsChannel: string): DowntimeRecord {
  const { downtime } = record;
  return downtime === undefined || now < downtime.until + WAIT_FOR_SEGMENTS_MS
    ? record
    : reportDowntimeNow(record, downtime, opsChannel);
}

function reportDowntimeNow(record: DowntimeRecord, downtime: Downtime, opsChannel: string): DowntimeRecord {
  const { downtime: _, ...calm } = record;
  const { from, until } = downtime;
  const notice = { at: until, kind: "downtime", since: from, reason: reasonOf(downtime, record.segmentCount) } as const;
  return notifyOperators({ ...calm, since: until }, downtimePk(), notice, opsChannel);
}

function reasonOf({ segments, ended }: Downtime, segmentCount: number): string {
  const part = segments.length < segmentCount ? `${segments.length} of ${segmentCount} segments; ` : "";
  if (ended.count === 0) return `${part}no job ended in that time`;
  return `${part}${counted(ended.count, "job")} ended in that time: ${nameWords(ended)}`;
}
