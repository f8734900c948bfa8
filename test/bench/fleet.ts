import { observationOfJob } from "../../lib/adapters/cloud/sources/sfs-turbo/job-details.ts";
import { openKeyOf } from "../../lib/adapters/dynamodb/open-index.ts";
import { encodeOpenEntry } from "../../lib/adapters/dynamodb/open-item-codec.ts";
import { hashFraction } from "../../lib/domain/hash.ts";
import { fingerprint } from "../../lib/domain/job/fingerprint.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { jobKey } from "../jobs.ts";
import { jobBody } from "./cloud-body.ts";

export interface FleetEntry {
  pk: string;
  entry: string;
  open: string;
}

/** The open index of many running jobs of 200 teams, in the order of the table's parallel scan: by the hash of the index key. */
export interface Fleet {
  page(segment: number, segmentCount: number, limit: number, after?: string): { entries: FleetEntry[]; next?: FleetEntry };
  /** The segment's item, with a window in which `dueShare` of the jobs are due. */
  state(now: number): Record<string, { S: string } | { N: string }>;
}

/** Size of one page of the table. An index entry takes 100 bytes more than its data. */
const PAGE_BYTES = 1_048_576;
const OVERHEAD_BYTES = 100;
/** Jobs of this age are polled every minute, each at its own second. */
const AGE_MS = 7 * 3_600_000;
const MINUTE_MS = 60_000;
const TEAMS = 200;

export function readFleet(jobs: number, dueShare: number): Fleet {
  const trackedSince = Date.now() - AGE_MS;
  const entries = Array.from({ length: jobs }, (_, index) => entryOf(fleetJobId(index), `team-${index % TEAMS}`, trackedSince));
  const shares = new Map(entries.map(({ open }) => [open, hashFraction(open)]));
  const shareOfKey = ({ open }: FleetEntry) => shares.get(open) ?? 0;
  entries.sort((one, other) => shareOfKey(one) - shareOfKey(other));
  const places = new Map(entries.map(({ pk }, place) => [pk, place]));
  const segmentOf = (entry: FleetEntry, segmentCount: number) => Math.floor(shareOfKey(entry) * segmentCount);

  return {
    page(segment, segmentCount, limit, after) {
      const start =
        after === undefined
          ? entries.findIndex((entry) => segmentOf(entry, segmentCount) === segment)
          : (places.get(after) ?? 0) + 1;
      const page: FleetEntry[] = [];
      let bytes = 0;
      for (let place = start; place >= 0 && place < entries.length; place++) {
        const entry = entries[place] as FleetEntry;
        if (segmentOf(entry, segmentCount) !== segment) return { entries: page };
        page.push(entry);
        bytes += entry.pk.length + entry.entry.length + entry.open.length + OVERHEAD_BYTES;
        if (bytes >= PAGE_BYTES || page.length === limit) return { entries: page, next: entry };
      }
      return { entries: page };
    },
    state: (now) => ({
      owner: { S: "bench" },
      until: { N: "0" },
      record: { S: JSON.stringify({ windowEnd: now - dueShare * MINUTE_MS, backlog: {}, open: {}, backOff: {} }) },
    }),
  };
}

/** Returns an id as long as the cloud's. */
function fleetJobId(index: number): string {
  return `4e9e8c3f-7d1f-4e5a-9a52-${String(index).padStart(12, "0")}`;
}

function entryOf(jobId: string, team: string, trackedSince: number): FleetEntry {
  const pk = jobPk({ ...jobKey(jobId), team });
  const observation = observationOfJob(JSON.parse(jobBody(jobId, 2)), jobId);
  if (observation.kind !== "seen") throw new Error(JSON.stringify(observation));
  // The job type has no history, so jobs are polled at fixed intervals.
  const tracking = { trackedSince, jobType: observation.jobType ?? "", fingerprint: fingerprint(observation) };
  return { pk, entry: encodeOpenEntry({ pk, tracking, pending: undefined } as never), open: openKeyOf(pk) };
}
