import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Channel, newChannel } from "../../domain/channel/channel.ts";
import { newService, type Service } from "../../domain/health/downtime.ts";
import { newReachability, type Reachability } from "../../domain/health/reachability.ts";
import type { Job, JobKey, Notification, Transition, Usual } from "../../domain/job/job.ts";
import { hasEnded, lastNews } from "../../domain/job/job.ts";
import { openEntry, type Subject, subjectPk } from "../../domain/stored-record.ts";
import { jobOfPk, serviceOfPk } from "../../domain/table-keys.ts";
import { openKeyOf } from "./open-index.ts";
import { packLook } from "./open-item-codec.ts";

export type Item = Record<string, AttributeValue>;

/** Attributes of a subject besides pk, version and writeId; undefined ones are to be removed. */
export function packSubject(subject: Subject, keepMs: number): Record<string, AttributeValue | undefined> {
  const entry = openEntry(subject);
  return {
    open: entry && { S: openKeyOf(subjectPk(subject)) },
    look: entry && { S: packLook(entry) },
    record: { S: JSON.stringify(packRecord(subject)) },
    expiresAt: subject.kind === "job" && !entry ? { N: expiry(subject.record, keepMs) } : undefined,
    ...(subject.kind === "job" && {
      team: { S: subject.record.team },
      registeredAt: { N: String(subject.record.registeredAt) },
    }),
  };
}

/**
 * What stands in place of an item that cannot be read. A job counts as gone, so that nothing is written over it; what is
 * known of all else begins anew, since it comes again.
 */
export function insteadOf(item: Item): Subject | undefined {
  return item.pk?.S?.startsWith("job#") ? undefined : unpackSubject({ ...item, record: { S: "{}" } });
}

/** Undefined where the item holds no subject. Throws where it holds one that cannot be read. */
export function unpackSubject(item: Item): Subject | undefined {
  const pk = item.pk?.S ?? "";
  const version = Number(item.version?.N ?? 0);
  const record = JSON.parse(item.record?.S ?? "{}");
  const [kind, name = ""] = pk.split("#");
  const key = jobOfPk(pk);
  if (key) return { kind: "job", record: unpackJob(key, record, Number(item.registeredAt?.N), version) };
  const service = serviceOfPk(pk);
  if (service)
    return { kind: "reachability", record: { ...newReachability(service), ...record, version } satisfies Reachability };
  if (kind === "channel") return { kind, record: { ...newChannel(name), ...record, version } satisfies Channel };
  if (kind === "service") return { kind, record: { ...newService(), ...record, version } satisfies Service };
  return undefined;
}

export function isExpired(item: Item, nowMs: number): boolean {
  return item.expiresAt?.N !== undefined && Number(item.expiresAt.N) * 1000 <= nowMs;
}

function expiry(job: Job, keepMs: number): string {
  const endedAt = hasEnded(job) ? (lastNews(job)?.at ?? job.registeredAt) : job.registeredAt;
  return String(Math.ceil((endedAt + keepMs) / 1000));
}

function packRecord(subject: Subject): unknown {
  if (subject.kind !== "job") {
    const { version: _, ...rest } = subject.record;
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
    usual,
    ...rest
  } = subject.record;
  return {
    ...rest,
    ...(usual && { usual: packUsual(usual) }),
    transitions: transitions.map(packTransition),
    notifications: notifications.map(({ id, n, channel, state, at }) => [id, n, channel, state, at]),
  };
}

type PackedTransition = [at: number, kind: Transition["kind"], state: Transition["state"], reason?: string | null, by?: string];
type PackedNotification = [id: string, n: number, channel: string, state: Notification["state"], at: number];
type PackedUsual = [jobs: number, low: number, median: number, high: number, p95: number];
type PackedJob = Omit<Job, keyof JobKey | "registeredAt" | "version" | "transitions" | "notifications" | "usual"> & {
  usual?: PackedUsual;
  transitions: PackedTransition[];
  notifications: PackedNotification[];
};

/**
 * Numbers of transitions have no gaps, so the place in the list is the number. What a version to come adds stands beside
 * these lists in the record, which keeps what it does not know; the lists' own entries never grow.
 */
function unpackJob(key: JobKey, record: Partial<PackedJob>, registeredAt: number, version: number): Job {
  const { transitions = [], notifications = [], usual, ...rest } = record;
  return {
    channels: [],
    subJobs: [],
    state: transitions.at(-1)?.[2] ?? "registered",
    watchedSince: registeredAt,
    ...rest,
    ...(usual && { usual: unpackUsual(usual) }),
    ...key,
    registeredAt,
    version,
    transitions: transitions.map(unpackTransition),
    notifications: notifications.map(([id, n, channel, state, at]) => ({ id, n, channel, state, at })),
  };
}

function packTransition({ at, kind, state, reason, by }: Transition): PackedTransition {
  if (by !== undefined) return [at, kind, state, reason ?? null, by];
  return reason === undefined ? [at, kind, state] : [at, kind, state, reason];
}

function unpackTransition([at, kind, state, reason, by]: PackedTransition, index: number): Transition {
  return { n: index + 1, at, kind, state, ...(typeof reason === "string" && { reason }), ...(by !== undefined && { by }) };
}

/** In seconds, as the cloud's times are. */
function packUsual({ jobs, lowMs, medianMs, highMs, p95Ms }: Usual): PackedUsual {
  const seconds = (ms: number) => Math.round(ms / 1_000);
  return [jobs, seconds(lowMs), seconds(medianMs), seconds(highMs), seconds(p95Ms)];
}

function unpackUsual([jobs, low, median, high, p95]: PackedUsual): Usual {
  return { jobs, lowMs: low * 1_000, medianMs: median * 1_000, highMs: high * 1_000, p95Ms: p95 * 1_000 };
}
