import { servicePk } from "../table-keys.ts";
import { type Noticed, tellOperators } from "./operator-notice.ts";

/** The service itself: an outage of our own is told once, whatever number of segments notices it. */
export interface Service extends Noticed {
  /** How many segments the poller has. */
  of: number;
  /** What began before was told, or was another division into segments. */
  since: number;
  outage?: Outage;
  version: number;
}

interface Outage {
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
  of: number;
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
  return { of: 0, since: 0, transitions: [], notifications: [], version: 0 };
}

/** Folds what one segment noticed into the service; gives back the very object where it is no news. */
export function noticeGap(service: Service, gap: Gap, opsChannel: string): Service {
  const { segment, of, from, until, ended } = gap;
  if (service.of !== of) return { ...service, of, since: until };
  const { outage } = service;
  if (from === undefined || from < service.since || outage?.segments.includes(segment)) return service;
  const merged: Outage = {
    from: Math.min(from, outage?.from ?? from),
    until: Math.max(until, outage?.until ?? until),
    segments: [...(outage?.segments ?? []), segment],
    ended: {
      count: (outage?.ended.count ?? 0) + ended.length,
      names: [...(outage?.ended.names ?? []), ...ended].slice(0, NAMES_SHOWN),
    },
  };
  return merged.segments.length < of ? { ...service, outage: merged } : told(service, merged, opsChannel);
}

/** Segments that say nothing are not waited for for ever. */
export function tellOutage(service: Service, now: number, opsChannel: string): Service {
  const { outage } = service;
  return outage === undefined || now < outage.until + WAIT_FOR_SEGMENTS_MS ? service : told(service, outage, opsChannel);
}

function told(service: Service, outage: Outage, opsChannel: string): Service {
  const { outage: _, ...calm } = service;
  const { from, until } = outage;
  const notice = { at: until, kind: "outage", since: from, reason: reasonOf(outage, service.of) } as const;
  return tellOperators({ ...calm, since: until }, servicePk(), notice, opsChannel);
}

function reasonOf({ segments, ended: { count, names } }: Outage, of: number): string {
  const part = segments.length < of ? `${segments.length} of ${of} segments; ` : "";
  if (count === 0) return `${part}no job ended meanwhile`;
  const more = count > names.length ? ` and ${count - names.length} more` : "";
  return `${part}${count} ${count === 1 ? "job" : "jobs"} ended meanwhile: ${names.join(", ")}${more}`;
}
