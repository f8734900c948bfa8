import { hasEnded, type Job, type JobKey, type Missing, type Observation } from "../domain/job/job.ts";
import type { JobOptions } from "../domain/job/job-options.ts";
import { historyLimitReason, newJob, registerAgain } from "../domain/job/registration.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { createJob } from "../shared/create-job.ts";
import type { OpenJobLimit, TooManyOpenJobs } from "../shared/open-job-limit.ts";
import { withSequenceNumber } from "../shared/operation-number.ts";
import { causesNotifications, withSilences } from "../shared/silence-reader.ts";
import type { LeaseStore, RecordStore, SegmentStore } from "../table-ports.ts";
import { type Actor, saveJob } from "./change-job.ts";
import { resolveAnswer } from "./resolve-answer.ts";

/** `jobId`: without the sequence number if its source has one. */
export interface Request extends JobKey {
  options: Partial<JobOptions>;
  /** Used for a new job that names no channels. */
  defaultChannels: string[];
  /** False: registers the job even if the cloud does not know it (yet). */
  verify: boolean;
  /** The request's id in logs and messages. */
  correlationId?: string;
  /** The key that registers. */
  actor?: Actor;
}

export type Registration =
  | { kind: "created"; job: Job }
  /** The team had registered it before. */
  | { kind: "known"; job: Job }
  /** Registered, but the cloud could not be reached. */
  | { kind: "unseen"; job: Job }
  | ({ kind: "unknown-job" } & Pick<Missing, "reason" | "requestId">)
  /** The team may open no more jobs; nothing was changed. */
  | ({ kind: "too-many-open-jobs" } & TooManyOpenJobs)
  /** The job's history is full; nothing was changed. */
  | { kind: "full"; reason: string }
  /** The team has registered the job, but its record cannot be read. */
  | { kind: "unreadable" };

interface Deps extends Pick<Ports, "learning" | "silences" | "cloud" | "clock"> {
  table: RecordStore & LeaseStore & SegmentStore;
  openJobs: OpenJobLimit;
}

const FIRST_POLL_MS = 3_000;
const POLL_AGAIN_MS = 1_000;
const TRIES = 5;

/**
 * Registers a job for a team.
 * 1. A job that this team has registered before gets the new options and is not duplicated.
 * 2. A job that would exceed the team's limit of open jobs is rejected.
 * 3. Otherwise the cloud is polled within the request.
 * 4. The job is stored with the observation. If another request stored it first, this one starts again and finds it.
 */
export async function registerJob(ports: Deps, request: Request, rules: TrackingRules): Promise<Registration> {
  const known: Known = { mayOpen: false };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const registration = await tryToRegister(ports, request, rules, known);
    if (registration) return registration;
  }
  throw new Error("the job keeps changing while it is being registered");
}

/** Results that later attempts reuse. */
interface Known {
  mayOpen: boolean;
  first?: Observation;
}

/** Returns undefined if it must be tried again. */
async function tryToRegister(
  ports: Deps,
  request: Request,
  rules: TrackingRules,
  known: Known,
): Promise<Registration | undefined> {
  const { openJobs } = ports;
  const requestWithNumber = await withSequenceNumber(ports, request);
  const again = await registerKnown(ports, requestWithNumber, rules, known.mayOpen);
  if (again && again !== "would open") return again;
  const excess = known.mayOpen ? undefined : await openJobs.excess(request.team);
  if (excess) return { kind: "too-many-open-jobs", ...excess };
  known.mayOpen = true;
  if (again) return undefined;
  known.first ??= await firstPoll(ports, requestWithNumber, rules);
  const { first } = known;
  if (first.kind === "missing" && request.verify) return { kind: "unknown-job", ...reasonOf(first) };
  const created = await create(ports, requestWithNumber, first, rules);
  if (created && !hasEnded(created)) openJobs.added(request.team);
  return created && { kind: first.kind === "unreachable" ? "unseen" : "created", job: created };
}

/** Returns the result of a registration without writing anything. The cloud is polled. */
export function tryRegistration(ports: Deps, request: Request, rules: TrackingRules): Promise<Registration> {
  const table: Deps["table"] = { ...ports.table, save: async (stored) => stored, takeLease: async () => true };
  const openJobs: OpenJobLimit = { ...ports.openJobs, added: () => undefined };
  return registerJob({ ...ports, table, openJobs }, request, rules);
}

/** Tracks a stopped or lost job again. `jobId`: the full id, with its sequence number. */
export async function trackAgain(ports: Deps, request: Request, rules: TrackingRules): Promise<Registration> {
  const excess = await ports.openJobs.excess(request.team);
  if (excess) return { kind: "too-many-open-jobs", ...excess };
  const again = await registerKnown(ports, request, rules, true);
  return again && again !== "would open" ? again : { kind: "unknown-job", reason: "your team has not registered it" };
}

/** Returns undefined if the team has no such job. Tracks an ended job again only if the team may open one. */
async function registerKnown(
  ports: Deps,
  request: Request,
  rules: TrackingRules,
  mayOpen: boolean,
): Promise<Registration | "would open" | undefined> {
  let full: string | undefined;
  let opens = false;
  const job = await saveJob(ports, request, async (before) => {
    full = historyLimitReason(before, request.options);
    if (full !== undefined) return before;
    const again = await withSilences(
      ports.silences,
      rules,
      request.team,
      (own) => registerAgain(before, request.options, ports.clock.now(), own, request.actor?.label),
      (changed) => causesNotifications(changed, before),
    );
    request.actor?.permit(before, again);
    opens = again.state !== before.state;
    if (opens && !mayOpen) return before;
    return opens ? withCorrelationId(again, request) : again;
  });
  if (full !== undefined) return { kind: "full", reason: full };
  if (opens && !mayOpen) return "would open";
  if (opens) ports.openJobs.added(request.team);
  if (!job && ports.table.isUnreadable(jobPk(request))) return { kind: "unreadable" };
  return job && { kind: "known", job };
}

async function create(ports: Deps, request: Request, first: Observation, rules: TrackingRules): Promise<Job | undefined> {
  const { team, source, projectId, jobId, options, defaultChannels, actor } = request;
  const key = { team, source, projectId, jobId };
  const channels = options.channels ?? defaultChannels;
  const job = await withSilences(
    ports.silences,
    rules,
    team,
    (own) => newJob(key, { ...options, channels }, first, ports.clock.now(), own, actor?.label),
    causesNotifications,
  );
  return await createJob(ports, withCorrelationId(job, request));
}

function reasonOf({ reason, requestId }: Missing): Pick<Missing, "reason" | "requestId"> {
  return { reason, ...(requestId !== undefined && { requestId }) };
}

/** Adds the id of the request that started tracking. */
function withCorrelationId(job: Job, { correlationId }: Request): Job {
  return correlationId === undefined ? job : { ...job, correlationId };
}

/** A new job can be unknown to the cloud for a moment, so a 404 is polled again. */
async function firstPoll(ports: Deps, job: JobKey, rules: TrackingRules): Promise<Observation> {
  const { cloud, clock } = ports;
  const until = clock.now() + FIRST_POLL_MS;
  const first = await resolveAnswer(ports, job, await cloud.poll(job, FIRST_POLL_MS), false, rules);
  const leftMs = until - clock.now() - POLL_AGAIN_MS;
  if (first.kind !== "missing" || leftMs <= 0) return first;
  await clock.sleep(POLL_AGAIN_MS);
  const again = await resolveAnswer(ports, job, await cloud.poll(job, leftMs), false, rules);
  return again.kind === "unreachable" ? first : again;
}
