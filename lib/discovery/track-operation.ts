import type { FoundOperation } from "../domain/discovery/inventory.ts";
import type { Watch } from "../domain/discovery/watch.ts";
import { hasEnded, type Job, type JobKey, lastNews, type Seen } from "../domain/job/job.ts";
import { newJob } from "../domain/job/registration.ts";
import { MAX_CHANNELS, type TrackingRules } from "../domain/job/rules.ts";
import { hasSequenceNumber } from "../domain/job/sources.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { CLOCK_DIFFERENCE_MS } from "../domain/stored-times.ts";
import { jobPk, type ProjectKey } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { applyAndSave } from "../shared/apply-and-save.ts";
import { createJob } from "../shared/create-job.ts";
import type { OpenJobLimit } from "../shared/open-job-limit.ts";
import { withSequenceNumber } from "../shared/operation-number.ts";
import { saveChange } from "../shared/save-record.ts";
import { causesNotifications, withSilences } from "../shared/silence-reader.ts";
import type { LeaseStore, RecordStore } from "../table-ports.ts";

/** A found operation for one team whose watches match it. */
export interface TeamOperation {
  team: string;
  /** At least one. */
  watches: Watch[];
  project: ProjectKey;
  operation: FoundOperation;
  /** Identifies the operation in the inventory. */
  found: string;
  /** When this list was requested, and the one before. */
  listedAt: number;
  listedBefore: number;
}

/** `waiting`: the team has too many open jobs. `retry`: another writer interfered; the next list tries again. */
export type Tracked = { kind: "created" | "updated"; job: Job } | { kind: "known" | "waiting" | "retry" };

export type TrackDeps = Pick<Ports, "learning" | "silences" | "clock" | "log"> & {
  table: RecordStore & LeaseStore;
  openJobs: OpenJobLimit;
};

type StoredJob = Extract<StoredRecord, { kind: "job" }>;

/** A poll can notice an end this much earlier than a list. */
const EARLIER_MS = 60_000;
/** An action that two sources show belongs to the first of them for this time. */
const SAME_ACTION_MS = 86_400_000;

/**
 * Makes a found operation a job of a team, by the same conditional write as a registration.
 * 1. A job of the same operation, discovered earlier or registered by the team, is that job: it gets the end, if there is one.
 * 2. Otherwise a job with the next number is created. One in motion waits while the team has too many open jobs.
 * It can be repeated after a crash: the job's `origin` shows whether it is of this operation.
 */
export async function trackOperation(ports: TrackDeps, rules: TrackingRules, request: TeamOperation): Promise<Tracked> {
  const { team, project, operation } = request;
  const { id } = operation.resource;
  const isNumbered = hasSequenceNumber(project.source);
  const reference: JobKey = { team, ...project, jobId: isNumbered ? `${id}.${operation.operation}` : id };
  const key = await withSequenceNumber(ports, reference);
  const current = await jobOf(ports, key);
  if (current) return hasEnded(current) ? { kind: "known" } : await update(ports, rules, request, current);
  const last = isNumbered ? await jobOf(ports, before(key)) : undefined;
  if (last && isSameOperation(last, request)) {
    await setOrigin(ports, request, last, (now) => now.origin === undefined);
    return { kind: "known" };
  }
  return await create(ports, rules, request, key);
}

/** An open job of this operation. It gets the end unless a poll of its own was first. */
async function update(ports: TrackDeps, rules: TrackingRules, request: TeamOperation, job: Job): Promise<Tracked> {
  const { operation, listedAt, found } = request;
  // The job may be of an earlier operation whose end no poll and no list showed. Then it continues as the job of this one.
  const adopted = await setOrigin(ports, request, job, (now) => !hasEnded(now) && now.origin?.found !== found);
  if (adopted && hasEnded(adopted)) return { kind: "retry" };
  if (operation.kind === "began") return { kind: "known" };
  const observation = endOf(operation.seen);
  const jobType = observation.jobType ?? job.jobType;
  const applied = await applyAndSave(ports, rules, { pk: jobPk(job), jobType, observation, polledAt: listedAt });
  if (applied) {
    ports.learning.note(applied.after);
    return hasEnded(applied.after) ? { kind: "updated", job: applied.after } : { kind: "retry" };
  }
  const now = await jobOf(ports, job);
  return now && !hasEnded(now) ? { kind: "retry" } : { kind: "known" };
}

async function create(ports: TrackDeps, rules: TrackingRules, request: TeamOperation, key: JobKey): Promise<Tracked> {
  const { clock, log, openJobs } = ports;
  const { watches, operation, found } = request;
  const isInMotion = operation.kind === "began";
  if (isInMotion && (await openJobs.excess(key.team))) return { kind: "waiting" };
  if (!(await takeAction(ports, request, key))) return { kind: "known" };
  const seen = isInMotion ? operation.seen : endOf(operation.seen);
  const fresh = await withSilences(
    ports.silences,
    rules,
    key.team,
    (own) => newJob(key, optionsOf(request), seen, clock.now(), own),
    causesNotifications,
  );
  const origin = { watchId: watches[0]?.watchId ?? "", found };
  const job = await createJob(ports, { ...fresh, origin });
  if (!job) return { kind: "retry" };
  if (isInMotion) openJobs.added(key.team);
  const { team, projectId, jobId } = key;
  log.info("discovered", { jobId, team, projectId, state: job.state, watchId: origin.watchId });
  return { kind: "created", job };
}

/** Two sources can show one action: a share that is created from a backup is also a restore in the log of the backups. */
async function takeAction(
  { table, clock }: TrackDeps,
  { project, operation, team }: TeamOperation,
  key: JobKey,
): Promise<boolean> {
  const { resource, operation: name } = operation;
  const created =
    project.source === "sfs-turbo-share" ? name === "create" && resource.id : name === "restore" && resource.target;
  if (!created) return true;
  const lease = {
    pk: `action#${team}#${project.projectId}#${created}`,
    owner: jobPk(key),
    until: clock.now() + SAME_ACTION_MS,
  };
  return await table.takeLease(lease);
}

/** Whether an ended job is of this operation. `listedBefore`: the last list of which every operation was saved. */
function isSameOperation(job: Job, request: TeamOperation): boolean {
  const { found, operation, listedBefore } = request;
  const endedAt = lastNews(job)?.at ?? 0;
  if (job.origin === undefined) {
    const isEnd = operation.kind !== "began" || job.state === "stopped";
    return isEnd && endedAt >= listedBefore - EARLIER_MS;
  }
  if (job.origin.found === found && isOfFound(job, request, endedAt)) return true;
  // A job whose own operation ended unseen also shows the end of one that began and ended between two lists, unless its team stopped it.
  const wasOpen = job.registeredAt < listedBefore && endedAt > listedBefore;
  return operation.kind === "short" && wasOpen && (job.state === operation.seen.state || job.state === "stopped");
}

/** Whether a job that has the number of this operation is really of it. */
function isOfFound(job: Job, { operation, listedBefore }: TeamOperation, endedAt: number): boolean {
  if (operation.isKnown) return true;
  // An inventory that was never saved counts the same number again. The job of this operation was created since the list before.
  if (operation.kind !== "ended") return job.registeredAt >= listedBefore - CLOCK_DIFFERENCE_MS;
  // In motion in the list before, long after the end of the job: it is another one of the same kind.
  // A job that ended before it was registered was written by different clocks, and its times prove nothing.
  const isCertain = operation.vanishedAt === undefined && (job.state === "success" || job.state === "failed");
  return endedAt >= listedBefore - EARLIER_MS || endedAt < job.registeredAt || !isCertain;
}

/** Notes on a job which operation it is of, if `mayChange`. Returns the stored job. */
async function setOrigin(
  { table }: TrackDeps,
  { found, watches }: TeamOperation,
  job: Job,
  mayChange: (now: Job) => boolean,
): Promise<Job | undefined> {
  if (!mayChange(job)) return job;
  const origin = { watchId: watches[0]?.watchId ?? "", found };
  return await saveChange<StoredJob>(table, jobPk(job), (now) => (mayChange(now) ? { ...now, origin } : now));
}

/** The last operation keeps its status, so without this text its end could count as that of an earlier operation. */
function endOf({ statusText: _, ...seen }: Seen): Seen {
  return seen;
}

function optionsOf({ watches, operation: { resource } }: TeamOperation) {
  const channels = [...new Set(watches.flatMap((watch) => watch.channels))].slice(0, MAX_CHANNELS);
  const notifyOn = watches.flatMap((watch) => watch.notifyOn ?? []);
  const everyHas = watches.every((watch) => watch.notifyOn !== undefined);
  return {
    channels,
    ...(resource.name !== undefined && { title: resource.name }),
    ...(everyHas && { notifyOn: [...new Set(notifyOn)] }),
  };
}

async function jobOf({ table }: Pick<TrackDeps, "table">, key: JobKey): Promise<Job | undefined> {
  const stored = await table.read(jobPk(key));
  return stored?.kind === "job" ? stored.record : undefined;
}

/** The operation before, or one that does not exist. */
function before(key: JobKey): JobKey {
  const end = key.jobId.lastIndexOf(".");
  return { ...key, jobId: `${key.jobId.slice(0, end)}.${Number(key.jobId.slice(end + 1)) - 1}` };
}
