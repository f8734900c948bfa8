import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Channel, newChannel } from "../../domain/channel/channel.ts";
import { newTeamWatches, newWatchedProject, type TeamWatches, type WatchedProject } from "../../domain/discovery/watch.ts";
import { type DowntimeRecord, newDowntimeRecord } from "../../domain/health/downtime.ts";
import { newReachability, type Reachability } from "../../domain/health/reachability.ts";
import type { Job, JobKey, Notification, Receipt, Transition, TypicalDuration } from "../../domain/job/job.ts";
import { hasEnded, lastNews } from "../../domain/job/job.ts";
import { newTeamSilences, type TeamSilences } from "../../domain/job/team-silences.ts";
import { openEntry, pkOf, type StoredRecord } from "../../domain/stored-record.ts";
import { jobOfPk, projectOfPk, serviceOfReachabilityPk } from "../../domain/table-keys.ts";
import { openKeyOf } from "./open-index.ts";
import { encodeOpenEntry } from "./open-item-codec.ts";

export type Item = Record<string, AttributeValue>;

/** Returns the attributes of a stored record except pk, version and writeId. Undefined ones are removed. */
export function packRecord(stored: StoredRecord, keepMs: number): Record<string, AttributeValue | undefined> {
  const entry = openEntry(stored);
  return {
    open: entry && { S: openKeyOf(pkOf(stored)) },
    entry: entry && { S: encodeOpenEntry(entry) },
    record: { S: JSON.stringify(packContent(stored)) },
    ...(stored.corrected && { unreadable: undefined }),
    expiresAt: stored.kind === "job" && !entry ? { N: expiry(stored.record, keepMs) } : undefined,
    ...(stored.kind === "job" && {
      team: { S: stored.record.team },
      registeredAt: { N: String(stored.record.registeredAt) },
    }),
  };
}

/**
 * Returns the replacement of an item that cannot be read. A job counts as gone, so that it is never overwritten. Other records start
 * empty, since their content is collected again.
 */
export function replacementOf(item: Item): StoredRecord | undefined {
  return item.pk?.S?.startsWith("job#") ? undefined : unpackRecord({ ...item, record: { S: "{}" } });
}

/** Returns undefined if the item is not a stored record. Throws if it cannot be read. */
export function unpackRecord(item: Item): StoredRecord | undefined {
  const pk = item.pk?.S ?? "";
  const version = Number(item.version?.N ?? 0);
  const record = JSON.parse(item.record?.S ?? "{}");
  const [kind, name = ""] = pk.split("#");
  const key = jobOfPk(pk);
  if (key) return { kind: "job", record: unpackJob(key, record, Number(item.registeredAt?.N), version) };
  const service = serviceOfReachabilityPk(pk);
  if (service)
    return { kind: "reachability", record: { ...newReachability(service), ...record, version } satisfies Reachability };
  if (kind === "channel") return { kind, record: { ...newChannel(name), ...record, version } satisfies Channel };
  if (kind === "service") return { kind, record: { ...newDowntimeRecord(), ...record, version } satisfies DowntimeRecord };
  if (kind === "watches") return { kind, record: { ...newTeamWatches(name), ...record, version } satisfies TeamWatches };
  if (kind === "silences") return { kind, record: { ...newTeamSilences(name), ...record, version } satisfies TeamSilences };
  const project = projectOfPk(pk);
  if (project)
    return { kind: "project", record: { ...newWatchedProject(project), ...record, version } satisfies WatchedProject };
  return undefined;
}

export function isExpired(item: Item, nowMs: number): boolean {
  return item.expiresAt?.N !== undefined && Number(item.expiresAt.N) * 1000 <= nowMs;
}

function expiry(job: Job, keepMs: number): string {
  const endedAt = hasEnded(job) ? (lastNews(job)?.at ?? job.registeredAt) : job.registeredAt;
  return String(Math.ceil((endedAt + keepMs) / 1000));
}

function packContent(stored: StoredRecord): unknown {
  if (stored.kind !== "job") {
    const { version: _, ...rest } = stored.record;
    return rest;
  }
  const {
    team: _t,
    source: _s,
    projectId: _p,
    jobId: _j,
    registeredAt: _r,
    version: _v,
    transitions,
    notifications,
    typical,
    ...rest
  } = stored.record;
  return {
    ...rest,
    ...(typical && { typical: packTypical(typical) }),
    transitions: transitions.map(packTransition),
    notifications: notifications.map(packNotification),
  };
}

type PackedTransition = [at: number, kind: Transition["kind"], state: Transition["state"], reason?: string | null, by?: string];
type PackedReceipt = [attempts?: number | null, status?: number | null, latencyMs?: number | null, answer?: string];
type PackedNotification = [
  id: string,
  n: number,
  channel: string,
  state: Notification["state"],
  at: number,
  receipt?: PackedReceipt,
];
type PackedTypical = [jobs: number, low: number, median: number, high: number, p95: number];
type PackedJob = Omit<Job, keyof JobKey | "registeredAt" | "version" | "transitions" | "notifications" | "typical"> & {
  typical?: PackedTypical;
  transitions: PackedTransition[];
  notifications: PackedNotification[];
};

/**
 * Transitions are numbered without gaps, so the position in the list is the number. Later versions may add fields to the record, which
 * keeps unknown ones, but not to the entries of the lists.
 */
function unpackJob(key: JobKey, record: Partial<PackedJob>, registeredAt: number, version: number): Job {
  const { transitions = [], notifications = [], typical, ...rest } = record;
  return {
    channels: [],
    subJobs: [],
    state: transitions.at(-1)?.[2] ?? "registered",
    trackedSince: registeredAt,
    ...rest,
    ...(typical && { typical: unpackTypical(typical) }),
    ...key,
    registeredAt,
    version,
    transitions: transitions.map(unpackTransition),
    notifications: notifications.map(unpackNotification),
  };
}

function packTransition({ at, kind, state, reason, by }: Transition): PackedTransition {
  if (by !== undefined) return [at, kind, state, reason ?? null, by];
  return reason === undefined ? [at, kind, state] : [at, kind, state, reason];
}

function unpackTransition([at, kind, state, reason, by]: PackedTransition, index: number): Transition {
  return { n: index + 1, at, kind, state, ...(typeof reason === "string" && { reason }), ...(by !== undefined && { by }) };
}

function packNotification({ id, n, channel, state, at, receipt }: Notification): PackedNotification {
  if (!receipt) return [id, n, channel, state, at];
  const { attempts = null, status = null, latencyMs = null, answer } = receipt;
  const packed: PackedReceipt = answer === undefined ? [attempts, status, latencyMs] : [attempts, status, latencyMs, answer];
  return [id, n, channel, state, at, packed];
}

function unpackNotification([id, n, channel, state, at, packed]: PackedNotification): Notification {
  if (!packed) return { id, n, channel, state, at };
  const [attempts, status, latencyMs, answer] = packed;
  const receipt: Receipt = {
    ...(typeof attempts === "number" && { attempts }),
    ...(typeof status === "number" && { status }),
    ...(typeof latencyMs === "number" && { latencyMs }),
    ...(answer !== undefined && { answer }),
  };
  return { id, n, channel, state, at, receipt };
}

/** Stored in seconds, the precision of the cloud's times. */
function packTypical({ jobs, lowMs, medianMs, highMs, p95Ms }: TypicalDuration): PackedTypical {
  const seconds = (ms: number) => Math.round(ms / 1_000);
  return [jobs, seconds(lowMs), seconds(medianMs), seconds(highMs), seconds(p95Ms)];
}

function unpackTypical([jobs, low, median, high, p95]: PackedTypical): TypicalDuration {
  return { jobs, lowMs: low * 1_000, medianMs: median * 1_000, highMs: high * 1_000, p95Ms: p95 * 1_000 };
}
