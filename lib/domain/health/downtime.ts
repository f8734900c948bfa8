import { servicePk } from "../table-keys.ts";
import { type Noticed, notifyOperators } from "./operator-notice.ts";

/** The service itself: an outage of our own is told once, whatever number of segments notices it. */
export interface Service extends Noticed {
  /** How many segments the poller has. */
  segmentCount: number;
  /** What began before was told, or was another division into segments. */
  since: number;
  downtime?: Downtime;
  version: number;
}

interface Downtime {
  from: number;
  until: number;
  /** Those that have said what they found afterwards. */
  segments: number[];
  /** How many jobs ended meanwhile, and the names of the first. */
  ended: { count: number; names: string[] };
}

/** What the first tick of a segment knows of the time before it. */
export interface Gap {
  segment: number;
  segmentCount: number;
  /** The end of its last tick; absent where it has had none. */
  from?: number;
  /** When this tick began. */
  until: number;
  /** Names of the jobs whose end it has noticed. */
  ended: string[];
}

/** Ticks come each minute. */
export const LONGEST_GAP_MS = 3 * 60_000;
/** By then every segment that is alive has said what it found, also one that comes back with the next tick. */
const WAIT_FOR_SEGMENTS_MS = 90_000;
const NAMES_SHOWN = 10;

export function newService(): Service {
  return { segmentCount: 0, since: 0, transitions: [], notifications: [], version: 0 };
}

/** Folds what one segment noticed into the service; gives back the very object where it is no news. */
export function noticeGap(service: Service, gap: Gap, opsChannel: string): Service {
  const { segment, segmentCount, from, until, ended } = gap;
  if (service.segmentCount !== segmentCount) return { ...service, segmentCount, since: until };
  const { downtime } = service;
  if (from === undefined || from < service.since || downtime?.segments.includes(segment)) return service;
  const merged: Downtime = {
    from: Math.min(from, downtime?.from ?? from),
    until: Math.max(until, downtime?.until ?? until),
    segments: [...(downtime?.segments ?? []), segment],
    ended: {
      count: (downtime?.ended.count ?? 0) + ended.length,
      names: [...(downtime?.ended.names ?? []), ...ended].slice(0, NAMES_SHOWN),
    },
  };
  return merged.segments.length < segmentCount
    ? { ...service, downtime: merged }
    : reportDowntimeNow(service, merged, opsChannel);
}

/** Segments that say nothing are not waited for for ever. */
export function reportDowntime(service: Service, now: number, opsChannel: string): Service {
  const { downtime } = service;
  return downtime === undefined || now < downtime.until + WAIT_FOR_SEGMENTS_MS
    ? service
    : reportDowntimeNow(service, downtime, opsChannel);
}

function reportDowntimeNow(service: Service, downtime: Downtime, opsChannel: string): Service {
  const { downtime: _, ...calm } = service;
  const { from, until } = downtime;
  const notice = { at: until, kind: "downtime", since: from, reason: reasonOf(downtime, service.segmentCount) } as const;
  return notifyOperators({ ...calm, since: until }, servicePk(), notice, opsChannel);
}

function reasonOf({ segments, ended: { count, names } }: Downtime, segmentCount: number): string {
  const part = segments.length < segmentCount ? `${segments.length} of ${segmentCount} segments; ` : "";
  if (count === 0) return `${part}no job ended meanwhile`;
  const more = count > names.length ? ` and ${count - names.length} more` : "";
  return `${part}${count} ${count === 1 ? "job" : "jobs"} ended meanwhile: ${names.join(", ")}${more}`;
}
